"""An answer as the page shows it: what would happen, what recipients would see, and the same after the fix."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from atesaki.clients.fix import fixed
from atesaki.console.try_it.answer import Asker, Told
from atesaki.console.try_it.form import written
from atesaki.judgement.address import mailbox_key
from atesaki.judgement.decision import Remedy, RemedyKind
from atesaki.judgement.message import Message, Recipient

_SHOWN = 4
"""Recipients of a field that are shown before the rest is folded away."""


class Line(Struct, frozen=True):
    """One field of a mail's header: how many people stand in it, the first of them, and the others."""

    field: str
    count: int
    first: tuple[str, ...]
    rest: tuple[str, ...]


class Header(Struct, frozen=True):
    """A message's header: the lines that every recipient receives, and the blind line that nobody does."""

    sender: str
    seen: tuple[Line, ...]
    blind: Line
    readers: int
    meeting: bool


class Fixed(Struct, frozen=True):
    """The message after a remedy, judged again; `messages` is how many separate mails leave."""

    kind: RemedyKind
    header: Header
    told: Told
    messages: int


class Shown(Struct, frozen=True):
    """All that the page says about one message."""

    told: Told
    header: Header
    fixed: Fixed | None


async def shown(message: Message, asker: Asker) -> Shown:
    """Judge the message and, where a remedy is offered, the message after it; raises `AtesakiError`."""
    told = await asker.ask(message)
    remedies = told.answer.remedies
    return Shown(told, header_of(message), await _after(message, remedies[0], asker) if remedies else None)


async def _after(message: Message, remedy: Remedy, asker: Asker) -> Fixed:
    mended = fixed(message, remedy)
    messages = len(remedy.recipients) if remedy.kind == "send_individually" else 1
    return Fixed(remedy.kind, header_of(mended), await asker.ask(mended), messages)


def header_of(message: Message) -> Header:
    """Return the header that the message would arrive with (RFC 5322 §3.6.3: a blind line never arrives)."""
    seen = [_line("to", message.to), *([_line("cc", message.cc)] if message.cc else [])]
    blind = _line("bcc", message.bcc)
    return Header(written(message.sender), tuple(seen), blind, _readers(message), message.item == "appointment")


def _readers(message: Message) -> int:
    """Count the recipients once each; whoever writes to themselves is counted only if there is nobody else."""
    mailboxes = {mailbox_key(found.address) for found in message.to + message.cc + message.bcc}
    return len(mailboxes - {mailbox_key(message.sender.address)}) or len(mailboxes)


def _line(field: str, people: Sequence[Recipient]) -> Line:
    texts = tuple(written(person) for person in people)
    # A fold that hides a single entry costs a click and saves nothing.
    cut = len(texts) if len(texts) <= _SHOWN + 1 else _SHOWN
    return Line(field, len(texts), texts[:cut], texts[cut:])
