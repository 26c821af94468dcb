"""Waits grow after each failure, and never are shorter than a receiver asks for."""

import email.utils
import urllib.error
from email.message import Message

from hypothesis import given
from hypothesis import strategies as st

from atesaki.journal.feed.post import _refusal
from atesaki.journal.feed.worker import LONGEST_RETRY_AFTER, Patience

NOW = 1_775_295_000.0


@given(failures=st.integers(1, 10_000), asked=st.floats(0, 1e9))
def test_a_wait_grows_to_its_limit_and_is_at_least_what_was_asked_for(failures: int, asked: float) -> None:
    """But nobody can put us off for more than an hour."""
    wait = Patience(first=1.0, longest=60.0).wait(failures, asked)
    assert wait >= min(asked, LONGEST_RETRY_AFTER)
    assert 0.5 <= wait <= max(60.0, LONGEST_RETRY_AFTER)
    assert Patience().wait(1, 0) <= 1.0 < Patience().wait(30, 0)


def _retry_after(value: str, status: int = 503) -> float:
    headers = Message()
    headers["Retry-After"] = value
    return _refusal(urllib.error.HTTPError("https://x", status, "", headers, None), NOW).retry_after


def test_seconds_and_dates_are_understood_and_nonsense_is_none() -> None:
    """RFC 9110 §10.2.3 allows both forms."""
    assert _retry_after("120") == 120
    assert _retry_after(email.utils.formatdate(NOW + 90, usegmt=True)) == 90
    assert _retry_after(email.utils.formatdate(NOW - 90, usegmt=True)) == 0
    assert _retry_after("soon") == _retry_after("-5") == _retry_after("") == 0


def test_only_413_asks_for_less_at_once() -> None:
    """Any other refusal gets the same again."""
    made = {
        status: _refusal(urllib.error.HTTPError("https://x", status, "", Message(), None), NOW) for status in (413, 400)
    }
    assert [made[status].too_large for status in (413, 400)] == [True, False]
