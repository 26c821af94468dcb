"""Filters of the search as a form, as a link without any address, and as what the index is asked."""

from __future__ import annotations

import binascii
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlencode

from msgspec import Struct

from atesaki.console.journal import words
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.days import midnight
from atesaki.console.shell.text import mark as _
from atesaki.judgement.address import parse_address
from atesaki.sending.index.search import Filters

Hash = Callable[[str], bytes]
"""Turns an address, as somebody types it, into the keyed hash that stands for it in the index."""

CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "action": words.ACTIONS,
    "release": words.RELEASES,
    "outcome": words.OUTCOMES,
    "client": words.CLIENTS,
    "assurance": words.ASSURANCES,
}
"""The filters that are one of a few values, with the words for each."""

PEOPLE: Final = ("sender", "recipient")
"""The filters that are addresses; links hold their keyed hashes."""

_NAMES = ("rule", "revision", "department")
_DAYS = ("since", "until")
_BAD_DAY = _("A day is written as 2026-09-01.")
_ENDS_BEFORE = _("The last day is before the first.")


class Query(Struct, frozen=True):
    """What was asked for, as the texts of a link; people are hexadecimal hashes, days are included."""

    since: str = ""
    until: str = ""
    sender: str = ""
    recipient: str = ""
    rule: str = ""
    revision: str = ""
    action: str = ""
    release: str = ""
    outcome: str = ""
    client: str = ""
    assurance: str = ""
    department: str = ""

    @property
    def given(self) -> dict[str, str]:
        """The filters that are set."""
        return {name: value for name in self.__struct_fields__ if (value := getattr(self, name))}

    @property
    def link(self) -> str:
        """The filters as the query of a link, which finds the same again and holds no address."""
        return urlencode(self.given)


class BadDay(Exception):
    """A day that can't be read, or days the wrong way round; `field` is its name."""

    def __init__(self, field: str, sentence: str = _BAD_DAY) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


def query_of(ask: Ask) -> Query:
    """Return what a link asks for; what is none of the known values counts as not given."""
    values = {name: ask.query(name)[:200] for name in Query.__struct_fields__}
    for name, choices in CHOICES.items():
        values[name] = values[name] if values[name] in choices else ""
    for name in PEOPLE:
        values[name] = values[name] if _hash_of(values[name]) else ""
    return Query(**values)


def query_from(ask: Ask, hash_of: Hash) -> Query:
    """Return what a form asks for; addresses become hashes, so that no link, history or log holds them."""
    values = {name: ask.value(name).strip()[:1_000] for name in Query.__struct_fields__}
    for name in PEOPLE:
        kept = ask.value(f"{name}_kept")
        values[name] = hash_of(values[name]).hex() if values[name] else kept
    return Query(**values)


def half_typed(ask: Ask) -> bool:
    """Tell whether somebody is looked for by what is no whole address; the journal may hold it as it stands."""
    return any(value and not parse_address(value).readable for value in (ask.value(name).strip() for name in PEOPLE))


def filters_of(query: Query, zone: dt.tzinfo) -> Filters:
    """Return what the index is asked; raises `BadDay`. Days are those of the organization."""
    texts = {name: getattr(query, name) or None for name in (*CHOICES, *_NAMES)}
    since, until = (_day(query, name) for name in _DAYS)
    if since and until and until < since:
        raise BadDay("until", _ENDS_BEFORE)
    return Filters(
        since=midnight(since, zone) if since else None,
        # After the last day of all there is nothing to leave out.
        until=midnight(until + dt.timedelta(days=1), zone) if until and until < dt.date.max else None,
        sender=_hash_of(query.sender),
        recipient=_hash_of(query.recipient),
        **texts,
    )


def _day(query: Query, name: str) -> dt.date | None:
    text = getattr(query, name)
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise BadDay(name) from None


def _hash_of(text: str) -> bytes | None:
    try:
        return binascii.unhexlify(text) or None
    except ValueError:
        return None
