"""Read a stored mail (.eml, RFC 5322 and MIME) as the message that its sender wrote."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterable
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message as Mail
from typing import ClassVar

import msgspec

from atesaki.clients import encoded
from atesaki.clients.mime import attachment, body_text, is_meeting, leaves
from atesaki.judgement.address_list import parse_address_list
from atesaki.judgement.errors import AtesakiError
from atesaki.judgement.message import (
    MAX_RECIPIENTS,
    Message,
    ReadField,
    Recipient,
    Sender,
    Thread,
    ThreadKind,
)

_MAX_BODY = 1_000_000
_FORWARDED = re.compile(r"\s*(fwd?|転送)\s*[:\uff1a]", re.IGNORECASE)


class UnreadableMail(AtesakiError):
    """The bytes are not a mail that can be judged."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "unreadable-mail"


def message_from_eml(data: bytes, *, default_sender: str | None = None) -> Message:
    """Return the mail as a `Message`: recipients, subject, text, names and sizes (bytes) of attachments.

    `default_sender` stands in where the mail has no From line, as drafts often don't.
    Raises `UnreadableMail` for bytes that are no mail, without a sender, or with more than `MAX_RECIPIENTS` recipients.
    Sources: RFC 5322 §3.6 (fields), RFC 2045/2046 (parts), RFC 2047 and 2231 (words and names in other character sets).
    """
    mail = _parsed(data)
    to, cc, bcc = (_recipients(mail, field) for field in ("to", "cc", "bcc"))
    if len(to) + len(cc) + len(bcc) > MAX_RECIPIENTS:
        raise UnreadableMail(f"The mail has more than {MAX_RECIPIENTS:,} recipients.")
    subject = _subject(mail)
    parts = list(leaves(mail))
    body = body_text(parts)
    message = Message(
        sender=_sender(mail, default_sender),
        to=to,
        cc=cc,
        bcc=bcc,
        truncated=_truncated(body),
        subject=subject,
        body_text=body if body is None else body[:_MAX_BODY],
        attachments=tuple(found for part in parts if (found := attachment(part))),
        thread=Thread(kind=_thread_kind(mail, subject)),
        item="appointment" if is_meeting(parts) else "message",
    )
    return _validated(message)


def _parsed(data: bytes) -> Mail:
    try:
        # The stdlib's newer policies lose mailboxes that they can't parse; compat32 keeps every header as it stands.
        mail = message_from_bytes(data.removeprefix(BOM_UTF8).lstrip())
    except (MessageError, RecursionError, ValueError, LookupError) as error:
        raise UnreadableMail("The file is not a mail.") from error
    if not any(mail.get_all(name) for name in ("from", "sender", "to", "cc", "bcc", "subject")):
        raise UnreadableMail("The file is not a mail: it has none of the lines From, To, Cc, Bcc and Subject.")
    return mail


def _raw(mail: Mail, name: str) -> Iterable[str]:
    return (str(value) for key, value in mail.raw_items() if key.lower() == name)


def _recipients(mail: Mail, name: str) -> tuple[Recipient, ...]:
    return tuple(found for value in _raw(mail, name) for found in _address_list(value))


def _address_list(value: str) -> Iterable[Recipient]:
    text, words = encoded.masked(encoded.unfolded(value))
    for found in parse_address_list(text):
        name = encoded.clean(words.restored(found.name)) if found.name else None
        yield Recipient(encoded.clean(words.restored(found.address)), name or None, found.kind)


def _sender(mail: Mail, default: str | None) -> Sender:
    for value in [*_raw(mail, "from"), *_raw(mail, "sender"), *([default] if default else [])]:
        for found in _address_list(value):
            return Sender(found.address, found.name)
    raise UnreadableMail("The mail has no From line.", field="sender")


def _subject(mail: Mail) -> str | None:
    for value in _raw(mail, "subject"):
        return encoded.clean(encoded.text_of(encoded.unfolded(value)))
    return None


def _thread_kind(mail: Mail, subject: str | None) -> ThreadKind:
    if not any(True for name in ("in-reply-to", "references") for _ in _raw(mail, name)):
        return "new"
    return "forward" if _FORWARDED.match(subject or "") else "reply"


def _truncated(body: str | None) -> tuple[ReadField, ...]:
    return ("body",) if body is not None and len(body) > _MAX_BODY else ()


def _validated(message: Message) -> Message:
    try:
        return msgspec.json.decode(msgspec.json.encode(message), type=Message)
    except msgspec.ValidationError as error:
        sentence, _, path = str(error).partition(" - at ")
        raise UnreadableMail(f"{sentence}.", field=path.strip("`").removeprefix("$.") or None) from error
