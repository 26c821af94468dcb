"""Checkpoints by mail, over TLS: whoever keeps their mail keeps the proof."""

import contextlib
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from atesaki.deadline import PlainSocket
from atesaki.journal.checkpoint import read_note
from atesaki.journal.feed.delivery import NotDelivered, Pseudonym, key_of
from atesaki.journal.feed.folder import file_name

_SECONDS = 20.0
_PORTS = {"smtps": 465, "smtp": 587}
_TEXT = """\
These are signed checkpoints of the journal of Atesaki. Keep this mail: with the attached files anybody can check later
that nothing which was recorded before was changed or removed.
これは宛先チェック「Atesaki」の記録の署名です。このメールを保存しておくと、記録が後から書き換えられていないことを確かめられます。

{heads}

atesaki journal verify EXPORT --checkpoint FILE
"""


class Letterbox(NamedTuple):
    """Through which server mails go, from whom and to whom: one mailbox, so that a bad one keeps no other waiting."""

    url: str
    password: str | None
    sender: str
    recipient: str


class _Plain(smtplib.SMTP):
    """Heeds the end of a delivery also before STARTTLS."""

    def _get_socket(self, host: str, port: int, timeout: float) -> PlainSocket:
        return PlainSocket(fileno=super()._get_socket(host, port, timeout).detach())  # type: ignore[misc]  # Typeshed leaves it out.


class CheckpointsMail:
    """Mails new checkpoints as attachments."""

    def __init__(
        self, letterbox: Letterbox, context: ssl.SSLContext, pseudonym: Pseudonym, name: str = "checkpoint mail"
    ) -> None:
        self.name = name
        self.key = key_of(pseudonym, "checkpoint mail", letterbox.recipient)
        self._letterbox = letterbox
        self._context = context

    def deliver(self, notes: Sequence[str]) -> None:
        """Return once the mail server has taken the mail; raises `NotDelivered`."""
        try:
            with contextlib.closing(self._connected()) as server:
                server.send_message(self._message(notes))
                # Whatever it says to a goodbye, it has taken the mail.
                with contextlib.suppress(OSError, smtplib.SMTPException):
                    server.quit()
        except (OSError, smtplib.SMTPException, ValueError) as error:
            # The texts of these errors hold addresses; a password that SMTP can't carry is a `ValueError`.
            raise NotDelivered(f"The mail can't be sent: {type(error).__name__}.") from None

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self._letterbox.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=self._context)
        else:
            server = _Plain(host, port, timeout=_SECONDS)
        try:
            if parts.scheme == "smtp":
                # Without TLS it fails here, and nothing is sent in the open.
                server.starttls(context=self._context)
            if parts.username is not None:
                server.login(unquote(parts.username), self._letterbox.password or "")
        except BaseException:
            server.close()
            raise
        return server

    def _message(self, notes: Sequence[str]) -> EmailMessage:
        heads = [read_note(note) for note in notes]
        message = EmailMessage()
        message["Subject"] = f"Atesaki checkpoint: {sum(head.size for head in heads):,} records"
        message["From"] = self._letterbox.sender
        message["To"] = self._letterbox.recipient
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(_TEXT.format(heads="\n".join(f"{head.stream}: {head.size:,} records" for head in heads)))
        for note in notes:
            message.add_attachment(
                note.encode(), maintype="application", subtype="octet-stream", filename=file_name(note)
            )
        return message
