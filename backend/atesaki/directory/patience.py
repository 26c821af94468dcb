"""Tries again for a while where a directory is busy or stumbles, as long as it asks us to and no longer."""

import datetime as dt
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import TypeVar

from atesaki.directory.errors import DirectoryBusy, DirectoryUnavailable

TRIES = 3
LONGEST_WAIT = 10.0
"""Seconds; whoever is asked to wait longer is told so, and the next sync tries again."""

USUAL_WAIT = 1.0
_DIGITS = 6

Answer = TypeVar("Answer")
Sleep = Callable[[float], object]


def patiently(attempt: Callable[[], Answer], sleep: Sleep = time.sleep) -> Answer:
    """Return what the attempt returns; raises what the last one raised."""
    for tried in range(1, TRIES):
        try:
            return attempt()
        except DirectoryBusy as error:
            wait = float(error.retry_after)
            if wait > LONGEST_WAIT:
                raise
        except DirectoryUnavailable:
            wait = USUAL_WAIT * tried
        sleep(wait)
    return attempt()


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
