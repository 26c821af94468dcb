"""The message as it would stand after the sender has taken a remedy."""

from __future__ import annotations

from msgspec.structs import replace

from atesaki.judgement.decision import Remedy
from atesaki.judgement.message import Message, Recipient


def fixed(message: Message, remedy: Remedy) -> Message:
    """Return the message after the remedy; for `send_individually` it is the first of the separate messages.

    Raises nothing: recipients of the remedy that the message doesn't have are passed over.
    """
    match remedy.kind:
        case "move_to_bcc":
            return _moved(message, frozenset(remedy.recipients))
        case "send_individually":
            return _to_one(message, frozenset(remedy.recipients))
        case "remove":
            return _without(message, frozenset(remedy.recipients))


def _moved(message: Message, addresses: frozenset[str]) -> Message:
    moved = _only(message.to + message.cc, addresses)
    to = _others(message.to, addresses)
    # Mail servers want somebody in To: the sender stands there, as in a mail that one sends to oneself.
    myself = Recipient(message.sender.address, message.sender.name)
    already = {found.address for found in message.bcc}
    bcc = message.bcc + tuple(found for found in moved if found.address not in already)
    return replace(message, to=to or (myself,), cc=_others(message.cc, addresses), bcc=bcc)


def _to_one(message: Message, addresses: frozenset[str]) -> Message:
    first = _only(message.to + message.cc + message.bcc, addresses)[:1]
    return replace(message, to=first, cc=(), bcc=())


def _without(message: Message, addresses: frozenset[str]) -> Message:
    to, cc, bcc = (_others(field, addresses) for field in (message.to, message.cc, message.bcc))
    return replace(message, to=to, cc=cc, bcc=bcc)


def _only(people: tuple[Recipient, ...], addresses: frozenset[str]) -> tuple[Recipient, ...]:
    return tuple(found for found in people if found.address in addresses)


def _others(people: tuple[Recipient, ...], addresses: frozenset[str]) -> tuple[Recipient, ...]:
    return tuple(found for found in people if found.address not in addresses)
