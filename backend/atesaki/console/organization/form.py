"""The organization as texts of a form, one domain or day a line, and back."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

import msgspec
from msgspec import Struct

from atesaki.console.shell.ask import Ask
from atesaki.console.shell.text import mark as _
from atesaki.judgement.facts import OfficeHours, Organization

_NO_DATE = _("“%(text)s” is no day. A holiday is written as a date such as 2027-01-01, one a line.")
_NO_TIME = _("A time of day is written as 08:30.")
MOST_QUOTED = 40
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
"""As people write days, and as spreadsheets do."""
_NAMED_DAY = re.compile(rf"^[^\S\n]*({_DAY.pattern})[^\d\n]*$", re.MULTILINE)
"""A day with what is told of it behind, as official lists of holidays have it: `2027/1/1,元日`."""
_SHORT_TIME = re.compile(r"\d:\d\d")


class Problem(Exception):
    """What can't be used: the field, and a sentence that was marked or comes from an error of ours."""

    def __init__(self, field: str, sentence: str, **values: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence
        self.values = values


class OrganizationForm(Struct, frozen=True):
    """The fields as texts, as an admin sees them."""

    internal_domains: str
    partner_domains: str
    time_zone: str
    start: str
    end: str
    days: frozenset[str]
    holidays: str


def form_of(organization: Organization) -> OrganizationForm:
    """Return the form that describes the organization."""
    hours = organization.office_hours
    return OrganizationForm(
        internal_domains="\n".join(organization.internal_domains),
        partner_domains="\n".join(organization.partner_domains),
        time_zone=organization.time_zone,
        start=hours.start,
        end=hours.end,
        days=frozenset(map(str, hours.days)),
        holidays="\n".join(day.isoformat() for day in organization.holidays),
    )


def form_from(ask: Ask) -> OrganizationForm:
    """Return the form as it was posted."""
    names = [name for name in OrganizationForm.__struct_fields__ if name != "days"]
    texts = {name: ask.value(name).replace("\r\n", "\n") for name in names}
    return OrganizationForm(**texts, days=frozenset(ask.values("days")))


def organization_from(form: OrganizationForm) -> Organization:
    """Return the organization that the form describes; raises `Problem`."""
    return Organization(
        internal_domains=entries(form.internal_domains),
        partner_domains=entries(form.partner_domains),
        time_zone=form.time_zone.strip(),
        office_hours=_hours(form),
        holidays=tuple(_date(line) for line in entries(_NAMED_DAY.sub(r"\1", _plain(form.holidays)))),
    )


def entries(text: str) -> tuple[str, ...]:
    """Return the domains or days of a field, in their order."""
    return tuple(part for line in re.split(r"[,、\n]", _plain(text)) if (part := line.strip()))


def _plain(text: str) -> str:
    """Return what an input method or a spreadsheet writes wide in plain letters and digits."""
    return unicodedata.normalize("NFKC", text)


def _date(text: str) -> dt.date:
    found = _DAY.fullmatch(text)
    try:
        return dt.date(*map(int, found.groups() if found else ()))
    except (ValueError, TypeError):
        raise Problem("holidays", _NO_DATE, text=text[:MOST_QUOTED]) from None


def _hours(form: OrganizationForm) -> OfficeHours:
    given = {"start": _time(form.start), "end": _time(form.end), "days": sorted(map(int, form.days & set("1234567")))}
    try:
        return msgspec.convert(given, OfficeHours)
    except msgspec.ValidationError:
        raise Problem("office_hours", _NO_TIME) from None


def _time(text: str) -> str:
    """Return 08:30 for 8:30."""
    plain = _plain(text).strip()
    return f"0{plain}" if _SHORT_TIME.fullmatch(plain) else plain
