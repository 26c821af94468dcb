"""Verifies a store: every record, every tree against every checkpoint, every commitment."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from atesaki.journal.audit import Broken, StreamAudit, Tally
from atesaki.journal.checkpoint import BadCheckpoint, public_key_of, verifier_key
from atesaki.journal.read import StreamRow, all_streams, notes_of, stored
from atesaki.storage.engine import Store
from atesaki.storage.tables import records


def verify_store(store: Store, trusted: bytes | None = None, known: Sequence[str] = ()) -> Tally:
    """Check all streams as they stand at one moment; raises `Broken` at the first fault.

    `trusted` is the public key that must have signed, else each stream's stored key is believed.
    `known` are checkpoints that were kept elsewhere; they also find a journal that was cut short or set back.
    """
    tally = Tally()
    with store.read() as connection:
        streams = all_streams(connection)
        _refuse_strays(connection, streams)
        kept = _by_stream(known, streams)
        for row in streams:
            _verify_stream(connection, row, expected_key(row.stream, row.public_key, trusted), kept[row.stream], tally)
    return tally


def expected_key(stream: str, stored_key: str, trusted: bytes | None) -> bytes:
    """Give the public key of a stream; raises `Broken` where it is unreadable or not the trusted one."""
    try:
        public_key = public_key_of(stored_key)
    except BadCheckpoint as error:
        raise Broken(stream, str(error)) from error
    if stored_key != verifier_key(stream, public_key):
        raise Broken(stream, "its verifier key belongs to another stream")
    if trusted is not None and public_key != trusted:
        raise Broken(stream, "it is signed by another key than the trusted one")
    return public_key


def _verify_stream(connection: Connection, row: StreamRow, key: bytes, kept: Sequence[str], tally: Tally) -> None:
    audit = StreamAudit(row.stream, key, tally)
    notes = {size: [note] for size, note in notes_of(connection, row.stream)}
    for note in kept:
        notes.setdefault(_size_of(note), []).append(note)
    for record in stored(connection, row.stream):
        audit.record(record)
        for note in notes.pop(audit.tree.size, ()):
            audit.checkpoint(note)
    if notes:
        sizes = ", ".join(str(size) for size in sorted(notes))
        raise Broken(row.stream, f"records are missing: a checkpoint says there were {sizes}", audit.tree.size)
    audit.end(row.size, row.frontier)


def _by_stream(known: Sequence[str], streams: Sequence[StreamRow]) -> Mapping[str, list[str]]:
    kept: dict[str, list[str]] = {row.stream: [] for row in streams}
    for note in known:
        stream = note.partition("\n")[0]
        if stream not in kept:
            raise Broken(stream, "the stream of a known checkpoint is missing")
        kept[stream].append(note)
    return kept


def _size_of(note: str) -> int:
    size = note.split("\n")[1:2]
    return int(size[0]) if size and size[0].isdecimal() else 0


def _refuse_strays(connection: Connection, streams: Sequence[StreamRow]) -> None:
    names = [row.stream for row in streams]
    stray = select(records.c.stream, records.c.position, records.c.record_id).where(records.c.stream.not_in(names))
    found = connection.execute(stray.limit(1)).first()
    if found is not None:
        raise Broken(found.stream, "the record belongs to no stream", found.position, found.record_id)
