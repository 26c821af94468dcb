"""Verifies an export offline: with nothing but the file and, better, a key that was kept elsewhere."""

from collections.abc import Iterable, Iterator

import msgspec

from atesaki.journal.audit import Broken, StreamAudit, Tally
from atesaki.journal.errors import ExportUnreadable
from atesaki.journal.export import (
    VERSION,
    CheckpointLine,
    EndLine,
    ExportLine,
    Line,
    RecordLine,
    SkippedLine,
    StreamLine,
)
from atesaki.journal.read import Stored
from atesaki.journal.record import read_record
from atesaki.journal.verify import expected_key
from atesaki.storage.engine import micros

_DECODER: "msgspec.json.Decoder[Line]" = msgspec.json.Decoder(Line)


def verify_export(lines: Iterable[bytes], trusted: bytes | None = None) -> Tally:
    """Check an export line by line; raises `Broken` at the first fault, `ExportUnreadable` where it is none.

    `trusted` is the public key that must have signed; without it the keys in the file are believed.
    """
    tally = Tally()
    audit: StreamAudit | None = None
    for number, line in _read(lines):
        if audit is None:
            if not isinstance(line, StreamLine):
                raise ExportUnreadable(f"Line {number} of the export stands outside a stream.")
            audit = StreamAudit(line.stream, expected_key(line.stream, line.public_key, trusted), tally)
        elif isinstance(line, EndLine):
            audit.end(line.size)
            audit = None
        else:
            _apply(audit, line, number)
    if audit is not None:
        raise Broken(audit.stream, "the export ends before the stream does", audit.tree.size)
    return tally


def _read(lines: Iterable[bytes]) -> Iterator[tuple[int, Line]]:
    number = 0
    for number, raw in enumerate(lines, 1):
        try:
            line = _DECODER.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise ExportUnreadable(f"Line {number} of the export can't be read.") from error
        if isinstance(line, ExportLine) != (number == 1) or (isinstance(line, ExportLine) and line.version != VERSION):
            raise ExportUnreadable(f"The file is no export of version {VERSION}.")
        if not isinstance(line, ExportLine):
            yield number, line
    if not number:
        raise ExportUnreadable("The export is empty.")


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
