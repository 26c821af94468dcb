"""What the tables of the journal hold, read within a transaction of the caller."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, func, select

from atesaki.storage.tables import checkpoints, personal, records, streams

PAGE = 500


class Stored(NamedTuple):
    """A record as the tables hold it, with its personal data where that still exists."""

    stream: str
    position: int
    record_id: str
    kind: str
    subject: str
    recorded_at: int
    leaf_hash: bytes
    body: bytes
    salt: bytes | None
    blob: bytes | None
    redacted: bool | None


class StreamRow(NamedTuple):
    """A stream as the tables hold it."""

    stream: str
    public_key: str
    size: int
    frontier: bytes


def all_streams(connection: Connection) -> list[StreamRow]:
    """Give all streams, oldest first."""
    query = select(streams.c.stream, streams.c.public_key, streams.c.size, streams.c.frontier)
    return [StreamRow._make(row) for row in connection.execute(query.order_by(streams.c.opened_at, streams.c.stream))]


def notes_of(connection: Connection, stream: str) -> Iterator[tuple[int, str]]:
    """Give the checkpoints of a stream as (size, note), smallest first, in pages."""
    size = checkpoints.c.size
    query = select(size, checkpoints.c.note).where(checkpoints.c.stream == stream).order_by(size).limit(PAGE)
    page = connection.execute(query).all()
    while page:
        for row in page:
            yield row.size, row.note
        page = connection.execute(query.where(size > page[-1].size)).all()


def signed_size(connection: Connection, stream: str) -> int:
    """Give the size of the newest checkpoint of a stream, 0 where there is none."""
    query = select(func.max(checkpoints.c.size)).where(checkpoints.c.stream == stream)
    return connection.scalar(query) or 0


def newest_note(connection: Connection, stream: str) -> str | None:
    """Give the newest checkpoint of a stream."""
    query = select(checkpoints.c.note).where(checkpoints.c.stream == stream)
    return connection.scalar(query.order_by(checkpoints.c.size.desc()).limit(1))


def stored(
    connection: Connection, stream: str, start: int = 0, end: int | None = None, page: int = PAGE
) -> Iterator[Stored]:
    """Give the records of a stream from position `start` up to `end`, in pages, with their personal data."""
    columns = (*records.c, personal.c.salt, personal.c.blob, personal.c.redacted)
    query = select(*columns).outerjoin(personal, personal.c.record_id == records.c.record_id)
    query = query.limit(page)
    for row in _by_position(connection, query, stream, start, end):
        yield Stored._make(row)


def _by_position(
    connection: Connection,
    query: Select[Any],
    stream: str,
    start: int,
    end: int | None,
) -> Iterator[Row[Any]]:
    query = query.where(records.c.stream == stream).order_by(records.c.position)
    if end is not None:
        query = query.where(records.c.position < end)
    page = connection.execute(query.where(records.c.position >= start)).all()
    while page:
        yield from page
        page = connection.execute(query.where(records.c.position > page[-1].position)).all()
