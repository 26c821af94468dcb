"""Who asks too often is refused each time, and recorded once a minute."""

import asyncio

import pytest
from tests.fakes.journal import FakeJournal
from tests.sending.index.past import PSEUDONYMS

from atesaki.identity.errors import RateLimited
from atesaki.identity.rates import TokenBuckets
from atesaki.sending import limits
from atesaki.sending.limits import Limits, Scope


class Door:
    """Limits that let each caller in once."""

    def __init__(self) -> None:
        self.now = 0.0
        self.journal = FakeJournal()
        self.journal.start()
        per_key, per_sender = (TokenBuckets(0.4, burst=1, clock=lambda: 0.0) for _ in range(2))
        self.limits = Limits(per_key, per_sender, self.journal, PSEUDONYMS, lambda: self.now)

    def refused(self, caller: str, scope: Scope = "sender") -> RateLimited:
        """Ask until it is refused."""
        for _ in range(2):
            try:
                asyncio.run(self.limits.take(scope, caller))
            except RateLimited as refusal:
                return refusal
        raise AssertionError(caller)

    @property
    def recorded(self) -> list[str]:
        """Who of a, b and c was recorded."""
        names = {PSEUDONYMS.of(each): each for each in "abc"}
        return [names[entry.subject] for entry in self.journal.entries]


@pytest.fixture
def door() -> Door:
    """A door at which nobody was refused yet."""
    return Door()


@pytest.mark.parametrize(("scope", "who"), [("key", "one deployment key"), ("sender", "one sender")])
def test_a_refusal_says_whose_requests_were_too_many(door: Door, scope: Scope, who: str) -> None:
    """And for how many whole seconds to wait; who it was stands in the personal part of the record alone."""
    refusal = door.refused("a@hall.example", scope)
    assert str(refusal) == f"Too many requests of {who}; wait a moment."
    assert (refusal.scope, refusal.retry_after) == (scope, 3)
    [entry] = door.journal.entries
    assert (entry.kind, entry.body, entry.personal) == ("rate.limited", {"scope": scope}, {"caller": "a@hall.example"})
    assert entry.subject == PSEUDONYMS.of("a@hall.example")


def test_each_caller_is_recorded_once_a_minute(door: Door) -> None:
    """Recording every refusal would help who floods us."""
    for now in (0.0, 59.9, 60.0, 119.9):
        door.now = now
        door.refused("a")
        door.refused("b")
    assert door.recorded == ["a", "b", "a", "b"]


def test_what_could_not_be_recorded_is_tried_again_at_the_next_refusal(door: Door) -> None:
    """The refusal itself needs no record."""
    door.journal.problem = "away"
    door.refused("a")
    door.journal.problem = None
    door.refused("a")
    assert door.recorded == ["a"]


def test_only_so_many_callers_are_remembered(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that was recorded longest ago is forgotten, which costs one more record."""
    monkeypatch.setattr(limits, "MOST_REMEMBERED", 2)
    for now, caller in ((0.0, "a"), (1.0, "b"), (60.0, "a"), (60.0, "c"), (60.5, "a"), (60.5, "b")):
        door.now = now
        door.refused(caller)
    assert door.recorded == ["a", "b", "a", "c", "b"]
