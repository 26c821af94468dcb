"""A kept search that could not be kept or removed: why, and both searches in words where it is another one by now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from atesaki.console.journal.finding import CHOICES, PEOPLE
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.text import mark as _
from atesaki.journal.changes import Change

_FILTERS: Final[Mapping[str, str]] = {
    "since": _("From day"),
    "until": _("To day"),
    "action": _("Judgement"),
    "outcome": _("What happened"),
    "recipient": _("Recipient's address"),
    "sender": _("Sender's address"),
    "rule": _("Rule"),
    "release": _("Could be let go by"),
    "client": _("Mail program"),
    "assurance": _("Sender known"),
    "department": _("Department (mail domain)"),
    "revision": _("Revision of the rules"),
}
_MARK = _("secret mark %(mark)s")
_EVERYTHING = _("Without a filter")
_SHORT = 12


class Refused(NamedTuple):
    """What was asked for; `link` is the search as they have it, `change` who kept the other one and when."""

    name: str
    link: str
    sentence: str = ""
    change: Change | None = None
    keeping: bool = True


def in_words(ask: Ask, link: str) -> list[str]:
    """Return the filters of a search, each with its name."""
    given = dict(parse_qsl(link))
    told = [f"{ask.text(label)}: {_value(ask, name, given[name])}" for name, label in _FILTERS.items() if name in given]
    return told or [ask.text(_EVERYTHING)]


def _value(ask: Ask, name: str, value: str) -> str:
    if name in PEOPLE:
        return ask.text(_MARK, mark=value[:_SHORT])
    if name in CHOICES:
        return ask.text(CHOICES[name].get(value, value))
    return value[:_SHORT] if name == "revision" else value
