"""Writes the journal to SQLite through the raw driver, as the only writing process."""

import secrets
import sqlite3
from collections.abc import Callable, Container
from contextlib import AbstractContextManager
from typing import Any

from atesaki.journal.checkpoint import verifier_key
from atesaki.journal.merkle import CompactRange
from atesaki.journal.rotation import KIND, SUBJECT, refuse_retired
from atesaki.journal.sink import NEW_STREAM_BYTES, Batch, Head, own_stream
from atesaki.storage.engine import SQLITE_PRAGMAS
from atesaki.storage.lock import FileLock
from atesaki.storage.place import Place

_INSERT_RECORD = (
    "INSERT INTO records (stream, position, record_id, kind, subject, recorded_at, leaf_hash, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_PERSONAL = "INSERT INTO personal (record_id, salt, blob, expires_at) VALUES (?, ?, ?, ?)"
_SAVE_TREE = "UPDATE streams SET size = ?, frontier = ? WHERE stream = ?"
_SAVE_CHECKPOINT = "INSERT OR IGNORE INTO checkpoints (stream, size, note, created_at) VALUES (?, ?, ?, ?)"


class SqliteSink:
    """One connection, used by the writer's thread; SQLite is made durable by WAL with synchronous=FULL.

    `turn` is the lock of all who write to this file in this process.
    """

    def __init__(
        self, place: Place, public_key: bytes, now: Callable[[], int], turn: AbstractContextManager[object]
    ) -> None:
        self._turn = turn
        self._public_key = public_key
        self._now = now
        self._lock = FileLock(place.path)
        self._place = place
        self._connection: sqlite3.Connection | None = None

    def open(self, refused: Container[str] = ()) -> Head:
        """Take the lock of the one writing process and continue the newest stream of this key, or begin one.

        Raises `StoreInUse` where another process writes, `sqlite3.Error` where the file can't be used, and
        `StoreMoved` where it is another than the first time.
        """
        self._lock.acquire()
        connection = self._place.connect(isolation_level=None)
        self._connection = connection
        for pragma in SQLITE_PRAGMAS:
            connection.execute(pragma)
        streams = connection.execute("SELECT stream, public_key FROM streams ORDER BY opened_at DESC").fetchall()
        rotations = connection.execute("SELECT body FROM records WHERE subject = ? AND kind = ?", (SUBJECT, KIND))
        refuse_retired([row[0] for row in rotations], self._public_key)
        own = own_stream(streams, self._public_key, refused)
        return self._head(connection, own[0] if own else self._begin_stream(connection))

    def commit(self, batch: Batch) -> None:
        """Store the rows and the tree after them in one transaction."""
        self.look()
        connection = self._connected()
        with self._turn:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_INSERT_RECORD, map(_bound, batch.rows))
            connection.executemany(_INSERT_PERSONAL, map(_bound, batch.personal))
            connection.execute(_SAVE_TREE, (batch.tree.size, batch.tree.pack(), batch.stream))
            connection.execute("COMMIT")

    def look(self) -> None:
        """Raise `StoreMoved` where the path no longer leads to the file that is written."""
        self._place.look()

    def unsigned(self, _: str, /) -> list[Head]:
        """Give nothing: the one writing process always continues the one stream of its key."""
        return []

    def save_checkpoint(self, stream: str, size: int, note: str, created_at: int) -> None:
        """Store a signed checkpoint."""
        with self._turn:
            self._connected().execute(_SAVE_CHECKPOINT, (stream, size, note, created_at))

    def disconnect(self) -> None:
        """Close the connection, which undoes an unfinished transaction; the lock is kept."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def close(self) -> None:
        """Close the connection and let another process write."""
        self.disconnect()
        self._lock.release()

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.OperationalError("not connected")
        return self._connection

    def _begin_stream(self, connection: sqlite3.Connection) -> str:
        stream = f"atesaki/{secrets.token_hex(NEW_STREAM_BYTES)}"
        connection.execute(
            "INSERT INTO streams (stream, opened_at, public_key, size, frontier) VALUES (?, ?, ?, 0, x'')",
            (stream, self._now(), verifier_key(stream, self._public_key)),
        )
        return stream

    def _head(self, connection: sqlite3.Connection, stream: str) -> Head:
        size, frontier, checkpointed = connection.execute(
            "SELECT size, frontier, (SELECT max(size) FROM checkpoints WHERE stream = :stream)"
            " FROM streams WHERE stream = :stream",
            {"stream": stream},
        ).fetchone()
        return Head(stream, CompactRange.unpack(size, frontier), checkpointed or 0)


def _bound(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a row that sqlite3 binds at once: of named tuples it asks value by value, for bytes it seeks adapters."""
    return tuple([bytearray(value) if type(value) is bytes else value for value in row])
