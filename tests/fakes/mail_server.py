"""A mail server on loopback that speaks just enough SMTP, over TLS from the start or after STARTTLS."""

import contextlib
import socketserver
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from tests.fakes.receivers import Certificate
from tests.fakes.running import running
from typing_extensions import override


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps the mails that it takes; `refusing` answers every one with a temporary error, `unknown` is no mailbox."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, tls: Certificate, *, starttls: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.tls = tls
        self.starttls = starttls
        self.refusing = False
        self.unknown = ""
        self.refused = 0
        self.goodbye = "221 bye"
        self.signed_in = ""
        self.mails: list[EmailMessage] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


class _Session(socketserver.BaseRequestHandler):
    server: MailServer

    @override
    def handle(self) -> None:
        secured = not self.server.starttls
        self._connection, self._lines = self.request, self.request.makefile("rb")
        self._connect(self.server.tls.server.wrap_socket(self.request, server_side=True) if secured else self.request)
        self._say("220 receiver ESMTP")
        while line := self._lines.readline():
            if line.strip().upper() == b"STARTTLS":
                self._say("220 go ahead")
                self._connect(self.server.tls.server.wrap_socket(self.request, server_side=True))
            elif not self._answer(line.decode().strip()):
                return

    @override
    def finish(self) -> None:
        self._lines.close()
        self._connection.close()

    def _answer(self, command: str) -> bool:
        verb = command.split(" ", maxsplit=1)[0].upper()
        if verb == "EHLO":
            self._say("250-receiver\r\n250-AUTH PLAIN\r\n250 STARTTLS")
        elif verb == "AUTH":
            self.server.signed_in = command
            self._say("235 welcome")
        elif verb == "DATA":
            self._data()
        elif verb == "MAIL" and self.server.refusing:
            self._say("451 later")
        elif verb == "RCPT" and self.server.unknown and self.server.unknown in command:
            self.server.refused += 1
            self._say("550 no such mailbox")
        else:
            self._say(self.server.goodbye if verb == "QUIT" else "250 fine")
        return verb != "QUIT"

    def _data(self) -> None:
        self._say("354 go on")
        lines = list(iter(self._lines.readline, b".\r\n"))
        mail = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.server.mails.append(mail)
        self._say("250 taken")

    def _connect(self, connection: Any) -> None:  # noqa: ANN401  # Plain or over TLS.
        self._lines.close()
        self._connection, self._lines = connection, connection.makefile("rb")

    def _say(self, line: str) -> None:
        self._connection.sendall(f"{line}\r\n".encode())


@contextlib.contextmanager
def mail_server(tls: Certificate, *, starttls: bool = False) -> Iterator[MailServer]:
    """Run a mail server until the block ends."""
    with running(MailServer(tls, starttls=starttls)) as server:
        yield server
