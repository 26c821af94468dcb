"""Upkeep deletes what has expired and keeps the write-ahead log short, beside the writer."""

import datetime as dt
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from atesaki.journal import Entry, Journal, Limits
from atesaki.journal.retention import delete_expired
from atesaki.journal.upkeep import Upkeep, checkpoint_wal
from atesaki.journal.verify import verify_store
from atesaki.storage.engine import Store, micros, open_store
from atesaki.storage.tables import personal

NOW = dt.datetime(2026, 4, 4, 9, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def _fill(store: Store, retention: dt.timedelta | None, count: int = 5) -> None:
    journal = Journal(store, Ed25519PrivateKey.generate(), now=lambda: NOW, limits=Limits(retention=retention))
    journal.start()
    for number in range(count):
        journal.append_blocking(Entry("decision.recorded", f"d{number}", {"pad": "x" * 5_000}, {"to": ["v01"]}))
    journal.stop()


def _left(store: Store) -> int:
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(personal)).scalar_one()


def test_personal_data_is_deleted_after_its_time_and_not_before(store: Store) -> None:
    """The day after, it is gone; the records still verify."""
    _fill(store, DAY)
    assert delete_expired(store, micros(NOW + DAY)) == 0
    assert delete_expired(store, micros(NOW + DAY) + 1) == 5
    assert (_left(store), verify_store(store).absent) == (0, 5)


def test_it_is_deleted_in_small_batches(store: Store) -> None:
    """Each step takes at most as many as it is told, so that the writer never waits long."""
    _fill(store, DAY)
    assert [delete_expired(store, micros(NOW + 2 * DAY), limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_without_a_retention_nothing_expires(store: Store) -> None:
    """No limit means for ever."""
    _fill(store, None)
    assert delete_expired(store, micros(NOW + 100_000 * DAY)) == 0


def test_upkeep_runs_by_itself(store: Store) -> None:
    """A running upkeep deletes without being asked."""
    _fill(store, DAY)
    upkeep = Upkeep(store, lambda: NOW + 2 * DAY, seconds=0.01)
    upkeep.start()
    deadline = time.monotonic() + 20
    while _left(store):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    upkeep.stop()


def test_the_write_ahead_log_is_emptied_into_the_database(tmp_path: Path) -> None:
    """After a checkpoint the database file itself holds the records."""
    store = open_store(tmp_path)
    _fill(store, None, count=50)
    path = tmp_path / "atesaki.db"
    before = path.stat().st_size
    checkpoint_wal(path)
    assert path.stat().st_size > before
    store.close()
