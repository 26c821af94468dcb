"""Each key of the vocabulary with its value as a plain sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from atesaki.console.shell.text import mark as _
from atesaki.console.try_it.voice import Voice, quoted
from atesaki.judgement.conditions.condition import (
    AttachmentFilter,
    ExposureFilter,
    InRoster,
    RecipientFilter,
    SenderFilter,
    TextFilter,
    ThreadFilter,
    TimeFilter,
)
from atesaki.judgement.policy import Exemption


def _fields(voice: Voice, value: object) -> Iterator[str]:
    yield voice.say(_("In the field %(names)s"), names=voice.names(value))


def _audience(voice: Voice, value: object) -> Iterator[str]:
    yield voice.say(_("They are %(names)s"), names=voice.names(value))


def _kind(voice: Voice, value: object) -> Iterator[str]:
    yield voice.say(_("The recipient is %(names)s"), names=voice.names(value))


def _in_roster(voice: Voice, value: InRoster) -> Iterator[str]:
    if value.name:
        yield voice.say(_("They are on the roster “%(roster)s”"), roster=value.name)
    if value.handling:
        yield voice.say(_("They are on a roster that is %(handling)s"), handling=voice.names(value.handling))


def _domains(voice: Voice, value: tuple[str, ...]) -> Iterator[str]:
    yield voice.say(_("The domain is %(names)s"), names=quoted(value))


def _addresses(voice: Voice, value: tuple[str, ...]) -> Iterator[str]:
    yield voice.say(_("The address is %(names)s"), names=quoted(value))


def _organization_added(voice: Voice, _value: object) -> Iterator[str]:
    yield voice.say(_("Nobody of their organization was in the earlier mails"))


def _together(voice: Voice, value: RecipientFilter) -> Iterator[str]:
    yield voice.texts(
        "All of this together fits at least 1 recipient",
        "All of this together fits at least %(count)s recipients",
        value.at_least,
    )
    if value.organizations:
        yield voice.texts(
            "from at least 1 outside organization",
            "from at least %(count)s outside organizations",
            value.organizations.at_least,
        )
    if value.share:
        yield voice.say(_("and at least %(percent)s %% of all"), percent=round(value.share.at_least * 100))


def _exposure(voice: Voice, value: ExposureFilter) -> Iterator[str]:
    if value.disclosures:
        yield voice.texts(
            "At least 1 address would become known to a stranger",
            "At least %(count)s times an address would become known to a stranger",
            value.disclosures.at_least,
        )
    if value.people:
        yield voice.texts(
            "At least 1 person would learn addresses",
            "At least %(count)s people would learn addresses",
            value.people.at_least,
        )
    if value.organizations:
        yield voice.texts(
            "At least 1 outside organization sees the addresses",
            "At least %(count)s outside organizations see the addresses",
            value.organizations.at_least,
        )


def _subject(voice: Voice, value: TextFilter) -> Iterator[str]:
    if value.empty is not None:
        yield voice.say(_("The subject is empty") if value.empty else _("The subject is not empty"))
    if value.contains:
        yield voice.say(_("The subject contains %(words)s"), words=quoted(value.contains))
    if value.matches:
        yield voice.say(_("The subject matches the pattern %(words)s"), words=quoted(value.matches))


def _body(voice: Voice, value: TextFilter) -> Iterator[str]:
    if value.empty is not None:
        yield voice.say(_("The text is empty") if value.empty else _("The text is not empty"))
    if value.contains:
        yield voice.say(_("The text contains %(words)s"), words=quoted(value.contains))
    if value.matches:
        yield voice.say(_("The text matches the pattern %(words)s"), words=quoted(value.matches))


def _attachments(voice: Voice, value: AttachmentFilter) -> Iterator[str]:
    if value.any is not None:
        yield voice.say(_("There is an attachment") if value.any else _("There is no attachment"))
    if value.name:
        yield voice.say(_("An attachment is named like %(words)s"), words=quoted(value.name))
    if value.extension:
        yield voice.say(_("An attachment ends in %(words)s"), words=quoted(value.extension))
    if value.size:
        yield voice.say(_("The attachments have at least %(bytes)s bytes"), bytes=f"{value.size.at_least:,}")
    if value.missing_although_mentioned is not None:
        missing = value.missing_although_mentioned
        yield voice.say(
            _("The text speaks of an attachment, and there is none")
            if missing
            else _("No attachment is missing that the text speaks of")
        )


def _sender(voice: Voice, value: SenderFilter) -> Iterator[str]:
    if value.addresses:
        yield voice.say(_("The sender is %(names)s"), names=quoted(value.addresses))
    if value.groups:
        yield voice.say(_("The sender is in the group %(names)s"), names=quoted(value.groups))


def _thread(voice: Voice, value: ThreadFilter) -> Iterator[str]:
    yield voice.say(_("The kind of mail is: %(names)s"), names=voice.names(value.kind))
    if value.known is not None:
        known = value.known
        yield voice.say(
            _("(it is known who was in the earlier mails)") if known else _("(it is not known who was in them)")
        )


def _item(voice: Voice, value: str) -> Iterator[str]:
    yield voice.say(_("It is %(names)s"), names=voice.names(value))


def _time(voice: Voice, value: TimeFilter) -> Iterator[str]:
    kinds = [
        *([_("outside office hours")] if value.outside_office_hours else []),
        *([_("on a holiday")] if value.holidays else []),
    ]
    yield voice.say(_("It is sent %(when)s"), when=" / ".join(voice.say(kind) for kind in kinds))


def _exemption(voice: Voice, value: Exemption) -> Iterator[str]:
    yield voice.say(
        _("Exemption that %(owner)s answers for, until %(until)s:"), owner=value.owner, until=value.until.isoformat()
    )


SPOKEN: Final[dict[str, Callable[[Voice, Any], Iterator[str]]]] = {
    "fields": _fields,
    "audience": _audience,
    "kind": _kind,
    "in_roster": _in_roster,
    "domains": _domains,
    "addresses": _addresses,
    "added_to_thread": _organization_added,
    "together": _together,
    "exposure": _exposure,
    "subject": _subject,
    "body": _body,
    "attachments": _attachments,
    "sender": _sender,
    "thread": _thread,
    "item": _item,
    "time": _time,
    "exemption": _exemption,
}
RECIPIENT_KEYS: Final = frozenset(
    {"fields", "visible", "audience", "in_roster", "domains", "addresses", "free_mail", "kind", "first_time"}
    | {"look_alike", "added_to_thread", "same_organization", "together"}
)
