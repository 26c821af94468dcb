"""Token buckets: bursts pass, floods wait, and memory stays bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atesaki.identity.rates import BURST_SECONDS, TokenBuckets


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def test_burst_passes_and_then_the_rate_holds() -> None:
    """Five seconds' worth at once, then one call as often as the rate says."""
    clock = Clock()
    buckets = TokenBuckets(2, clock=clock)
    assert [buckets.wait("a") for _ in range(2 * BURST_SECONDS)] == [0.0] * 10
    assert buckets.wait("a") == pytest.approx(0.5)
    clock.now += 0.5
    assert buckets.wait("a") == 0.0
    assert buckets.wait("a") > 0


def test_what_costs_more_counts_for_as_many_calls() -> None:
    """A refusal takes nothing, so that a cheaper call may still pass."""
    buckets = TokenBuckets(1, burst=10, clock=Clock())
    assert [buckets.wait("a", 6), buckets.wait("a", 6), buckets.wait("a", 4)] == [0.0, 2.0, 0.0]


def test_rate_of_zero_limits_nobody() -> None:
    """0 means off."""
    buckets = TokenBuckets(0)
    assert not any(buckets.wait("a") for _ in range(10_000))


def test_rate_below_one_call_in_five_seconds_still_lets_one_call_through() -> None:
    """A tiny rate is slow, never shut."""
    buckets = TokenBuckets(0.01, clock=Clock())
    assert buckets.wait("a") == 0.0
    assert buckets.wait("a") == pytest.approx(100)


def test_callers_do_not_share_a_bucket() -> None:
    """One sender's flood keeps nobody else waiting."""
    buckets = TokenBuckets(1, clock=Clock())
    while not buckets.wait("flood"):
        pass
    assert buckets.wait("quiet") == 0.0


def test_memory_holds_only_the_latest_callers() -> None:
    """Invented senders can't fill the memory."""
    buckets = TokenBuckets(1, most=100, clock=Clock())
    for number in range(1_000):
        buckets.wait(str(number))
    assert len(buckets._buckets) == 100


def test_whoever_called_longest_ago_is_forgotten_and_nobody_who_goes_on_calling() -> None:
    """A flood beside many others stays limited; only a caller that rested begins with a full bucket again."""
    buckets = TokenBuckets(1, burst=1, most=2, clock=Clock())
    assert [buckets.wait(caller) > 0 for caller in ("rests", "flood", "flood", "new", "flood", "rests")] == [
        False,
        False,
        True,
        False,
        True,
        False,
    ]


@given(st.lists(st.floats(min_value=0, max_value=3), max_size=60))
def test_no_more_calls_pass_than_the_burst_and_the_rate_allow(pauses: list[float]) -> None:
    """Whatever the rhythm, the sum is bounded."""
    clock = Clock()
    buckets = TokenBuckets(1, clock=clock)
    passed = 0
    for pause in pauses:
        clock.now += pause
        passed += buckets.wait("a") == 0.0
    assert passed <= BURST_SECONDS + clock.now + 1e-6
