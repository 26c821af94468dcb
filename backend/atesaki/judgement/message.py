"""The message as it stood when its sender pressed Send, in the words of the policy API."""

import functools
from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta, Struct

MAX_RECIPIENTS = 10_000
"""Most recipients of one message, over all three fields; more is refused, never cut."""

MAX_ADDRESS_LENGTH = 1_000
"""Longest address text in characters; RFC 5321 §4.5.3.1.3 allows 256, a legacy Exchange DN is longer."""

# `$` alone would let one line break at the end pass.
NO_CONTROLS = "^[^\\x00-\\x1f\\x7f]*$(?!\\n)"
NO_NUL = "^[^\\x00]*$"

# The patterns only stand in the schema: a search in every single text costs more than all else in decoding.
# `unusable_text` looks for them.
AddressText = Annotated[str, Meta(max_length=MAX_ADDRESS_LENGTH, extra_json_schema={"pattern": NO_CONTROLS})]
HeaderText = Annotated[str, Meta(max_length=10_000, extra_json_schema={"pattern": NO_CONTROLS})]
BodyText = Annotated[str, Meta(max_length=1_000_000, extra_json_schema={"pattern": NO_NUL})]
_CONTROL = frozenset(map(chr, (*range(0x20), 0x7F)))
Size = Annotated[int, Meta(ge=0, le=2**53)]

Field = Literal["to", "cc", "bcc"]
RecipientKind = Literal["person", "distribution_list", "unknown"]
ThreadKind = Literal["new", "reply", "reply_all", "forward"]
ItemKind = Literal["message", "appointment"]
ReadField = Literal["to", "cc", "bcc", "subject", "body", "attachments", "thread"]
"""What a client may have been unable to read in full; `Message.truncated` names it."""


class Recipient(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One address in To, Cc or Bcc, as the mail client gave it."""

    address: AddressText
    name: HeaderText | None = None
    kind: RecipientKind = "person"


class Sender(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """The From address of the message."""

    address: AddressText
    name: HeaderText | None = None


class Attachment(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One attachment; `size` in bytes, `inline` for a picture inside the body."""

    name: HeaderText
    size: Size = 0
    inline: bool = False


class Thread(Struct, frozen=True, forbid_unknown_fields=True):
    """The conversation that the message continues and who was already visible in it."""

    kind: ThreadKind = "new"
    recipients: tuple[Recipient | AddressText, ...] = ()


class Message(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A message; `None` as body means that the client did not collect it.

    What several ask of all its recipients is worked out once.
    """

    sender: Sender
    to: tuple[Recipient, ...]
    cc: tuple[Recipient, ...]
    bcc: tuple[Recipient, ...]
    truncated: tuple[ReadField, ...] = ()
    subject: HeaderText | None = None
    body_text: BodyText | None = None
    attachments: tuple[Attachment, ...] = ()
    thread: Thread = Thread()
    item: ItemKind = "message"

    @functools.cached_property
    def recipients(self) -> tuple[Recipient, ...]:
        """Everybody in To, Cc and Bcc, counted through; a list is one of them."""
        return *self.to, *self.cc, *self.bcc

    @functools.cached_property
    def addresses(self) -> list[str]:
        """The address of each recipient."""
        return [each.address for each in self.recipients]

    @functools.cached_property
    def no_persons(self) -> list[int]:
        """The places of those recipients whom the client does not call a person."""
        return [place for place, each in enumerate(self.recipients) if each.kind != "person"]


def unusable_text(message: Message) -> str | None:
    """Return the path of the first text that holds a character no mail header could carry, such as `to[0].name`.

    Control characters are refused everywhere but in the body, which may hold anything except NUL.
    """
    if "\0" in (message.body_text or ""):
        return "body_text"
    return next((path for path, text in _named_texts(message) if not _CONTROL.isdisjoint(text)), None)


def _named_texts(message: Message) -> Iterator[tuple[str, str]]:
    yield "subject", message.subject or ""
    yield from _texts_of("sender", message.sender)
    for place, attachment in enumerate(message.attachments):
        yield f"attachments[{place}].name", attachment.name
    lists = {"to": message.to, "cc": message.cc, "bcc": message.bcc, "thread.recipients": message.thread.recipients}
    for field, entries in lists.items():
        for place, entry in enumerate(entries):
            path = f"{field}[{place}]"
            yield from ((path, entry),) if isinstance(entry, str) else _texts_of(path, entry)


def _texts_of(path: str, mailbox: Recipient | Sender) -> Iterator[tuple[str, str]]:
    yield f"{path}.address", mailbox.address
    yield f"{path}.name", mailbox.name or ""
