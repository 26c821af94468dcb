"""Upkeep keeps the write-ahead log short, beside the writer."""

import dataclasses
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.waiting import wait_until

from atesaki.journal import Entry, Journal, upkeep
from atesaki.journal.upkeep import Upkeep, checkpoint_wal
from atesaki.storage.engine import Store, open_store
from atesaki.storage.tables import documents
from atesaki.storage.turn import Turn


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


@pytest.fixture
def every_log_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if thousands of decisions had been recorded since the last checkpoint."""
    monkeypatch.setattr(upkeep, "LONG_LOG", 1)


def _size(store: Store) -> int:
    assert store.path is not None
    return store.path.stat().st_size


def test_the_write_ahead_log_is_emptied_into_the_database(filled: Store) -> None:
    """After a checkpoint the database file itself holds the records."""
    before = _size(filled)
    assert filled.place is not None
    checkpoint_wal(filled.place, filled.turn)
    assert _size(filled) > before


class _WritesMeanwhile:
    """Stands for the journal, which wrote while a checkpoint ran: once more just before the turn is given."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.given = 0

    def __enter__(self) -> None:
        _write(self._store, "meanwhile")
        self._store.turn.__enter__()
        self.given += 1

    def __exit__(self, *_: object) -> None:
        self._store.turn.__exit__(None, None, None)


def _write(store: Store, name: str) -> None:
    with store.write() as connection:
        connection.execute(documents.insert().values(name=name, revision=1, body="{}", updated_at=0))


def _log_pages(store: Store) -> int:
    assert store.path is not None
    with closing(sqlite3.connect(store.path)) as connection:
        return int(connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1])


@pytest.mark.usefixtures("every_log_is_long")
def test_a_long_log_is_begun_anew_although_others_write_all_the_time(filled: Store) -> None:
    """Else it would grow, up to the bound at which a commit has to move all of it."""
    assert filled.place is not None
    turn = _WritesMeanwhile(filled)
    checkpoint_wal(filled.place, turn)
    _write(filled, "afterwards")
    assert (turn.given, _log_pages(filled) < 10) == (1, True)


def test_a_short_log_holds_nobody_up(filled: Store) -> None:
    """An idle journal gives no turn away every second."""
    assert filled.place is not None
    turn = _WritesMeanwhile(filled)
    checkpoint_wal(filled.place, turn)
    assert turn.given == 0


@pytest.mark.usefixtures("every_log_is_long")
def test_a_reader_never_makes_the_journal_wait_for_a_checkpoint(filled: Store) -> None:
    """An export may read for minutes."""
    assert filled.place is not None
    with filled.read() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM records").scalar()
        _write(filled, "while reading")
        checkpoint = threading.Thread(target=checkpoint_wal, args=(filled.place, filled.turn))
        checkpoint.start()
        checkpoint.join(4)  # SQLite waits for readers for 5 seconds, where it is asked to.
        assert not checkpoint.is_alive()


class _NeverFree:
    """A turn that does not come in time."""

    def __init__(self) -> None:
        self.asked = 0

    def __enter__(self) -> None:
        self.asked += 1
        busy = Turn(patience=0.0)
        with busy, busy:
            pass

    def __exit__(self, *_: object) -> None:
        """Nobody comes here."""


@pytest.mark.usefixtures("every_log_is_long")
def test_upkeep_tries_again_where_its_turn_does_not_come(filled: Store) -> None:
    """Somebody writes for longer than anybody waits; the next time may be better."""
    turn = _NeverFree()
    running = Upkeep(dataclasses.replace(filled, turn=turn), seconds=0.01)  # type: ignore[arg-type]
    running.start()
    wait_until(lambda: turn.asked > 1)
    running.stop()


def test_upkeep_runs_by_itself(filled: Store) -> None:
    """A running upkeep does so without being asked."""
    before = _size(filled)
    running = Upkeep(filled, seconds=0.01)
    running.start()
    wait_until(lambda: _size(filled) > before)
    running.stop()
