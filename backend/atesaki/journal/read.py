"""Reads the journal: by id, by subject, newest first or in the order of a stream; it never writes."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, Select, select

from atesaki.journal.merkle import inclusion_proof
from atesaki.journal.record import Record, first_id_at, read_record
from atesaki.storage.engine import Store, micros
from atesaki.storage.tables import checkpoints, personal, records, streams

PAGE = 500


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; every given key must hold. `since` is included, `until` is not."""

    kind: str | None = None
    subject: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


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


class Proof(msgspec.Struct, frozen=True):
    """That one record is in the tree of a signed checkpoint; hashes are hexadecimal (RFC 9162 §2.1.3)."""

    leaf_hash: str
    position: int
    hashes: list[str]
    checkpoint: str
    public_key: str


class StreamCheckpoint(NamedTuple):
    """A signed checkpoint and the key that verifies it."""

    public_key: str
    note: str


class Reader:
    """Look-ups over a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, record_id: str) -> Record | None:
        """Give one record by its id."""
        found = self._fetch(_bodies().where(records.c.record_id == record_id))
        return found[0] if found else None

    def of_subject(self, subject: str) -> list[Record]:
        """Give all records of a decision, or of a roster or policy by its name, oldest first."""
        return self._fetch(_bodies().where(records.c.subject == subject).order_by(records.c.record_id))

    def newest(self, search: Search, *, limit: int = 100, before: str | None = None) -> list[Record]:
        """Give the newest matching records, newest first; `before` is the last record id of the page before."""
        query = _matching(search)
        if before is not None:
            query = query.where(records.c.record_id < before)
        return self._fetch(query.order_by(records.c.record_id.desc()).limit(limit))

    def follow(self, seen: dict[str, int]) -> list[Record]:
        """Give what was recorded since the last call, by moving the positions in `seen` on; begin with `ends`."""
        found: list[Record] = []
        with self._store.read() as connection:
            for row in all_streams(connection):
                start = seen.get(row.stream, 0)
                found += [read_record(record.body) for record in stored(connection, row.stream, start)]
                seen[row.stream] = row.size
        return sorted(found, key=lambda record: record.recorded_at)

    def ends(self) -> dict[str, int]:
        """Give the number of records of each stream."""
        with self._store.read() as connection:
            return {row.stream: row.size for row in all_streams(connection)}

    def checkpoints(self) -> list[StreamCheckpoint]:
        """Give the newest checkpoint of each stream that has one, and its verifier key."""
        with self._store.read() as connection:
            noted = [(row, notes_of(connection, row.stream)) for row in all_streams(connection)]
        return [StreamCheckpoint(row.public_key, notes[-1][1]) for row, notes in noted if notes]

    def personal_of(self, record_id: str) -> dict[str, Any] | None:
        """Give the personal data of a record, `None` where there is none or none any more.

        Whoever shows it to a person records `personal_data.viewed` first; see `export.viewed`.
        """
        query = select(personal.c.blob).where(personal.c.record_id == record_id)
        with self._store.read() as connection:
            blob = connection.execute(query).scalar()
        return None if blob is None else msgspec.json.decode(blob, type=dict[str, Any])

    def proof_of(self, record: Record) -> Proof | None:
        """Prove the record against the first checkpoint over it; `None` where none is signed yet."""
        with self._store.read() as connection:
            signed = connection.execute(_first_checkpoint_over(record.stream, record.position)).first()
            if signed is None:
                return None
            leaves = list(leaf_hashes(connection, record.stream, 0, signed.size))
            key = connection.execute(select(streams.c.public_key).where(streams.c.stream == record.stream)).scalar_one()
        hashes = [node.hex() for node in inclusion_proof(leaves, record.position)]
        return Proof(leaves[record.position].hex(), record.position, hashes, signed.note, key)

    def _fetch(self, query: Select[bytes]) -> list[Record]:
        with self._store.read() as connection:
            return [read_record(body) for body in connection.execute(query).scalars()]


def all_streams(connection: Connection) -> list[StreamRow]:
    """Give all streams, oldest first."""
    query = select(streams.c.stream, streams.c.public_key, streams.c.size, streams.c.frontier)
    return [StreamRow._make(row) for row in connection.execute(query.order_by(streams.c.opened_at, streams.c.stream))]


def notes_of(connection: Connection, stream: str) -> list[tuple[int, str]]:
    """Give the checkpoints of a stream as (size, note), smallest first."""
    query = select(checkpoints.c.size, checkpoints.c.note).where(checkpoints.c.stream == stream)
    return [(row.size, row.note) for row in connection.execute(query.order_by(checkpoints.c.size))]


def stored(connection: Connection, stream: str, start: int = 0, end: int | None = None) -> Iterator[Stored]:
    """Give the records of a stream from position `start` up to `end`, in pages, with their personal data."""
    columns = (*records.c, personal.c.salt, personal.c.blob, personal.c.redacted)
    query = select(*columns).outerjoin(personal, personal.c.record_id == records.c.record_id)
    for row in _by_position(connection, query, stream, start, end):
        yield Stored._make(row)


def leaf_hashes(connection: Connection, stream: str, start: int, end: int) -> Iterator[bytes]:
    """Give the leaf hashes of a stream from position `start` up to `end`, as the tables hold them."""
    query = select(records.c.position, records.c.leaf_hash)
    for row in _by_position(connection, query, stream, start, end):
        yield row.leaf_hash


def _by_position(
    connection: Connection,
    query: Select[Any],
    stream: str,
    start: int,
    end: int | None,
) -> Iterator[Row[Any]]:
    query = query.where(records.c.stream == stream).order_by(records.c.position).limit(PAGE)
    if end is not None:
        query = query.where(records.c.position < end)
    page = connection.execute(query.where(records.c.position >= start)).all()
    while page:
        yield from page
        page = connection.execute(query.where(records.c.position > page[-1].position)).all()


def _bodies() -> Select[bytes]:
    return select(records.c.body)


def _matching(search: Search) -> Select[bytes]:
    query = _bodies()
    if search.kind is not None:
        query = query.where(records.c.kind == search.kind)
    if search.subject is not None:
        query = query.where(records.c.subject == search.subject)
    # Ids are UUIDv7, so their order is the order of time.
    if search.since is not None:
        query = query.where(records.c.record_id >= first_id_at(micros(search.since)))
    if search.until is not None:
        query = query.where(records.c.record_id < first_id_at(micros(search.until)))
    return query


def _first_checkpoint_over(stream: str, position: int) -> Select[int, str]:
    query = select(checkpoints.c.size, checkpoints.c.note)
    covers = (checkpoints.c.stream == stream) & (checkpoints.c.size > position)
    return query.where(covers).order_by(checkpoints.c.size).limit(1)
