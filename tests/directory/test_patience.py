"""How long a directory is waited for."""

import datetime as dt
from email.utils import format_datetime

import pytest

from atesaki.directory.errors import DirectoryBusy
from atesaki.directory.patience import USUAL_WAIT, seconds_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [("7", 7.0), ("", USUAL_WAIT), (None, USUAL_WAIT), ("soon", USUAL_WAIT), ("nan", USUAL_WAIT), ("-1", USUAL_WAIT)],
)
def test_retry_after_is_read_as_seconds(text: str | None, expected: float) -> None:
    """What isn't a number of seconds doesn't make anybody wait for ever."""
    assert seconds_of(text) == expected


def test_retry_after_is_read_as_a_moment() -> None:
    """RFC 9110 allows a date too."""
    then = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)
    assert 25 < seconds_of(format_datetime(then, usegmt=True)) <= 30


@pytest.mark.parametrize(("told", "kept"), [(-20.0, 1), (0.0, 1), (2.4, 2), (9**30, 9**30)])
def test_a_wait_is_whole_seconds_and_never_none(told: float, kept: int) -> None:
    """The header that we hand on is a positive whole number."""
    assert DirectoryBusy("Wait.", told).retry_after == pytest.approx(kept)
