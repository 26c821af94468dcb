"""Where a day that somebody typed begins, for every day that there is."""

import datetime as dt
from typing import Final

_FIRST: Final = dt.date(1, 1, 2)
"""The day before may begin, in a zone east of Greenwich, before any moment that there is in UTC."""


def midnight(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """Return the first moment of a day in a time zone."""
    return dt.datetime.combine(max(day, _FIRST), dt.time(), zone)
