"""Opens the store: a data directory (SQLite) or a PostgreSQL address, migrated to the newest schema."""

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from atesaki.storage.errors import StoreUnavailable
from atesaki.storage.migrate import migrate
from atesaki.storage.place import Place
from atesaki.storage.trouble import cause_of
from atesaki.storage.turn import Turn

DATABASE_NAME = "atesaki.db"

SQLITE_PRAGMAS = (
    # Takes effect in a new file only. Two or three decisions fit into a page of this size instead of one,
    # so a commit writes fewer of them; beyond that, a commit of a single decision would take longer.
    "PRAGMA page_size = 8192",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA foreign_keys = ON",
    # What is deleted is overwritten with zeros; else it would stay in the file until its page is used again.
    "PRAGMA secure_delete = ON",
    # A WAL checkpoint in the middle of a commit delays an answer;
    # the journal's upkeep makes them on a timer, and 10,000 pages (80 MB) is only the upper bound.
    "PRAGMA wal_autocheckpoint = 10000",
)
POSTGRES_WAITS = {
    # Seconds, and the last one milliseconds. That a machine is gone without a word TCP by itself tells only after a
    # quarter of an hour, and for so long a thread, and whoever waits for it, would hang.
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
# Any constant will do, as long as all replicas use the same: "atesaki" in ASCII.
_ADVISORY_LOCK = 0x61746573616B69
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Store:
    """An open store.

    `engine` is a synchronous SQLAlchemy engine, for thread-pool endpoints and the CLI;
    `place` is where the SQLite file is, `None` on PostgreSQL.
    `turn` is taken by all who write to SQLite.
    """

    engine: Engine
    place: Place | None
    turn: Turn = field(default_factory=Turn, compare=False)

    @property
    def path(self) -> Path | None:
        """The SQLite file, `None` on PostgreSQL."""
        return None if self.place is None else self.place.path

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        """Which database it is."""
        return "postgresql" if self.path is None else "sqlite"

    @property
    def dsn(self) -> str:
        """The PostgreSQL address with its password, as libpq and asyncpg read it."""
        return self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that only reads, all of it from one moment; it never waits for a writer."""
        snapshot = {} if self.path else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect().execution_options(**snapshot) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that writes, committed at the end of the block.

        On SQLite it takes the one write lock at once (BEGIN IMMEDIATE) and so holds up the journal: keep it short.
        """
        with (
            self.turn if self.path else nullcontext(),
            self.engine.connect().execution_options(atesaki_write=True) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def write_alone(self, key: int = _ADVISORY_LOCK) -> Iterator[Connection]:
        """Open a transaction that writes while all others with the same key wait, in any process.

        Without a key it is for what is made only once: the schema, and keys that all replicas share.

        On SQLite every writer is alone; on PostgreSQL an advisory lock lasts until the transaction ends.
        """
        with self.write() as connection:
            if self.path is None:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
            yield connection

    @contextmanager
    def sole(self, key: int, *, wait: bool = False) -> Iterator[bool]:
        """Tell whether no other process does the work that `key` stands for, and keep it so until the block ends.

        With `wait` it returns once that is so. On SQLite there is only one process anyway.
        """
        if self.path is not None:
            yield True
            return
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if wait:
                connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": key})
            alone = wait or bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}))
            try:
                yield alone
            finally:
                if alone:
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})

    def close(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


def open_store(url_or_data_dir: str | Path) -> Store:
    """Open the store and bring its schema up to date.

    Takes a data directory, `sqlite:///path/to/file.db` or `postgresql://…`.
    Raises `StoreUnavailable` with one sentence that names what is wrong.
    """
    url = _url_of(url_or_data_dir)
    try:
        return _migrated(_connect(url))
    except DBAPIError as error:
        raise StoreUnavailable(f"The store can't be opened: {_why(url, error)}.") from error
    except OSError as error:
        raise StoreUnavailable(f"The store can't be opened: {error.filename}: {error.strerror}.") from error


def micros(moment: dt.datetime) -> int:
    """Microseconds since 1970-01-01 UTC, the form of all moments in the tables."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment(micros_utc: int) -> dt.datetime:
    """Turn `micros` back into a moment in UTC."""
    return _EPOCH + micros_utc * _MICROSECOND


def _url_of(url_or_data_dir: str | Path) -> URL:
    if not str(url_or_data_dir):
        # An empty variable would otherwise put the store wherever the program was started.
        raise StoreUnavailable("The database address is empty.", field="database_url")
    if "://" not in str(url_or_data_dir):
        return URL.create("sqlite", database=str(Path(url_or_data_dir) / DATABASE_NAME))
    try:
        url = make_url(str(url_or_data_dir))
    except ArgumentError as error:
        raise StoreUnavailable("The database address can't be read.", field="database_url") from error
    if url.get_backend_name() in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        return url.set(drivername="sqlite")
    raise StoreUnavailable(
        "The database address must begin with postgresql:// or name a SQLite file.",
        field="database_url",
    )


def _connect(url: URL) -> Store:
    if url.drivername != "sqlite":
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
        event.listen(engine, "do_connect", _limit_waiting)
        return Store(engine, None)
    path = Path(str(url.database)).resolve()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        # The folder may be one that others can look into; SQLite gives its log the mode of this file.
        path.touch(mode=0o600)
    engine = create_engine(url.set(database=str(path)), hide_parameters=True)
    place = Place(path)
    event.listen(engine, "do_connect", lambda _, __, ___, options: place.connect(**options))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Store(engine, place)


def _migrated(store: Store) -> Store:
    try:
        migrate(store.engine, store.write_alone)
    except BaseException:
        store.close()
        raise
    return store


def _limit_waiting(_: object, __: object, ___: object, parameters: dict[str, object]) -> None:
    # What the address says goes first.
    for name, value in POSTGRES_WAITS.items():
        parameters.setdefault(name, value)


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    # The driver would begin transactions by itself, and deferred; `_begin_sqlite` says which kind.
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("atesaki_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _why(url: URL, error: DBAPIError) -> str:
    if url.drivername != "sqlite":
        return _first_line(error)
    return _read_only(Path(str(url.database)).resolve()) or cause_of(error, _first_line(error))


def _read_only(path: Path) -> str | None:
    """Say what of a SQLite store can't be written, as it must be even to be read: its log is shared memory."""
    if path.parent.is_dir() and not os.access(path.parent, os.W_OK):
        return (
            "nothing can be written in its folder, as SQLite must even to read;"
            " copy all of it to where that can be, or run the command as the server's account"
        )
    beside = (path, *(path.with_name(f"{path.name}{ending}") for ending in ("-wal", "-shm")))
    denied = next((each.name for each in beside if each.exists() and not os.access(each, os.W_OK)), None)
    return denied and f"this account can't write {denied}; run the command as the server's account, or chown the file"


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().split("\n", maxsplit=1)[0].rstrip(".")
