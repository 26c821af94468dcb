"""Tries again for a while where a directory is busy or stumbles, as long as it asks us to and no longer.

One question may take many exchanges, page by page; all of them have to end in the time that `within` leaves.
"""

import datetime as dt
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import TypeVar

from atesaki.deadline import left
from atesaki.directory.errors import DirectoryBusy, DirectoryUnavailable

TRIES = 3
LONGEST_WAIT = 10.0
"""Seconds; whoever is asked to wait longer is told so, and the next sync tries again."""

USUAL_WAIT = 1.0
_DIGITS = 6

Answer = TypeVar("Answer")
Sleep = Callable[[float], object]


def patiently(attempt: Callable[[], Answer], sleep: Sleep = time.sleep) -> Answer:
    """Return what the attempt returns; raises what the last one raised, or `DirectoryUnavailable` out of time."""
    for tried in range(1, TRIES):
        _require_time()
        try:
            return attempt()
        except DirectoryBusy as error:
            wait = float(error.retry_after)
            if wait > min(LONGEST_WAIT, left()):
                raise
        except DirectoryUnavailable:
            wait = USUAL_WAIT * tried
            if wait > left():
                raise
        sleep(wait)
    _require_time()
    return attempt()


def _require_time() -> None:
    if left() <= 0:
        raise DirectoryUnavailable("The directory takes too long to answer in full.")


def seconds_of(retry_after: str | None) -> float:
    """Read a Retry-After header (RFC 9110 §10.2.3): seconds, or a moment."""
    if not retry_after:
        return USUAL_WAIT
    if retry_after.isdecimal():
        return float(retry_after[:_DIGITS])
    try:
        return (parsedate_to_datetime(retry_after) - dt.datetime.now(dt.UTC)).total_seconds()
    except (TypeError, ValueError):
        return USUAL_WAIT
