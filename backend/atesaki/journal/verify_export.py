"""Verifies an export offline: with nothing but the file and, better, a key that was kept elsewhere."""

from collections.abc import Iterable, Sequence

import msgspec

from atesaki.journal.audit import Broken, StreamAudit, Tally
from atesaki.journal.errors import ExportUnreadable
from atesaki.journal.export.lines import (
    VERSION,
    CheckpointLine,
    EndLine,
    ExportLine,
    KeyLine,
    Line,
    RecordLine,
    SkippedLine,
    StreamLine,
    TotalLine,
)
from atesaki.journal.record import read_record
from atesaki.journal.stored import Stored
from atesaki.journal.trust import Trust
from atesaki.journal.verify import begin, refuse_missing
from atesaki.storage.engine import micros

_DECODER: "msgspec.json.Decoder[Line]" = msgspec.json.Decoder(Line)


def verify_export(lines: Iterable[bytes], trusted: bytes | None = None, known: Sequence[str] = ()) -> Tally:
    """Check an export line by line; raises `Broken` at the first fault, `ExportUnreadable` where it is none.

    `trusted` is the public key that must have signed; without it the keys in the file are believed.
    `known` are checkpoints that were kept elsewhere: the export must continue them.
    """
    audit = _ExportAudit(trusted, known)
    number = 0
    for number, raw in enumerate(lines, 1):
        audit.take(_decoded(raw, number), number)
    if not number:
        raise ExportUnreadable("The export is empty.")
    return audit.end()


class _ExportAudit:
    """What was read so far: the keys first, then one stream after the other, then the total."""

    def __init__(self, trusted: bytes | None, known: Sequence[str]) -> None:
        self._trusted = trusted
        self._known = known
        self._rotations: list[str] = []
        self._trust: Trust | None = None
        self._stream: StreamAudit | None = None
        self._streams: set[str] = set()
        self._tally = Tally()
        self._whole = False

    def take(self, line: Line, number: int) -> None:
        """Check the next line."""
        if isinstance(line, ExportLine) != (number == 1) or (isinstance(line, ExportLine) and line.version != VERSION):
            raise ExportUnreadable(f"The file is no export of version {VERSION}.")
        if self._whole:
            raise ExportUnreadable(f"Line {number} of the export stands behind its end.")
        if self._stream is not None:
            self._in_stream(self._stream, line, number)
        elif not isinstance(line, ExportLine):
            self._between_streams(line, number)

    def end(self) -> Tally:
        """Check that nothing is missing at the end."""
        if self._stream is not None:
            raise Broken(self._stream.stream, "the export ends before the stream does", self._stream.tree.size)
        if not self._whole:
            raise Broken("", "the export was cut off: its last line is missing")
        refuse_missing(self._settled_trust(), self._streams)
        # The record of a redaction may be a later one than the export holds.
        self._tally.unexplained = len(self._tally.redactions.unexplained())
        return self._tally

    def _between_streams(self, line: Line, number: int) -> None:
        if isinstance(line, StreamLine):
            if line.stream in self._streams:
                raise Broken(line.stream, "the stream is in the export twice")
            self._streams.add(line.stream)
            self._stream = begin(line.stream, line.public_key, self._settled_trust(), self._tally)
        elif isinstance(line, TotalLine):
            self._whole = True
            if (line.streams, line.records) != (self._tally.streams, self._tally.records):
                raise Broken("", f"the export is not whole: it had {line.streams} streams, {line.records} records")
        elif isinstance(line, KeyLine) and self._trust is None:
            self._rotations.append(line.note)
        else:
            raise ExportUnreadable(f"Line {number} of the export stands outside a stream.")

    def _in_stream(self, audit: StreamAudit, line: Line, number: int) -> None:
        if isinstance(line, EndLine):
            audit.end(line.size)
            self._tally.left_out += line.newer
            self._stream = None
        else:
            _apply(audit, line, number)

    def _settled_trust(self) -> Trust:
        if self._trust is None:
            self._trust = Trust(self._trusted, self._rotations, self._known)
        return self._trust


def _decoded(raw: bytes, number: int) -> Line:
    try:
        return _DECODER.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ExportUnreadable(f"Line {number} of the export can't be read.") from error


def _apply(audit: StreamAudit, line: Line, number: int) -> None:
    if isinstance(line, RecordLine):
        audit.record(_stored(audit, line))
    elif isinstance(line, SkippedLine):
        audit.skip(line.subtrees)
    elif isinstance(line, CheckpointLine):
        audit.checkpoint(line.note)
    else:
        raise ExportUnreadable(f"Line {number} of the export stands in the wrong place.")


def _stored(audit: StreamAudit, line: RecordLine) -> Stored:
    """Give the record as the table would hold it; an export has no columns beside the bytes."""
    body = line.entry.encode()
    try:
        record = read_record(body)
    except msgspec.MsgspecError as error:
        raise Broken(audit.stream, "the record is not the one that was written", line.position) from error
    blob = None if line.personal is None else line.personal.encode()
    return Stored(
        audit.stream,
        line.position,
        record.record_id,
        record.kind,
        record.subject,
        micros(record.recorded_at),
        line.leaf_hash,
        body,
        line.salt,
        blob,
        line.redacted,
    )
