"""Mails over TLS: to one mailbox each, so that a bad one keeps no other waiting."""

import contextlib
import email.utils
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from atesaki.deadline import PlainSocket
from atesaki.journal.feed.delivery import NotDelivered
from atesaki.settings import Settings

_SECONDS = 20.0
_PORTS = {"smtps": 465, "smtp": 587}


class Letterbox(NamedTuple):
    """Through which server mails go, from whom and to whom."""

    url: str
    password: str | None
    sender: str
    recipient: str

    def send(self, message: EmailMessage, context: ssl.SSLContext) -> None:
        """Address the mail, and return once the mail server has taken it; raises `NotDelivered`."""
        self._address(message)
        with self._session(context) as server:
            server.send_message(message)

    def sign_in(self, context: ssl.SSLContext) -> None:
        """Go as far as one can without sending anything; raises `NotDelivered`."""
        with self._session(context):
            pass

    @contextlib.contextmanager
    def _session(self, context: ssl.SSLContext) -> Iterator[smtplib.SMTP]:
        try:
            with contextlib.closing(self._connected(context)) as server:
                yield server
                # Whatever it says to a goodbye, it has taken the mail.
                with contextlib.suppress(OSError, smtplib.SMTPException):
                    server.quit()
        except (OSError, smtplib.SMTPException, ValueError) as error:
            # The texts of these errors hold addresses; a password that SMTP can't carry is a `ValueError`.
            raise NotDelivered(f"The mail can't be sent: {type(error).__name__}.") from None

    def _address(self, message: EmailMessage) -> None:
        """Add what every mail has (RFC 5322 §3.6); no program answers one that was made by a program (RFC 3834)."""
        message["From"] = self.sender
        message["To"] = self.recipient
        message["Date"] = email.utils.localtime()
        # The name of the machine is nobody's business.
        message["Message-ID"] = email.utils.make_msgid(domain=self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"

    def _connected(self, context: ssl.SSLContext) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=context)
        else:
            server = _Plain(host, port, timeout=_SECONDS)
        try:
            if parts.scheme == "smtp":
                # Without TLS it fails here, and nothing is sent in the open.
                server.starttls(context=context)
            if parts.username is not None:
                server.login(unquote(parts.username), self.password or "")
        except BaseException:
            server.close()
            raise
        return server


class _Plain(smtplib.SMTP):
    """Heeds the end of a delivery also before STARTTLS."""

    def _get_socket(self, host: str, port: int, timeout: float) -> PlainSocket:
        return PlainSocket(fileno=super()._get_socket(host, port, timeout).detach())  # type: ignore[misc]  # Typeshed leaves it out.


def letterboxes(settings: Settings, recipients: Sequence[str], name: str) -> list[tuple[str, Letterbox]]:
    """Return a letterbox for each recipient, with a name: addresses stand in no metric, so several are numbered."""
    if settings.smtp_url is None or settings.smtp_from is None:
        return []
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    several = len(recipients) > 1
    return [
        (f"{name} {number}" if several else name, Letterbox(settings.smtp_url, password, settings.smtp_from, each))
        for number, each in enumerate(recipients, 1)
    ]
