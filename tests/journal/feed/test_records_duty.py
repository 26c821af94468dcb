"""What one receiver gets at once: as much as it takes, and never nothing for ever."""

import datetime as dt
import json
from collections.abc import Sequence

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.journal.many import fill

from atesaki.journal import Entry, Journal
from atesaki.journal.feed import records_duty
from atesaki.journal.feed.delivery import Event, NotDelivered
from atesaki.journal.feed.lag import lag_of
from atesaki.journal.feed.records_duty import RecordsDuty
from atesaki.journal.feed.worker import Patience, Worker
from atesaki.storage.engine import Store

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NOW = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)


class Limited:
    """A receiver that takes so many events, or bytes, at once."""

    name = key = "webhook"

    def __init__(self, *, most: int = 1_000_000, size: int = 1_000_000) -> None:
        self.most, self.size = most, size
        self.refused = 0
        self.taken: list[Event] = []

    def deliver(self, events: Sequence[Event]) -> None:
        """Take them, or answer 413."""
        if len(events) > self.most or sum(len(event.body) for event in events) > self.size:
            self.refused += 1
            raise NotDelivered("The receiver answers 413.", too_large=True)
        self.taken += events


def _duty(store: Store, target: Limited, *, people: bool = False) -> RecordsDuty:
    duty = RecordsDuty(store, target, lambda: NOW, with_personal=people, from_now=False)
    duty.begin()
    return duty


def _deliver_all(duty: RecordsDuty) -> None:
    for _ in range(1_000):
        try:
            if not duty.turn():
                return
        except NotDelivered:
            continue
    raise AssertionError("it never ends")


def test_a_receiver_of_small_batches_is_asked_for_large_ones_only_now_and_then(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else every second delivery were refused; after a while it is tried whether the limit is gone."""
    fill(store, KEY, 2_000)
    target = Limited(most=100)
    duty = _duty(store, target)
    _deliver_all(duty)
    assert (len(target.taken), target.refused) == (2_000, 3)
    duty.rest()
    monkeypatch.setattr(records_duty, "SMALL_SECONDS", 0.0)
    fill(store, KEY, 2_000, stream="atesaki/more")
    _deliver_all(_duty(store, target))
    assert target.refused > 10


def test_a_limit_of_the_receiver_is_no_problem_of_it(store: Store) -> None:
    """It gets everything, so nobody is alarmed."""
    fill(store, KEY, 2_000)
    target = Limited(most=100)
    duty = _duty(store, target)
    worker = Worker(store, duty, Patience())
    while len(target.taken) < 2_000:
        worker._turn()
        assert lag_of(store, target, NOW).problem is None
    assert target.refused == 3


def _record(store: Store, *counts: int) -> None:
    journal = Journal(store, KEY)
    journal.start()
    for count in counts:
        people = {"to": [{"address": f"person{number}@hall.example"} for number in range(count)]}
        journal.append_blocking(Entry("decision.recorded", "d", {"action": "warn"}, people))
    journal.stop()


def test_a_record_that_is_too_large_with_its_people_goes_without_them(store: Store) -> None:
    """One mail to thousands must not hold up all records that follow; its numbers arrive."""
    _record(store, 2, 1_000, 3)
    target = Limited(size=5_000)
    _deliver_all(_duty(store, target, people=True))
    sent = [json.loads(event.body)["email"]["to"] for event in target.taken]
    assert [len(each) for each in sent] == [2, 1, 3]
    assert sent[1] == ["withheld@atesaki.invalid"]


def test_a_record_that_is_too_large_even_so_waits_and_is_told(store: Store) -> None:
    """No record is skipped; somebody has to raise the limit."""
    _record(store, 1)
    target = Limited(size=10)
    duty = _duty(store, target, people=True)
    with pytest.raises(NotDelivered) as first:
        duty.turn()
    with pytest.raises(NotDelivered) as second:
        duty.turn()
    assert (first.value.too_large, second.value.too_large) == (True, False)
    assert lag_of(store, target, NOW).records == 1
