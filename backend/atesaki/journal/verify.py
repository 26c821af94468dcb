"""Verifies a store: every record, every tree against every checkpoint, every commitment."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from atesaki.journal.audit import Broken, StreamAudit, Tally
from atesaki.journal.rotation import rotation_notes
from atesaki.journal.stored import Stored, StreamRow, all_streams, notes_of, stored
from atesaki.journal.trust import Trust
from atesaki.storage.engine import Store
from atesaki.storage.tables import checkpoints, personal, records

_NO_MORE: Final = (None, "")
_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def verify_store(store: Store, trusted: bytes | None = None, known: Sequence[str] = ()) -> Tally:
    """Check all streams as they stand at one moment; raises `Broken` at the first fault.

    `trusted` is the public key that must have signed, itself or by a chain of signed changes of the key;
    without it each stream's stored key is believed.
    `known` are checkpoints that were kept elsewhere; they also find a journal that was cut short or set back.
    """
    try:
        return _verified(store, lambda: Trust(trusted, rotation_notes(store), known))
    except Broken as broken:
        # Where a record tells of another key, the change of that record is why the key is not trusted.
        named = _first_record(store) if broken.position is None else None
        raise named or broken from None


def refuse_missing(trust: Trust, streams: set[str]) -> None:
    """Raise `Broken` where a checkpoint was kept of a stream that is not there."""
    for stream in sorted(trust.known_streams - streams):
        raise Broken(stream, "the stream of a known checkpoint is missing")


def begin(stream: str, stored_key: str, trust: Trust, tally: Tally) -> StreamAudit:
    """Begin the audit of a stream with all that is known of it; raises `Broken`."""
    key = trust.key_of(stream, stored_key)
    return StreamAudit(stream, key, tally, expected=trust.expected(stream, key), last=trust.last_head(stream, key))


def _verified(store: Store, known: Callable[[], Trust]) -> Tally:
    tally = Tally()
    try:
        trust = known()
        with store.read() as connection:
            streams = all_streams(connection)
            _refuse_strays(connection, streams)
            refuse_missing(trust, {row.stream for row in streams})
            for row in streams:
                _verify_stream(connection, row, trust, tally)
            _refuse_orphans(connection)
    except DBAPIError as error:
        raise _as_broken(error) from error
    _refuse_unexplained(tally)
    return tally


def _first_record(store: Store) -> Broken | None:
    """Return the first record that is broken whatever the keys are."""
    try:
        _verified(store, Trust)
    except Broken as broken:
        return broken if broken.position is not None else None
    return None


def _verify_stream(connection: Connection, row: StreamRow, trust: Trust, tally: Tally) -> None:
    columns: tuple[object, ...] = (row.public_key, row.size)
    if list(map(type, columns)) != [str, int]:
        raise Broken(row.stream, "what is kept of the stream can't be read")
    audit = begin(row.stream, row.public_key, trust, tally)
    notes = notes_of(connection, row.stream)
    size, note = next(notes, _NO_MORE)
    for record in _records(connection, audit):
        # Whatever is signed over fewer records than there are must be signed over exactly those.
        audit.record(record)
        if size is not None and size <= audit.tree.size:
            audit.checkpoint(str(note))
            size, note = next(notes, _NO_MORE)
    if size is not None:
        raise Broken(row.stream, f"records are missing: a checkpoint says there were {size}", audit.tree.size)
    audit.end(row.size, row.frontier)


def _records(connection: Connection, audit: StreamAudit) -> Iterator[Stored]:
    """Give the records of a stream; raises `Broken` at the first one that the database can't read."""
    try:
        yield from stored(connection, audit.stream)
    except DBAPIError:
        # A page failed; one by one, all before the bad one can still be checked.
        try:
            yield from stored(connection, audit.stream, audit.tree.size, page=1)
        except DBAPIError as error:
            raise _as_broken(error, audit.stream, audit.tree.size) from error


def _as_broken(error: DBAPIError, stream: str = "", position: int | None = None) -> Exception:
    """Return what `verify` says of a database file that can't be read; another error goes on."""
    damaged = str(error.orig).startswith("Could not decode") or _code_of(error) in _DAMAGED
    return Broken(stream, "the database can't read what stands here", position) if damaged else error


def _code_of(error: DBAPIError) -> int:
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF


def _refuse_unexplained(tally: Tally) -> None:
    """Whoever replaces personal data and marks it as redacted leaves a record of it, or is found."""
    for place in tally.redactions.unexplained():
        raise Broken(
            place.stream, "the personal data was replaced, and no record tells of it", place.position, place.record_id
        )


def _refuse_strays(connection: Connection, streams: Sequence[StreamRow]) -> None:
    names = [row.stream for row in streams]
    stray = select(records.c.stream, records.c.position, records.c.record_id).where(records.c.stream.not_in(names))
    found = connection.execute(stray.limit(1)).first()
    if found is not None:
        raise Broken(found.stream, "the record belongs to no stream", found.position, found.record_id)
    before = select(records.c.stream, records.c.position, records.c.record_id).where(records.c.position < 0)
    found = connection.execute(before.order_by(records.c.position).limit(1)).first()
    if found is not None:
        raise Broken(found.stream, "the record was put before the first one", found.position, found.record_id)
    unheard = (checkpoints.c.stream.not_in(names)) | (checkpoints.c.size < 1)
    note = connection.execute(select(checkpoints.c.stream, checkpoints.c.size).where(unheard).limit(1)).first()
    if note is not None:
        raise Broken(note.stream, f"a checkpoint over {note.size} records belongs to nothing that is there")


def _refuse_orphans(connection: Connection) -> None:
    query = select(personal.c.record_id).outerjoin(records, records.c.record_id == personal.c.record_id)
    found = connection.scalar(query.where(records.c.record_id.is_(None)).limit(1))
    if found is not None:
        raise Broken("", "personal data belongs to no record that is there", record_id=found)
