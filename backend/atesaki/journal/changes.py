"""Who changed something last, as the journal has it."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from atesaki.journal.read import Reader, Search

_MOST = 50
"""How many changes of a kind are looked through; whatever is older has been there for long."""

Fits = Callable[[Mapping[str, Any], Mapping[str, Any]], bool]
"""Tells by the body of a record, and by what is personal of it, whether it is the one that is looked for."""


class Change(NamedTuple):
    """When somebody changed something, and who; `by` is empty where that is no longer kept."""

    at: dt.datetime
    by: str


def newest_change(reader: Reader, kind: str, fits: Fits, *, subject: str | None = None) -> Change | None:
    """Return the newest change of a kind that fits, `None` where there is none; only its author is shown to others."""
    for record in reader.newest(Search(kind=kind, subject=subject), limit=_MOST):
        personal = reader.personal_of(record.record_id) or {}
        if fits(record.body, personal):
            return Change(record.recorded_at, str(personal.get("author", "")))
    return None
