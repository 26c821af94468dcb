"""The message as it would stand after the sender has taken a remedy."""

from msgspec.structs import replace

from atesaki.judgement.address import mailbox_key
from atesaki.judgement.decision import Remedy
from atesaki.judgement.message import Message, Recipient

Mailboxes = frozenset[str]


def fixed(message: Message, remedy: Remedy) -> Message:
    """Return the message after the remedy; for `send_individually` it is the first of the separate messages.

    People are told apart by their mailbox, however often and in whatever spelling they stand in the message.
    Raises nothing: recipients of the remedy that the message doesn't have are passed over.
    """
    mailboxes = frozenset(map(mailbox_key, remedy.recipients))
    match remedy.kind:
        case "move_to_bcc":
            return _moved(message, mailboxes)
        case "send_individually":
            return _to_one(message, mailboxes)
        case "remove":
            return _without(message, mailboxes)


def _moved(message: Message, mailboxes: Mailboxes) -> Message:
    to = _others(message.to, mailboxes)
    # Mail servers want somebody in To: the sender stands there, as in a mail that one sends to oneself.
    myself = Recipient(message.sender.address, message.sender.name)
    hidden = {_as_written(found): found for found in message.bcc}
    for found in _only(message.to + message.cc, mailboxes):
        hidden.setdefault(_as_written(found), found)
    return replace(message, to=to or (myself,), cc=_others(message.cc, mailboxes), bcc=tuple(hidden.values()))


def _to_one(message: Message, mailboxes: Mailboxes) -> Message:
    first = _only(message.to + message.cc + message.bcc, mailboxes)[:1]
    return replace(message, to=first, cc=(), bcc=())


def _without(message: Message, mailboxes: Mailboxes) -> Message:
    to, cc, bcc = (_others(field, mailboxes) for field in (message.to, message.cc, message.bcc))
    return replace(message, to=to, cc=cc, bcc=bcc)


def _only(people: tuple[Recipient, ...], mailboxes: Mailboxes) -> tuple[Recipient, ...]:
    return tuple(found for found in people if mailbox_key(found.address) in mailboxes)


def _others(people: tuple[Recipient, ...], mailboxes: Mailboxes) -> tuple[Recipient, ...]:
    return tuple(found for found in people if mailbox_key(found.address) not in mailboxes)


def _as_written(found: Recipient) -> str:
    # Finer than the mailbox: what two people tell apart, such as `name+list@`, stays two recipients.
    return found.address.strip().casefold()
