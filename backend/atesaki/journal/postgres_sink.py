"""Writes the journal to PostgreSQL through asyncpg, one statement and so one round trip a batch."""

import asyncio
import secrets
from collections.abc import Callable, Container, Coroutine, Sequence
from typing import Any, TypeVar

import asyncpg
import uvloop

from atesaki.journal.checkpoint import verifier_key
from atesaki.journal.merkle import CompactRange
from atesaki.journal.rotation import KIND, SUBJECT, refuse_retired
from atesaki.journal.sink import NEW_STREAM_BYTES, Batch, Head, PersonalRow, Row, own_stream

T = TypeVar("T")

CONNECT_SECONDS = 3.0
COMMAND_SECONDS = 10.0

# A single statement is a transaction by itself: it is stored whole or not at all.
_COMMIT = """
WITH new_records AS (
  INSERT INTO records (stream, position, record_id, kind, subject, recorded_at, leaf_hash, body)
  SELECT * FROM unnest(
    $1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[],
    $7::bytea[], $8::bytea[])
), new_personal AS (
  INSERT INTO personal (record_id, salt, blob, expires_at)
  SELECT * FROM unnest($9::text[], $10::bytea[], $11::bytea[], $12::bigint[])
)
UPDATE streams SET size = $13, frontier = $14 WHERE stream = $15
"""
_SAVE_CHECKPOINT = (
    "INSERT INTO checkpoints (stream, size, note, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
)
_UNSIGNED = (
    "SELECT stream, public_key, size, frontier FROM streams WHERE stream <> $1"
    " AND size > (SELECT coalesce(max(size), 0) FROM checkpoints WHERE checkpoints.stream = streams.stream)"
)
_HEAD = (
    "SELECT size, frontier, (SELECT max(size) FROM checkpoints WHERE stream = $1) AS checkpointed"
    " FROM streams WHERE stream = $1"
)


class PostgresSink:
    """One connection on an event loop of its own, run by the writer's thread.

    An advisory lock keeps two processes off the same stream; should it ever fail, the primary key
    of `records` refuses the second writer's batch.
    """

    def __init__(self, dsn: str, public_key: bytes, now: Callable[[], int]) -> None:
        self._dsn = dsn
        self._public_key = public_key
        self._now = now
        self._runner: asyncio.Runner | None = None
        self._connection: asyncpg.Connection | None = None

    def open(self, refused: Container[str] = ()) -> Head:
        """Connect and continue a stream of this key that nobody else writes to, or begin one."""
        return self._run(self._open(refused))

    def commit(self, batch: Batch) -> None:
        """Store the rows and the tree after them in one statement."""
        columns = (*_columns(batch.rows, Row), *_columns(batch.personal, PersonalRow))
        tree = batch.tree
        self._run(self._connected().execute(_COMMIT, *columns, tree.size, tree.pack(), batch.stream))

    def look(self) -> None:
        """Ask the server whether it is there."""
        self._run(self._connected().execute("SELECT 1"))

    def unsigned(self, stream: str, /) -> list[Head]:
        """Give other streams of this key with records under no checkpoint.

        Their replica may be gone, or have left the stream with a connection whose lock the server still kept.
        A committed head is true whoever signs it, so that nobody's lock is needed.
        """
        rows = self._run(self._connected().fetch(_UNSIGNED, stream))
        own = own_stream([(row["stream"], row["public_key"]) for row in rows], self._public_key)
        trees = {row["stream"]: CompactRange.unpack(row["size"], row["frontier"]) for row in rows}
        return [Head(each, trees[each], 0) for each in own]

    def save_checkpoint(self, stream: str, size: int, note: str, created_at: int) -> None:
        """Store a signed checkpoint."""
        self._run(self._connected().execute(_SAVE_CHECKPOINT, stream, size, note, created_at))

    def disconnect(self) -> None:
        """Drop the connection without waiting for the server, which may be gone."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    def close(self) -> None:
        """Drop the connection and its event loop; the stream is free as soon as the server notices."""
        if self._connection is not None:
            self._run(self._connection.close(timeout=CONNECT_SECONDS))
            self._connection = None
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        if self._runner is None:
            self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        return self._runner.run(work)

    def _connected(self) -> "asyncpg.Connection":
        if self._connection is None:
            raise asyncpg.InterfaceError("not connected")
        return self._connection

    async def _open(self, refused: Container[str]) -> Head:
        connection = await asyncpg.connect(
            self._dsn,
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            # A server whose default is "off" would answer before the record is on disk.
            server_settings={"synchronous_commit": "on", "application_name": "atesaki journal"},
        )
        self._connection = connection
        stream = await self._claim(connection, refused)
        # Asked once the stream is locked: whoever changes the key takes the same lock.
        rotations = await connection.fetch("SELECT body FROM records WHERE subject = $1 AND kind = $2", SUBJECT, KIND)
        refuse_retired([row[0] for row in rotations], self._public_key)
        head = await connection.fetchrow(_HEAD, stream)
        return Head(stream, CompactRange.unpack(head["size"], head["frontier"]), head["checkpointed"] or 0)

    async def _claim(self, connection: "asyncpg.Connection", refused: Container[str]) -> str:
        rows = await connection.fetch("SELECT stream, public_key FROM streams ORDER BY opened_at DESC")
        for stream in own_stream([tuple(row) for row in rows], self._public_key, refused):
            if await self._lock(connection, stream):
                return stream
        stream = f"atesaki/{secrets.token_hex(NEW_STREAM_BYTES)}"
        await self._lock(connection, stream)
        await connection.execute(
            "INSERT INTO streams (stream, opened_at, public_key, size, frontier) VALUES ($1, $2, $3, 0, '')",
            stream,
            self._now(),
            verifier_key(stream, self._public_key),
        )
        return stream

    async def _lock(self, connection: "asyncpg.Connection", stream: str) -> bool:
        return bool(await connection.fetchval("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", stream))


def _columns(
    rows: Sequence[Row] | Sequence[PersonalRow], kind: type[Row] | type[PersonalRow]
) -> list[Sequence[object]]:
    """Turn rows into one array a column, as unnest takes them."""
    return list(zip(*rows, strict=True)) if rows else [()] * len(kind._fields)
