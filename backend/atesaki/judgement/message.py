"""The message as it stood when its sender pressed Send, in the words of the policy API."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

MAX_RECIPIENTS = 10_000
"""Most recipients of one message, over all three fields; more is refused, never cut."""

MAX_ADDRESS_LENGTH = 1_000
"""Longest address text in characters; RFC 5321 §4.5.3.1.3 allows 256, a legacy Exchange DN is longer."""

# `$` alone would let one line break at the end pass.
NO_CONTROLS = "^[^\\x00-\\x1f\\x7f]*$(?!\\n)"
NO_NUL = "^[^\\x00]*$"

AddressText = Annotated[str, Meta(max_length=MAX_ADDRESS_LENGTH, pattern=NO_CONTROLS)]
HeaderText = Annotated[str, Meta(max_length=10_000, pattern=NO_CONTROLS)]
BodyText = Annotated[str, Meta(max_length=1_000_000, pattern=NO_NUL)]
Size = Annotated[int, Meta(ge=0, le=2**53)]

Field = Literal["to", "cc", "bcc"]
RecipientKind = Literal["person", "distribution_list", "unknown"]
ThreadKind = Literal["new", "reply", "reply_all", "forward"]
ItemKind = Literal["message", "appointment"]
ReadField = Literal["to", "cc", "bcc", "subject", "body", "attachments", "thread"]
"""What a client may have been unable to read in full; `Message.truncated` names it."""


class Recipient(Struct, frozen=True, forbid_unknown_fields=True):
    """One address in To, Cc or Bcc, as the mail client gave it."""

    address: AddressText
    name: HeaderText | None = None
    kind: RecipientKind = "person"


class Sender(Struct, frozen=True, forbid_unknown_fields=True):
    """The From address of the message."""

    address: AddressText
    name: HeaderText | None = None


class Attachment(Struct, frozen=True, forbid_unknown_fields=True):
    """One attachment; `size` in bytes, `inline` for a picture inside the body."""

    name: HeaderText
    size: Size = 0
    inline: bool = False


class Thread(Struct, frozen=True, forbid_unknown_fields=True):
    """The conversation that the message continues and who was already visible in it."""

    kind: ThreadKind = "new"
    recipients: tuple[Recipient | AddressText, ...] = ()


class Message(Struct, frozen=True, forbid_unknown_fields=True):
    """A message; `None` as body means that the client did not collect it."""

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
