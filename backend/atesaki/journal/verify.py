"""Verifies a store: every record, every tree against every checkpoint, every commitment."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from atesaki.journal.audit import Broken, StreamAudit, Tally
from atesaki.journal.rotation import rotation_notes
from atesaki.journal.stored import StreamRow, all_streams, notes_of, stored
from atesaki.journal.trust import Trust
from atesaki.storage.engine import Store
from atesaki.storage.tables import records


def verify_store(store: Store, trusted: bytes | None = None, known: Sequence[str] = ()) -> Tally:
    """Check all streams as they stand at one moment; raises `Broken` at the first fault.

    `trusted` is the public key that must have signed, itself or by a chain of signed changes of the key;
    without it each stream's stored key is believed.
    `known` are checkpoints that were kept elsewhere; they also find a journal that was cut short or set back.
    """
    tally = Tally()
    trust = Trust(trusted, rotation_notes(store), known)
    with store.read() as connection:
        streams = all_streams(connection)
        _refuse_strays(connection, streams)
        refuse_missing(trust, {row.stream for row in streams})
        for row in streams:
            _verify_stream(connection, row, trust, tally)
    _refuse_unexplained(tally)
    return tally


def refuse_missing(trust: Trust, streams: set[str]) -> None:
    """Raise `Broken` where a checkpoint was kept of a stream that is not there."""
    for stream in sorted(trust.known_streams - streams):
        raise Broken(stream, "the stream of a known checkpoint is missing")


def begin(stream: str, stored_key: str, trust: Trust, tally: Tally) -> StreamAudit:
    """Begin the audit of a stream with all that is known of it; raises `Broken`."""
    key = trust.key_of(stream, stored_key)
    return StreamAudit(stream, key, tally, expected=trust.expected(stream, key), last=trust.last_head(stream, key))


def _verify_stream(connection: Connection, row: StreamRow, trust: Trust, tally: Tally) -> None:
    audit = begin(row.stream, row.public_key, trust, tally)
    notes = notes_of(connection, row.stream)
    size, note = next(notes, (0, ""))
    for record in stored(connection, row.stream):
        # Whatever is signed over fewer records than there are must be signed over exactly those.
        audit.record(record)
        if size and size <= audit.tree.size:
            audit.checkpoint(note)
            size, note = next(notes, (0, ""))
    if size:
        raise Broken(row.stream, f"records are missing: a checkpoint says there were {size}", audit.tree.size)
    audit.end(row.size, row.frontier)


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
