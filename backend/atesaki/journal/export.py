"""Writes an export: exact records, checkpoints and keys as JSON lines, which verify without the database.

Left-out records stand in it as the hashes of the subtrees that they form, so a part of a stream
is proven by the same checkpoints as the whole.
"""

import datetime as dt
from collections.abc import Iterator

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, func, select

from atesaki.journal.merkle import CompactRange, subtrees
from atesaki.journal.read import Stored, StreamRow, all_streams, leaf_hashes, notes_of, stored
from atesaki.journal.record import Entry, first_id_at
from atesaki.storage.engine import Store, micros
from atesaki.storage.tables import records

VERSION = 1


class Selection(Struct, frozen=True, kw_only=True):
    """What to export: records of the moments from `since` up to `until`, `None` for open ends."""

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    personal: bool = False


class ExportLine(Struct, frozen=True, tag="export", tag_field="line", forbid_unknown_fields=True):
    """The first line."""

    version: int
    made_at: dt.datetime
    since: dt.datetime | None
    until: dt.datetime | None
    personal: bool


class StreamLine(Struct, frozen=True, tag="stream", tag_field="line", forbid_unknown_fields=True):
    """A stream begins; `public_key` is its verifier key (C2SP signed-note)."""

    stream: str
    public_key: str


class SkippedLine(Struct, frozen=True, tag="skipped", tag_field="line", forbid_unknown_fields=True):
    """Records that were left out, as (level, hash) of the complete subtrees of 2**level leaves that they form."""

    subtrees: list[tuple[int, bytes]]


class RecordLine(Struct, frozen=True, tag="record", tag_field="line", forbid_unknown_fields=True, omit_defaults=True):
    """One record: `entry` is its exact bytes as text, `leaf_hash` the hash that was stored beside it."""

    position: int
    leaf_hash: bytes
    entry: str
    salt: bytes | None = None
    personal: str | None = None
    redacted: bool = False


class CheckpointLine(Struct, frozen=True, tag="checkpoint", tag_field="line", forbid_unknown_fields=True):
    """A checkpoint over all records of the stream so far, left-out ones included."""

    note: str


class EndLine(Struct, frozen=True, tag="end", tag_field="line", forbid_unknown_fields=True):
    """The stream ends; `size` counts its records, left-out ones included."""

    size: int


Line = ExportLine | StreamLine | SkippedLine | RecordLine | CheckpointLine | EndLine

_ENCODER = msgspec.json.Encoder()


def export(store: Store, selection: Selection, made_at: dt.datetime) -> Iterator[bytes]:
    """Give the lines of an export, each with its newline, as the store stands at one moment.

    With `selection.personal`, record `viewed(…)` first.
    """
    for line in _lines(store, selection, made_at):
        yield _ENCODER.encode(line) + b"\n"


def viewed(subject: str, *, purpose: str, by: str, selection: Selection | None = None) -> Entry:
    """Make the entry that must be durable before anybody is shown personal data."""
    body: dict[str, object] = {"purpose": purpose}
    if selection is not None:
        body |= {"since": selection.since, "until": selection.until}
    return Entry("personal_data.viewed", subject, body, {"by": by})


def _lines(store: Store, selection: Selection, made_at: dt.datetime) -> Iterator[Line]:
    yield ExportLine(VERSION, made_at, selection.since, selection.until, selection.personal)
    with store.read() as connection:
        spans = _spans(connection, selection)
        for row in all_streams(connection):
            if row.stream in spans:
                start, end = spans[row.stream]
                yield from _stream_lines(connection, row, start, end, personal=selection.personal)


def _spans(connection: Connection, selection: Selection) -> dict[str, tuple[int, int]]:
    """Give first and last-but-one position of the selection in each stream; what lies between is exported too."""
    position = records.c.position
    query = select(records.c.stream, func.min(position), func.max(position) + 1).group_by(records.c.stream)
    if selection.since is not None:
        query = query.where(records.c.record_id >= first_id_at(micros(selection.since)))
    if selection.until is not None:
        query = query.where(records.c.record_id < first_id_at(micros(selection.until)))
    return {stream: (start, end) for stream, start, end in connection.execute(query)}


def _stream_lines(connection: Connection, row: StreamRow, start: int, end: int, *, personal: bool) -> Iterator[Line]:
    notes = notes_of(connection, row.stream)
    within = {size: note for size, note in notes if start < size <= end}
    yield StreamLine(row.stream, row.public_key)
    if start:
        yield _skipped(connection, row.stream, start=0, end=start)
    for record in stored(connection, row.stream, start, end):
        yield _record_line(record, personal=personal)
        if record.position + 1 in within:
            yield CheckpointLine(within[record.position + 1])
    later = [(size, note) for size, note in notes if size > end]
    if end not in within and later:
        # The first checkpoint over what follows proves the rest of what was exported.
        signed, note = later[0]
        yield _skipped(connection, row.stream, start=end, end=signed)
        yield CheckpointLine(note)
        end = signed
    yield EndLine(end)


def _skipped(connection: Connection, stream: str, *, start: int, end: int) -> SkippedLine:
    leaves = leaf_hashes(connection, stream, start, end)
    parts = []
    for _, level in subtrees(start, end):
        tree = CompactRange()
        while tree.size < 1 << level:
            tree.append(next(leaves))
        parts.append((level, tree.root()))
    return SkippedLine(parts)


def _record_line(record: Stored, *, personal: bool) -> RecordLine:
    line = RecordLine(record.position, record.leaf_hash, record.body.decode())
    if not personal or record.blob is None:
        return line
    return msgspec.structs.replace(
        line,
        salt=record.salt,
        personal=record.blob.decode(),
        redacted=bool(record.redacted),
    )
