"""Upkeep keeps the write-ahead log short, beside the writer."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from atesaki.journal import Entry, Journal
from atesaki.journal.upkeep import Upkeep, checkpoint_wal
from atesaki.storage.engine import Store, open_store


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Store]:
    """A SQLite store whose records are still in the write-ahead log."""
    store = open_store(tmp_path)
    journal = Journal(store, Ed25519PrivateKey.generate())
    journal.start()
    for number in range(50):
        journal.append_blocking(Entry("decision.recorded", f"d{number}", {"pad": "x" * 5_000}, {"to": ["v01"]}))
    journal.stop()
    yield store
    store.close()


def _size(store: Store) -> int:
    assert store.path is not None
    return store.path.stat().st_size


def test_the_write_ahead_log_is_emptied_into_the_database(filled: Store) -> None:
    """After a checkpoint the database file itself holds the records."""
    before = _size(filled)
    assert filled.path is not None
    checkpoint_wal(filled.path)
    assert _size(filled) > before


def test_upkeep_runs_by_itself(filled: Store) -> None:
    """A running upkeep does so without being asked."""
    before = _size(filled)
    upkeep = Upkeep(filled, seconds=0.01)
    upkeep.start()
    deadline = time.monotonic() + 20
    while _size(filled) == before:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    upkeep.stop()
