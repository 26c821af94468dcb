"""Reads the journal: by id, by subject, newest first or in the order of a stream; it never writes."""

import datetime as dt
from contextlib import suppress
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Select, select

from atesaki.journal.checkpoint import read_note
from atesaki.journal.columns import read_personal
from atesaki.journal.errors import RecordUnreadable
from atesaki.journal.merkle import leaf_hash
from atesaki.journal.record import Record, commitment, first_id_at, read_record
from atesaki.journal.redactions import KIND as REDACTED
from atesaki.journal.redactions import Redaction, told
from atesaki.journal.stored import all_streams, newest_note, stored
from atesaki.journal.tree import inclusion_of
from atesaki.storage.engine import Store, micros
from atesaki.storage.tables import EVERYDAY_KINDS, RARE_KINDS, checkpoints, personal, records, streams

UNREADABLE: Final = "A record of the journal can't be read; “atesaki journal verify” says which one."


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; every given key must hold. `since` is included, `until` is not."""

    kind: str | None = None
    subject: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


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
                found += [_readable(record.body) for record in stored(connection, row.stream, start)]
                seen[row.stream] = row.size
        return sorted(found, key=lambda record: record.recorded_at)

    def ends(self) -> dict[str, int]:
        """Give the number of records of each stream."""
        with self._store.read() as connection:
            return {row.stream: row.size for row in all_streams(connection)}

    def checkpoints(self) -> list[StreamCheckpoint]:
        """Give the newest checkpoint of each stream that has one, and its verifier key."""
        with self._store.read() as connection:
            noted = [(row.public_key, newest_note(connection, row.stream)) for row in all_streams(connection)]
        return [StreamCheckpoint(public_key, note) for public_key, note in noted if note is not None]

    def personal_of(self, record_id: str) -> dict[str, Any] | None:
        """Give the personal data of a record, `None` where there is none or none any more.

        Whoever shows it to a person records `personal_data.viewed` first; see `export.viewed`.
        """
        query = select(personal.c.blob).where(personal.c.record_id == record_id)
        with self._store.read() as connection:
            blob = connection.execute(query).scalar()
        return None if blob is None else read_personal(blob)

    def is_genuine(self, record: Record) -> bool:
        """Tell whether the personal data that is there is what the record, or one of a redaction, commits to."""
        kept = personal.c
        query = select(kept.salt, kept.blob, kept.redacted).where(kept.record_id == record.record_id)
        with self._store.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return True
        now = commitment(row.salt, row.blob)
        return now == record.commitment or (row.redacted and self._is_told(Redaction(record.record_id, now)))

    def proof_of(self, record: Record) -> Proof | None:
        """Prove the record, as it was read, against the first checkpoint over it; `None` where none is signed yet."""
        with self._store.read() as connection:
            found = connection.execute(_proof_parts(record)).first()
        if found is None:
            return None
        # Of the bytes, never the hash beside them: who changes the record leaves that alone.
        leaf = leaf_hash(found.body) if _is_same(found.body, record) else b""
        root = read_note(found.note).root
        hashes = inclusion_of(self._store, record, leaf, root=root, size=found.size)
        proof = [node.hex() for node in hashes]
        return Proof(leaf.hex(), record.position, proof, found.note, found.public_key)

    def _is_told(self, redaction: Redaction) -> bool:
        query = _bodies().where(records.c.kind == REDACTED, RARE_KINDS)
        paged = {"yield_per": 100}
        # The rows are closed, because the search may end before they do.
        with self._store.read() as connection, connection.execute(query, execution_options=paged) as found:
            return any(redaction in told(body) for body in found.scalars())

    def _fetch(self, query: Select[bytes]) -> list[Record]:
        with self._store.read() as connection:
            return [_readable(body) for body in connection.execute(query).scalars()]


def _bodies() -> Select[bytes]:
    return select(records.c.body)


def _matching(search: Search) -> Select[bytes]:
    query = _bodies()
    if search.kind is not None:
        query = query.where(records.c.kind == search.kind)
        if search.kind not in EVERYDAY_KINDS:
            query = query.where(RARE_KINDS)
    if search.subject is not None:
        query = query.where(records.c.subject == search.subject)
    # Ids are UUIDv7, so their order is the order of time.
    if search.since is not None:
        query = query.where(records.c.record_id >= first_id_at(micros(search.since)))
    if search.until is not None:
        query = query.where(records.c.record_id < first_id_at(micros(search.until)))
    return query


def _readable(body: bytes) -> Record:
    try:
        return read_record(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise RecordUnreadable(UNREADABLE) from None


def _is_same(body: bytes, record: Record) -> bool:
    """Tell whether the bytes at the place of a record say what it says; one that stands elsewhere only claims it."""
    with suppress(msgspec.MsgspecError, UnicodeDecodeError):
        return read_record(body) == record
    return False


def _proof_parts(record: Record) -> Select[bytes, int, str, str]:
    """Give the bytes at its place, the first checkpoint over them and the key of the stream."""
    stream, position = records.c.stream, records.c.position
    query = select(records.c.body, checkpoints.c.size, checkpoints.c.note, streams.c.public_key)
    query = query.where(stream == record.stream, position == record.position)
    query = query.where(checkpoints.c.stream == stream, checkpoints.c.size > position, streams.c.stream == stream)
    return query.order_by(checkpoints.c.size).limit(1)
