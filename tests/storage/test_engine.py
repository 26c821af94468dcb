"""The store opens on both databases with one schema, and says in one sentence what is wrong."""

import contextlib
import multiprocessing
import sqlite3
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Table, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from tests.postgres import Cluster

from atesaki.storage.engine import DATABASE_NAME, Store, micros, moment, open_store
from atesaki.storage.errors import StoreInUse, StoreUnavailable
from atesaki.storage.lock import FileLock
from atesaki.storage.tables import documents, metadata, personal, records
from atesaki.storage.turn import Turn

DOCUMENT = {"name": "organization", "revision": 1, "body": "{}", "updated_at": 0}


def test_migrations_build_exactly_the_tables_that_are_declared(store: Store) -> None:
    """The migrated schema and the metadata are the same."""
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": False})
        assert compare_metadata(context, metadata) == []


def test_what_is_written_is_there_when_the_store_is_opened_again(store: Store, store_url: str) -> None:
    """A second opening keeps the data and runs no migration again."""
    with store.write() as connection:
        connection.execute(documents.insert().values(DOCUMENT))
    again = open_store(store_url)
    with again.read() as connection:
        assert connection.execute(select(documents.c.name)).scalars().all() == ["organization"]
    again.close()


def test_a_failed_write_leaves_nothing(store: Store) -> None:
    """An exception inside the block undoes all of it."""
    with pytest.raises(IntegrityError), store.write() as connection:
        connection.execute(documents.insert(), [DOCUMENT, DOCUMENT])
    with store.read() as connection:
        assert connection.execute(select(documents)).all() == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_replicas_that_start_together_migrate_once(kind: str, postgres: Cluster, tmp_path: Path) -> None:
    """Four processes open a store that nobody made yet at the same moment, and all of them can use it."""
    address = str(tmp_path) if kind == "sqlite" else postgres.database()
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert pool.map(_open_and_count, [address] * 4) == [0, 0, 0, 0]


def _open_and_count(url: str) -> int:
    opened = open_store(url)
    with opened.read() as connection:
        count = len(connection.execute(select(documents)).all())
    opened.close()
    return count


@pytest.mark.parametrize("table", [records, personal], ids=["records", "personal"])
def test_recording_makes_no_table_in_passing(tmp_path: Path, table: Table) -> None:
    """SQLite would make one, and throw it away, for every decision: for a list (IN) in the condition of an index."""
    store = open_store(tmp_path)
    with store.read() as connection:
        insert = str(table.insert().compile(store.engine))
        steps = connection.exec_driver_sql(f"EXPLAIN {insert}", (None,) * len(table.c)).scalars("opcode").all()
    store.close()
    assert "Insert" in steps
    assert "OpenEphemeral" not in steps


def test_sqlite_is_set_to_survive_a_power_cut(tmp_path: Path) -> None:
    """WAL with synchronous=FULL (2), and foreign keys that hold."""
    store = open_store(tmp_path)
    with store.read() as connection:
        values = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
        assert [*values, connection.exec_driver_sql("PRAGMA foreign_keys").scalar()] == ["wal", 2, 1]
    store.close()


def test_pages_have_room_for_several_decisions_and_older_files_keep_theirs(tmp_path: Path) -> None:
    """The size of a page is chosen when the file is made."""
    (tmp_path / "old").mkdir()
    with contextlib.closing(sqlite3.connect(tmp_path / "old" / DATABASE_NAME)) as made_before:
        made_before.execute("PRAGMA page_size = 4096")
        made_before.execute("VACUUM")
    sizes = []
    for folder in ("new", "old"):
        store = open_store(tmp_path / folder)
        with store.read() as connection:
            sizes.append(connection.exec_driver_sql("PRAGMA page_size").scalar())
        store.close()
    assert sizes == [8192, 4096]


def test_a_read_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    """SQLite answers readers while a write transaction is open."""
    store = open_store(tmp_path)
    with store.write() as writing, store.read() as reading:
        writing.execute(documents.insert().values(DOCUMENT))
        assert reading.execute(select(documents)).all() == []
    store.close()


def test_what_is_made_once_is_made_by_one_at_a_time(store: Store) -> None:
    """Each sees what the one before has committed, whichever replica that was."""
    start = threading.Barrier(4)

    def make(_: int) -> bool:
        start.wait()
        with store.write_alone() as connection:
            if connection.execute(select(documents)).first():
                return False
            connection.execute(documents.insert().values(DOCUMENT))
            return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(make, range(4))) == [False, False, False, True]


def test_one_process_at_a_time_does_a_work(store: Store) -> None:
    """Another one is told so, while a SQLite store has only one; other works are nobody's concern."""
    with store.sole(1) as here, store.sole(1) as there, store.sole(2) as other:
        assert (here, there, other) == (True, store.dialect == "sqlite", True)
    with store.sole(1, wait=True) as later:
        assert later


def test_a_postgresql_that_is_gone_without_a_word_is_not_waited_for(postgres: Cluster) -> None:
    """By TCP alone that would take a quarter of an hour; what the address says goes first."""
    store = open_store(f"{postgres.database()}&connect_timeout=7")
    with store.read() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        parameters = driver.info.get_parameters()
    store.close()
    assert (parameters["connect_timeout"], parameters["tcp_user_timeout"]) == ("7", "10000")


def test_an_error_of_the_store_holds_no_value(store: Store) -> None:
    """Values are addresses and keys, and errors end up in logs."""
    with store.read() as connection, pytest.raises(DBAPIError) as error:
        connection.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": "anna@hall.example"})
    assert "anna" not in str(error.value)


def test_a_store_of_a_newer_version_is_refused(store: Store, store_url: str) -> None:
    """A schema that this program does not know is not touched."""
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreUnavailable, match="newer version"):
        open_store(store_url)


@pytest.mark.parametrize("url", ["", "mysql://host/db", "sqlite://", "sqlite:///:memory:", "://"])
def test_an_address_of_another_database_is_refused(url: str) -> None:
    """Only SQLite files and PostgreSQL are stores; the error names the setting."""
    with pytest.raises(StoreUnavailable) as refused:
        open_store(url)
    assert refused.value.field == "database_url"


def test_a_database_that_is_away_is_said_in_one_sentence(tmp_path: Path) -> None:
    """A PostgreSQL that does not answer is no stack trace."""
    with pytest.raises(StoreUnavailable, match=r"^The store can't be opened: .*\.$"):
        open_store(f"postgresql://nobody@/nothing?host={tmp_path}")


def test_a_file_that_is_no_database_is_said_in_one_sentence(tmp_path: Path) -> None:
    """A data directory with another file of that name is refused."""
    (tmp_path / "atesaki.db").write_bytes(b"not a database, but long enough to have a header" * 10)
    with pytest.raises(StoreUnavailable, match="file is not a database"):
        open_store(tmp_path)


def test_the_data_directory_is_made_for_its_owner_only(tmp_path: Path) -> None:
    """A missing data directory is created without access for others."""
    open_store(tmp_path / "new").close()
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


def test_the_store_is_for_its_owner_only_in_an_open_folder_too(tmp_path: Path) -> None:
    """Whoever makes the folder first, as `mkdir data` does, opens no address to others on the machine."""
    tmp_path.chmod(0o755)
    with contextlib.closing(open_store(tmp_path)) as store, store.write() as connection:
        connection.execute(documents.insert().values(name="a", revision=1, body="{}", updated_at=0))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.glob(f"{DATABASE_NAME}*")}
    assert modes[DATABASE_NAME] == modes[f"{DATABASE_NAME}-wal"] == 0o600


def test_one_process_at_a_time_holds_the_lock(tmp_path: Path) -> None:
    """The second holder is told so in one sentence; after the release it may have the lock."""
    first, second = FileLock(tmp_path / "a.db"), FileLock(tmp_path / "a.db")
    first.acquire()
    first.acquire()
    with pytest.raises(StoreInUse, match="server is running"):
        second.acquire()
    first.release()
    second.acquire()
    second.release()


def test_moments_survive_the_store_to_the_microsecond() -> None:
    """`moment` undoes `micros` exactly."""
    assert micros(moment(1_700_000_000_123_457)) == 1_700_000_000_123_457


def test_the_sqlite_file_is_one_that_the_driver_reads(tmp_path: Path) -> None:
    """`Store.path` is the file itself."""
    store = open_store(tmp_path)
    assert store.path is not None
    connection = sqlite3.connect(store.path)
    assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
    connection.close()
    store.close()


def test_a_writer_that_waits_goes_on_when_the_turn_is_given_back(tmp_path: Path) -> None:
    """Two threads write one after the other, and neither sleeps in SQLite's own way meanwhile."""
    store, order = open_store(tmp_path), list[str]()

    def second() -> None:
        with store.write():
            order.append("second")

    with store.write():
        thread = threading.Thread(target=second)
        thread.start()
        order.append("first")
    thread.join()
    store.close()
    assert order == ["first", "second"]


def test_a_turn_that_is_never_given_back_is_an_error() -> None:
    """Nobody waits for ever; the error is the one of a store that is busy."""
    turn = Turn(patience=0.01)
    with turn, pytest.raises(OperationalError), turn:
        pass
