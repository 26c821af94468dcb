"""A PostgreSQL whose connections are cut, whose replicas are killed, or that no longer answers."""

import asyncio
import datetime as dt
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.postgres import Cluster
from tests.waiting import wait_until

from atesaki.journal import Entry, Journal, JournalUnavailable
from atesaki.journal.errors import JournalKeyUnusable
from atesaki.journal.export import Selection, export
from atesaki.journal.key import load_or_create_key
from atesaki.journal.postgres_sink import PostgresSink
from atesaki.journal.rotate import rotate
from atesaki.journal.verify import verify_store
from atesaki.storage.engine import Store, open_store

ENTRY = Entry("decision.recorded", "d1", {"action": "warn"})
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
SESSIONS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'atesaki journal'"


def now() -> dt.datetime:
    """Return the moment."""
    return dt.datetime.now(dt.UTC)


@pytest.fixture
def store(postgres: Cluster) -> Iterator[Store]:
    """An empty store on PostgreSQL."""
    opened = open_store(postgres.store())
    yield opened
    opened.close()


def started(store: Store, key: Ed25519PrivateKey = KEY) -> Journal:
    """Return the journal of a replica that runs."""
    journal = Journal(store, key)
    journal.start()
    return journal


def cut(store: Store) -> None:
    """Cut the connections of all journals, as a restart of the database does."""
    with psycopg.connect(store.dsn, autocommit=True) as admin:
        for pid in admin.execute(SESSIONS).fetchall():
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", pid)


def sessions(store: Store) -> list[int]:
    """Return the processes of PostgreSQL that serve a journal."""
    with psycopg.connect(store.dsn, autocommit=True) as admin:
        return [pid for (pid,) in admin.execute(SESSIONS)]


def assert_all_exported(store: Store, *ids: str) -> None:
    """Assert that these records stand in an export, and that nothing is without a checkpoint."""
    exported = b"".join(export(store, Selection(), now()))
    assert [record_id for record_id in ids if record_id.encode() not in exported] == []
    assert verify_store(store).newer == 0


def test_what_a_killed_replica_recorded_comes_under_a_checkpoint_of_the_others(store: Store) -> None:
    """Also where it never comes back: else its last minute would be missing from every export."""
    stays, dies = started(store), started(store)
    answered = [journal.append_blocking(ENTRY).record_id for journal in (stays, dies)]
    sink = dies._writer._sink
    assert isinstance(sink, PostgresSink)
    sink.disconnect()
    sink._run(asyncio.sleep(0.1))
    stays.stop()
    assert_all_exported(store, *answered)


def test_a_stream_that_was_left_since_its_lock_was_still_held_comes_under_a_checkpoint(store: Store) -> None:
    """After a cut in the network the server may not have noticed the end of the old session."""
    journal = started(store)
    before = journal.append_blocking(ENTRY)
    with psycopg.connect(store.dsn, autocommit=True) as old:
        cut(store)
        old.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", (before.stream,))
        with pytest.raises(JournalUnavailable):
            journal.append_blocking(ENTRY)
        after = journal.append_blocking(ENTRY)
    assert after.stream != before.stream
    journal.stop()
    assert_all_exported(store, before.record_id, after.record_id)


def test_a_server_with_a_key_that_was_changed_records_nothing_more(store: Store, tmp_path: Path) -> None:
    """Its connection was cut, so that the change of the key found nobody writing; `verify` stays content."""
    file = tmp_path / "journal.key"
    journal = started(store, load_or_create_key(file))
    journal.append_blocking(ENTRY)
    cut(store)
    rotate(store, file, now, "admin")
    for _ in range(2):
        with pytest.raises(JournalUnavailable):
            journal.append_blocking(ENTRY)
    assert journal.problem is not None
    journal.stop()
    assert verify_store(store).records == 2


def test_a_lost_connection_is_noticed_while_nobody_writes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first mail after a restart of the database is not the one that fails."""
    monkeypatch.setattr("atesaki.journal.writer.RETRY_SECONDS", 0.05)
    journal = started(store)
    before = set(sessions(store))
    cut(store)
    wait_until(lambda: journal.problem is None and set(sessions(store)) - before)
    assert journal.append_blocking(ENTRY).position == 0
    journal.stop()


def test_a_start_against_a_database_that_does_not_answer_ends(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever starts the server is told, and does not wait for ever."""
    monkeypatch.setattr("atesaki.journal.postgres_sink.COMMAND_SECONDS", 1.0)
    monkeypatch.setattr("atesaki.journal.postgres_sink.CONNECT_SECONDS", 1.0)
    with psycopg.connect(store.dsn) as lock, ThreadPoolExecutor(1) as thread:
        lock.execute("LOCK TABLE streams IN ACCESS EXCLUSIVE MODE")
        start = thread.submit(started, store)
        wait_until(lambda: sessions(store))
        frozen = sessions(store)
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        try:
            with pytest.raises(JournalUnavailable):
                start.result(20)
        finally:
            for pid in frozen:
                os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_server_that_starts_with_a_copy_of_a_changed_key_stops(
    database: str, postgres: Cluster, tmp_path: Path
) -> None:
    """Such as a replica whose secret was not replaced."""
    store = open_store(tmp_path / "store" if database == "sqlite" else postgres.database())
    file = tmp_path / "journal.key"
    old = load_or_create_key(file)
    first = started(store, old)
    first.append_blocking(ENTRY)
    first.stop()
    rotate(store, file, now, "admin")
    with pytest.raises(JournalKeyUnusable):
        started(store, old)
    again = started(store, load_or_create_key(file))
    again.append_blocking(ENTRY)
    again.stop()
    assert verify_store(store).records == 3
    store.close()
