"""The form of Try it: what was typed, pasted or dropped, and the message that it describes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, get_args

import msgspec
from msgspec import Struct

from atesaki.clients.eml_apart import MailTooHard, message_apart
from atesaki.judgement.address import parse_address
from atesaki.judgement.address_list import parse_address_list
from atesaki.judgement.errors import AtesakiError
from atesaki.judgement.message import (
    MAX_RECIPIENTS,
    Attachment,
    Message,
    Recipient,
    Sender,
    Thread,
    ThreadKind,
    unusable_text,
)

Problem = Literal[
    "sender_missing",
    "sender_unreadable",
    "too_many",
    "unreadable_value",
    "unreadable_mail",
    "mail_too_hard",
    "mail_too_large",
]


MAX_LISTS = 500_000
"""Most characters in all lists of a form: fifty for each of `MAX_RECIPIENTS`."""

MAX_ATTACHMENTS = 1_000
_LISTS = ("to", "cc", "bcc", "thread_recipients", "attachments")
_MARKS = re.compile("[,;、،，；\n]")
_MOST_MARKS = 4 * MAX_RECIPIENTS
"""A comma in each name, one between two recipients, and a new line."""


MEETING = "appointment"
"""The kind of what is tried that is no mail at all; To and Cc are its required and optional attendees."""


class FormError(Exception):
    """A value of the form that can't be judged: the field it stands in and the name of the sentence to show."""

    def __init__(self, field: str, problem: Problem) -> None:
        super().__init__(problem)
        self.field = field
        self.problem = problem


class Form(Struct, frozen=True):
    """The fields as texts, as a visitor sees them; one attachment name a line."""

    sender: str = ""
    to: str = ""
    cc: str = ""
    bcc: str = ""
    subject: str = ""
    body: str = ""
    attachments: str = ""
    thread: str = "new"
    thread_recipients: str = ""

    @property
    def length(self) -> int:
        """Characters of all texts together."""
        return sum(map(len, msgspec.structs.astuple(self)))

    @property
    def is_blank(self) -> bool:
        """Whether nothing is filled in."""
        return self == Form()

    @property
    def has_more(self) -> bool:
        """Whether any of the fields that are folded away at first is filled in."""
        return bool(self.subject or self.body or self.attachments or self.thread_recipients) or self.thread != "new"


def form_from(values: Mapping[str, object]) -> Form:
    """Return the form from posted values; anything that is no text counts as empty."""
    texts = {name: value for name in Form.__struct_fields__ if isinstance(value := values.get(name), str)}
    return Form(**texts)


def refuse_endless(form: Form) -> None:
    """Refuse lists that take seconds to read; raises `FormError`."""
    lists = {name: str(getattr(form, name)) for name in _LISTS}
    longest = max(lists, key=lambda name: len(lists[name]))
    if sum(map(len, lists.values())) > MAX_LISTS:
        raise FormError(longest, "unreadable_value")
    if sum(len(_MARKS.findall(text)) for text in lists.values()) > _MOST_MARKS:
        raise FormError("to", "too_many")


def message_from(form: Form) -> Message:
    """Return the message that the form describes; raises `FormError`."""
    to, cc, bcc, people = (parse_address_list(text) for text in (form.to, form.cc, form.bcc, form.thread_recipients))
    if len(to) + len(cc) + len(bcc) > MAX_RECIPIENTS:
        raise FormError("to", "too_many")
    return _validated(
        Message(
            sender=_sender(form.sender),
            to=to,
            cc=cc,
            bcc=bcc,
            subject=form.subject or None,
            body_text=form.body.replace("\r\n", "\n") or None,
            attachments=tuple(Attachment(name) for line in form.attachments.splitlines() if (name := line.strip())),
            thread=Thread(_thread_kind(form.thread), people),
            item="appointment" if form.thread == MEETING else "message",
        )
    )


def message_from_mail(data: bytes, form: Form) -> Message:
    """Return the message of a dropped mail, sent by the form's sender where the mail names none; raises `FormError`."""
    try:
        message = message_apart(data, default_sender=form.sender.strip() or None)
    except AtesakiError as error:
        raise FormError(*_mail_problem(error)) from error
    if len(message.attachments) > MAX_ATTACHMENTS:
        raise FormError("mail", "mail_too_hard")
    return message


def form_of(message: Message) -> Form:
    """Return the form that describes the message, so that a dropped mail can be read and changed."""
    return Form(
        sender=written(message.sender),
        to=_lines(message.to),
        cc=_lines(message.cc),
        bcc=_lines(message.bcc),
        subject=message.subject or "",
        body=message.body_text or "",
        attachments="\n".join(found.name for found in message.attachments if not found.inline),
        thread=MEETING if message.item == "appointment" else message.thread.kind,
        thread_recipients=_lines(
            found if isinstance(found, Recipient) else Recipient(found) for found in message.thread.recipients
        ),
    )


def written(person: Recipient | Sender) -> str:
    """Return `name <address>` as a mail client writes it (RFC 5322 §3.4), the name quoted where it has to be."""
    if not person.name:
        return person.address
    name = person.name
    if any(mark in name for mark in '",;:<>()[]@\\、；，'):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{person.address}>"


def _lines(people: Iterable[Recipient]) -> str:
    return ",\n".join(written(person) for person in people)


def _sender(text: str) -> Sender:
    if not text.strip():
        raise FormError("sender", "sender_missing")
    found = parse_address_list(text)
    if len(found) != 1 or not parse_address(found[0].address).readable:
        raise FormError("sender", "sender_unreadable")
    return Sender(found[0].address, found[0].name)


def _thread_kind(text: str) -> ThreadKind:
    kinds: tuple[ThreadKind, ...] = get_args(ThreadKind)
    return next((kind for kind in kinds if kind == text), "new")


def _mail_problem(error: AtesakiError) -> tuple[str, Problem]:
    if isinstance(error, MailTooHard):
        return "mail", "mail_too_hard"
    return ("sender", "sender_missing") if error.field == "sender" else ("mail", "unreadable_mail")


def _validated(message: Message) -> Message:
    try:
        read = msgspec.json.decode(msgspec.json.encode(message), type=Message)
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        raise _unreadable(str(error).partition("`$.")[2].partition("`")[0]) from error
    if path := unusable_text(read):
        raise _unreadable(path)
    return read


def _unreadable(path: str) -> FormError:
    field = path.partition("[")[0].partition(".")[0]
    return FormError({"body_text": "body", "thread": "thread_recipients"}.get(field, field or "to"), "unreadable_value")
