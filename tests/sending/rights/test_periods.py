"""Two people who change the periods at once: one is accepted and recorded, the other one is told."""

import contextlib
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.sending.rights.office import NOW, Office

from atesaki.journal.changes import Change
from atesaki.sending.rights.errors import RetentionChanged
from atesaki.sending.rights.periods import Periods, PeriodsState, Retention
from atesaki.storage import tables


def saved(retention: Retention, days: int) -> bool:
    """Save a period from revision 0; tell whether it was accepted."""
    try:
        retention.put(Periods(classes={"view": days}), f"admin {days}", 0)
    except RetentionChanged:
        return False
    return True


def test_of_two_at_once_one_is_accepted_and_recorded(office: Office) -> None:
    """Both look before either writes, where nothing keeps them apart; on PostgreSQL they are two replicas."""
    both_look = threading.Barrier(2)

    def record(kind: str, subject: str, body: Mapping[str, object], personal: Mapping[str, object] | None) -> object:
        with contextlib.suppress(threading.BrokenBarrierError):
            both_look.wait(timeout=0.5)
        return office.record(kind, subject, body, personal)

    one = Retention(office.store, record, 365, office.clock)
    other = one if office.store.dialect == "sqlite" else Retention(office.store, record, 365, office.clock)
    with ThreadPoolExecutor(2) as threads:
        accepted = [days for days, done in zip((1, 2), threads.map(saved, (one, other), (1, 2)), strict=True) if done]
    assert [one.state] == [PeriodsState(Periods(classes={"view": days}), 1) for days in accepted]
    assert [entry.body["after"]["classes"] for entry in office.told("retention.changed")] == [{"view": accepted[0]}]


def test_the_store_itself_refuses_who_was_overtaken(office: Office) -> None:
    """Also where somebody writes between the look and the writing, as a replica of another version may."""
    other = Retention(office.store, office.record, 365, office.clock)

    def overtaken(kind: str, subject: str, body: Mapping[str, object], personal: Mapping[str, object] | None) -> object:
        with office.store.write() as connection:
            other._document.replace(connection, '{"classes":{"view":2}}', seen=0, at=0)
        return office.record(kind, subject, body, personal)

    assert not saved(Retention(office.store, overtaken, 365, office.clock), 1)
    assert other.state == PeriodsState(Periods(classes={"view": 2}), 1)


def test_who_changed_the_periods_is_known_as_long_as_it_is_kept(office: Office) -> None:
    """Then only the moment is left; of a revision that nobody made, nothing."""
    retention = Retention(office.store, office.record, 365, office.clock)
    with pytest.raises(RetentionChanged):
        retention.put(Periods(), "admin", 7)
    retention.put(Periods(), "anna@hall.example", 0)
    retention.put(Periods(), "ben@hall.example", 1)
    assert retention.change_to(1) == Change(NOW, "anna@hall.example")
    with office.store.write() as connection:
        connection.execute(tables.personal.delete())
    assert retention.change_to(1) == Change(NOW, "")
    assert retention.change_to(9) is None
