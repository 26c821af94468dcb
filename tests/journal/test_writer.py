"""The writer: batches, full queues, clients that go away, a store that fails and comes back."""

import asyncio
import datetime as dt
import resource
import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.schema import DropTable
from structlog.testing import capture_logs
from tests.postgres import Cluster
from tests.waiting import wait_until
from typing_extensions import override

from atesaki.journal import Entry, Journal, JournalUnavailable, Limits, RecordRef
from atesaki.journal.batch import Waiting
from atesaki.journal.checkpoint import open_note, public_key_of
from atesaki.journal.read import Reader
from atesaki.journal.record import draft
from atesaki.journal.sink import Batch
from atesaki.journal.sqlite_sink import SqliteSink
from atesaki.journal.verify import verify_store
from atesaki.journal.witness import Witness
from atesaki.journal.writer import Stop, Writer
from atesaki.storage.engine import Store, open_store
from atesaki.storage.errors import StoreInUse
from atesaki.storage.tables import streams

ENTRY = Entry("decision.recorded", "d1", {"action": "block", "pad": "x" * 2_000}, {"to": ["v01@gmail.example"]})
NOW = dt.datetime(2026, 4, 4, 9, 30, tzinfo=dt.UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@contextmanager
def _running(store: Store, limits: Limits | None = None) -> Iterator[Journal]:
    journal = Journal(store, KEY, limits=limits or Limits())
    journal.start()
    try:
        yield journal
    finally:
        journal.stop()


def test_a_restart_continues_the_stream(store: Store) -> None:
    """The tree goes on where it stopped, without reading the records again."""
    with _running(store) as journal:
        first = journal.append_blocking(ENTRY)
    with _running(store) as journal:
        second = journal.append_blocking(ENTRY)
    assert (second.stream, second.position) == (first.stream, 1)
    assert verify_store(store).records == 2


def test_another_key_begins_another_stream(store: Store) -> None:
    """A stream is signed by one key only."""
    with _running(store) as journal:
        first = journal.append_blocking(ENTRY)
    other = Journal(store, Ed25519PrivateKey.generate())
    other.start()
    second = other.append_blocking(ENTRY)
    other.stop()
    assert second.stream != first.stream
    assert verify_store(store).streams == 2


def test_a_second_process_may_not_write_to_sqlite(tmp_path: Path) -> None:
    """The second writer is told so in one sentence; after the first has stopped it may write."""
    store = open_store(tmp_path)
    with _running(store), pytest.raises(StoreInUse, match="server is running"):
        Journal(store, KEY).start()
    with _running(store) as journal:
        journal.append_blocking(ENTRY)
    store.close()


def test_a_store_that_can_not_be_opened_is_said_at_the_start(store: Store) -> None:
    """A journal without its tables does not start, and says so as any other time."""
    with store.write() as connection:
        connection.execute(DropTable(streams))
    with pytest.raises(JournalUnavailable):
        Journal(store, KEY).start()


def test_two_processes_on_postgresql_write_to_streams_of_their_own(postgres: Cluster) -> None:
    """With the same key, neither waits for the other, and both streams verify."""
    store = open_store(postgres.store())
    with _running(store) as one, _running(store) as two:
        first, second = one.append_blocking(ENTRY), two.append_blocking(ENTRY)
    assert first.stream != second.stream
    tally = verify_store(store)
    assert (tally.streams, tally.records, tally.newer) == (2, 2, 0)
    store.close()


def test_a_client_that_goes_away_breaks_no_batch(store: Store) -> None:
    """Those who wait beside a cancelled request are answered; its own record is kept all the same."""

    async def scene(journal: Journal) -> None:
        gone = asyncio.create_task(journal.append(ENTRY))
        stays = asyncio.create_task(journal.append(ENTRY))
        await asyncio.sleep(0)
        gone.cancel()
        assert (await stays).position in {0, 1}
        await journal.append(ENTRY)

    with _running(store) as journal:
        asyncio.run(scene(journal))
    assert verify_store(store).records == 3


def test_a_full_queue_refuses_at_once(store: Store) -> None:
    """More entries than may wait are refused, the others are recorded."""

    async def crowd(journal: Journal) -> list[object]:
        return await asyncio.gather(*(journal.append(ENTRY) for _ in range(9)), return_exceptions=True)

    with _running(store, Limits(queue=4)) as journal:
        results = asyncio.run(crowd(journal))
    refused = [result for result in results if isinstance(result, JournalUnavailable)]
    assert len(refused) == 5
    assert (refused[0].status, refused[0].type, refused[0].retry_after) == (503, "journal-unavailable", 2)
    assert verify_store(store).records == 4


def test_a_disk_that_is_full_is_survived(tmp_path: Path) -> None:
    """While the file can't grow every entry is refused; with room again the next one is recorded, without restart."""
    store = open_store(tmp_path)
    with capture_logs() as logs, _running(store) as journal:
        journal.append_blocking(ENTRY)
        with _no_room(tmp_path / "atesaki.db-wal"):
            for _ in range(3):
                with pytest.raises(JournalUnavailable):
                    journal.append_blocking(ENTRY)
            # The limit of a process is told as an error of the disk.
            assert journal.problem == "The journal can't be written: the disk is full or reports errors."
        assert journal.append_blocking(ENTRY).position == 1
        assert not journal.problem
    told = [log["event"] for log in logs if "write" in log["event"]]
    assert told == ["journal.write_failed", "journal.write_recovered"]
    assert verify_store(store).records == 2
    store.close()


@contextmanager
def _no_room(path: Path) -> Iterator[None]:
    """Let no file of this process grow beyond the size that this one has."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_locked_sqlite_file_is_survived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A foreign program that holds the write lock too long costs answers, not the journal."""
    monkeypatch.setattr("atesaki.journal.sqlite_sink.SQLITE_PRAGMAS", ("PRAGMA busy_timeout = 50",))
    store = open_store(tmp_path)
    with _running(store) as journal:
        stranger = sqlite3.connect(tmp_path / "atesaki.db", isolation_level=None)
        stranger.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalUnavailable):
            journal.append_blocking(ENTRY)
        stranger.execute("ROLLBACK")
        stranger.close()
        assert journal.append_blocking(ENTRY).position == 0
    store.close()


def test_a_postgresql_that_was_away_is_used_again(postgres: Cluster) -> None:
    """While the server is down every entry is refused; when it is back the next one is recorded, without restart."""
    store = open_store(postgres.store())
    with _running(store) as journal:
        journal.append_blocking(ENTRY)
        postgres.stop()
        try:
            with pytest.raises(JournalUnavailable):
                journal.append_blocking(ENTRY)
        finally:
            postgres.start()
        journal.append_blocking(ENTRY)
    assert verify_store(store).records == 2
    store.close()


def test_a_store_that_was_away_is_found_again_while_nobody_asks(
    postgres: Cluster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The readiness check recovers by itself, without a request that would have to fail first."""
    monkeypatch.setattr("atesaki.journal.writer.RETRY_SECONDS", 0.05)
    store = open_store(postgres.store())
    with _running(store) as journal:
        postgres.stop()
        try:
            with pytest.raises(JournalUnavailable):
                journal.append_blocking(ENTRY)
            assert journal.problem is not None
        finally:
            postgres.start()
        wait_until(lambda: journal.problem is None)
    store.close()


class _AnswerLost(SqliteSink):
    """Commits, and then loses the connection before the first answer comes."""

    lost = False

    @override
    def commit(self, batch: Batch) -> None:
        super().commit(batch)
        if not self.lost:
            self.lost = True
            raise ConnectionResetError


def test_a_commit_whose_answer_was_lost_is_found_in_the_store(tmp_path: Path) -> None:
    """Whoever waited is refused; the record that is durable all the same keeps its place in the tree."""
    store = open_store(tmp_path)
    public_key = KEY.public_key().public_bytes_raw()
    assert store.place is not None
    sink = _AnswerLost(store.place, public_key, lambda: 0, store.turn)
    writer = Writer(sink, KEY, lambda: NOW, 60, Witness(store, public_key))
    writer.start()
    refused, answered = (Future[RecordRef](), Future[RecordRef]())
    writer.put(Waiting(draft(ENTRY, NOW), None, refused))
    with pytest.raises(JournalUnavailable):
        refused.result(10)
    writer.put(Waiting(draft(ENTRY, NOW), None, answered))
    assert answered.result(10).position == 1
    writer.put(Stop())
    writer.join()
    assert verify_store(store).records == 2
    store.close()


def test_an_entry_that_cannot_be_written_harms_nobody_else(store: Store) -> None:
    """A NUL in the subject, which PostgreSQL refuses, fails at its caller and not with its batch."""
    with _running(store) as journal:
        with pytest.raises(ValueError, match="subject"):
            journal.append_blocking(Entry("roster.changed", "a\x00b", {}))
        assert journal.append_blocking(ENTRY).position == 0


def test_a_checkpoint_on_demand_covers_everything_before_it(store: Store) -> None:
    """The note is signed by the stream's key, and stored."""
    with _running(store) as journal:
        assert journal.checkpoint() is None
        for _ in range(3):
            journal.append_blocking(ENTRY)
        note = journal.checkpoint()
        assert note is not None
        stored = Reader(store).checkpoints()[0]
        assert stored.note == note
        assert open_note(note, public_key_of(stored.public_key)).size == 3


def test_a_checkpoint_is_signed_when_it_is_due(store: Store) -> None:
    """Records do not stand unsigned for longer than the given time."""
    with _running(store, Limits(checkpoint_seconds=0.05)) as journal:
        journal.append_blocking(ENTRY)
        wait_until(Reader(store).checkpoints)


def test_the_last_checkpoint_is_signed_at_the_end(store: Store) -> None:
    """After `stop` no record is newer than the last checkpoint."""
    with _running(store) as journal:
        journal.append_blocking(ENTRY)
    assert verify_store(store).newer == 0


def test_the_moment_is_the_clock_s(store: Store) -> None:
    """`recorded_at` comes from the clock that was handed in."""
    journal = Journal(store, KEY, now=lambda: NOW)
    journal.start()
    ref = journal.append_blocking(ENTRY)
    journal.stop()
    record = Reader(store).get(ref.record_id)
    assert record is not None
    assert record.recorded_at == NOW
