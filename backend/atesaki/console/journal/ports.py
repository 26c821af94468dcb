"""What the journal's pages need from the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from atesaki.judgement.explain import Locale
from atesaki.sending.explained import Explained


class Explains(Protocol):
    """Explains one decision; blocks."""

    def explain(self, decision_id: str, locale: Locale, *, personal: bool = False) -> Explained | None:
        """Return the decision, `None` where there is none of this id."""


class Look(NamedTuple):
    """Somebody looked at personal data: when, at what, what for, and who; `decision` is the one, where it was one."""

    record_id: str
    at: dt.datetime
    subject: str
    what: str
    purpose: str
    by: str
    decision: str = ""


class Looks(Protocol):
    """Knows who looked at personal data."""

    @property
    def size(self) -> int:
        """How many stand on a page."""

    def newest(self, *, before: str | None = None) -> list[Look]:
        """Return a page, newest first; blocks."""


class RecordsLooks(Protocol):
    """Records that somebody looks at personal data, of a record or of a page, durably before it is shown; blocks."""

    def __call__(self, subject: str, /, *, purpose: str, by: str) -> object:
        """Return once it is durable; raises `JournalUnavailable`."""


class KnowsRules(Protocol):
    """Knows the rules in force."""

    def titles(self, locale: Locale) -> Mapping[str, str]:
        """Return the titles of policies by id."""

    def enforced(self) -> frozenset[str]:
        """Return the rules that are enforced now, as `policy.rule`."""
