"""A SQLite file that somebody moves, replaces or deletes under the running server."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.waiting import wait_until

from atesaki.journal import Entry, Journal, JournalUnavailable
from atesaki.journal.upkeep import Upkeep
from atesaki.journal.verify import verify_store
from atesaki.storage.engine import DATABASE_NAME, Store, open_store
from atesaki.storage.errors import StoreMoved

ENTRY = Entry("decision.recorded", "d1", {"action": "warn"})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store in a file."""
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def test_nothing_is_answered_that_goes_to_a_file_nobody_finds_again(
    store: Store, journal: Journal, tmp_path: Path
) -> None:
    """Linux lets a process write on to a file that was moved away; what it holds then is no durable record."""
    journal.append_blocking(ENTRY)
    file, away = tmp_path / DATABASE_NAME, tmp_path / "away.db"
    file.rename(away)
    for _ in range(2):
        with pytest.raises(JournalUnavailable):
            journal.append_blocking(ENTRY)
    assert "restart the server" in str(journal.problem)
    assert not file.exists()
    away.rename(file)
    journal.append_blocking(ENTRY)
    assert journal.problem is None
    assert verify_store(store).records == 2


def test_another_file_in_the_place_of_the_store_is_noticed_while_nobody_asks(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup that is restored under the running server makes it unready before the next message comes."""
    monkeypatch.setattr("atesaki.journal.writer.RETRY_SECONDS", 0.05)
    journal.append_blocking(ENTRY)
    other = tmp_path / "backup"
    open_store(other).close()
    (other / DATABASE_NAME).rename(tmp_path / DATABASE_NAME)
    wait_until(lambda: journal.problem)
    with pytest.raises(JournalUnavailable):
        journal.append_blocking(ENTRY)


def test_what_is_put_in_the_place_of_the_store_is_left_as_it_is(store: Store, tmp_path: Path) -> None:
    """Read or checkpointed through the log of the former file, whose name fits it too, a backup would be destroyed."""
    file = tmp_path / DATABASE_NAME
    upkeep = Upkeep(store, seconds=0.001)
    upkeep.start()
    file.rename(tmp_path / "away.db")
    file.write_bytes(b"a backup")
    store.close()
    with pytest.raises(StoreMoved), store.read():
        pass
    upkeep.stop()
    assert file.read_bytes() == b"a backup"


def test_nothing_is_put_in_the_place_of_the_store(store: Store, tmp_path: Path) -> None:
    """An empty file there would be taken for a new store by the next start, and nobody would look for the old one."""
    upkeep = Upkeep(store, seconds=0.001)
    (tmp_path / DATABASE_NAME).rename(tmp_path / "away.db")
    upkeep.start()
    time.sleep(0.1)
    upkeep.stop()
    assert not (tmp_path / DATABASE_NAME).exists()
