"""Checkpoints by mail: whoever keeps their mail keeps the proof."""

import ssl
from collections.abc import Sequence
from email.message import EmailMessage

from atesaki.journal.checkpoint import read_note
from atesaki.journal.feed.delivery import Pseudonym, key_of
from atesaki.journal.feed.folder import file_name
from atesaki.journal.feed.letterbox import Letterbox

_TEXT = """\
These are signed checkpoints of the journal of Atesaki. Keep this mail: with the attached files anybody can check later
that nothing which was recorded before was changed or removed.
これは宛先チェック「Atesaki」の記録の署名です。このメールを保存しておくと、記録が後から書き換えられていないことを確かめられます。

{heads}

atesaki journal verify EXPORT --checkpoint FILE
"""


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
        self._letterbox.send(_message(notes), self._context)


def _message(notes: Sequence[str]) -> EmailMessage:
    heads = [read_note(note) for note in notes]
    message = EmailMessage()
    message["Subject"] = f"Atesaki checkpoint: {sum(head.size for head in heads):,} records"
    message.set_content(_TEXT.format(heads="\n".join(f"{head.stream}: {head.size:,} records" for head in heads)))
    for note in notes:
        message.add_attachment(note.encode(), maintype="application", subtype="octet-stream", filename=file_name(note))
    return message
