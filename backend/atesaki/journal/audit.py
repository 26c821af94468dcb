"""Checks a stream record by record and names the first one that is broken; the store and an export share it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from atesaki.journal.checkpoint import BadCheckpoint, Checkpoint, open_note
from atesaki.journal.merkle import CompactRange, leaf_hash
from atesaki.journal.record import commitment, read_record
from atesaki.journal.redactions import Redactions
from atesaki.journal.stored import Stored
from atesaki.journal.witness import Span
from atesaki.storage.engine import micros

_HIGHEST: Final = 63
_NOT_WRITTEN: Final = "the personal data is not what was written"


@dataclass
class Tally:
    """What was checked.

    `newer` counts records that no signed checkpoint covers yet,
    `absent` personal data that was deleted or left out of an export, `left_out` records that had no checkpoint
    when an export was made and so are not in it, `kept` checkpoints that were kept elsewhere and agree.
    Of the `redacted`, `unexplained` are those whose redaction stands in no record that was checked.
    """

    streams: int = 0
    records: int = 0
    checkpoints: int = 0
    personal: int = 0
    absent: int = 0
    redacted: int = 0
    newer: int = 0
    left_out: int = 0
    kept: int = 0
    unexplained: int = 0
    redactions: Redactions = field(default_factory=Redactions, repr=False, compare=False)


class Broken(Exception):
    """The first record that is not as it was written; `position` and `record_id` are `None` where it can't be named."""

    def __init__(
        self,
        stream: str,
        sentence: str,
        position: int | None = None,
        record_id: str | None = None,
    ) -> None:
        place = [f"stream {stream}"] if stream else []
        if position is not None:
            place.append(f"position {position}")
        if record_id is not None:
            place.append(f"record {record_id}")
        super().__init__(f"{', '.join(place)}: {sentence}" if place else sentence)
        self.stream = stream
        self.sentence = sentence
        self.position = position
        self.record_id = record_id


@dataclass
class StreamAudit:
    """The tree of one stream as its records build it up; every method raises `Broken`.

    `expected` are roots that are known from elsewhere, by the size of the tree;
    `last` is the head that the stream had when its key was changed.
    """

    stream: str
    public_key: bytes
    tally: Tally
    expected: dict[int, bytes] = field(default_factory=dict)
    last: Checkpoint | None = None
    tree: CompactRange = field(default_factory=CompactRange)
    signed: int = 0
    unsigned: int = 0
    unsigned_span: Span = field(default_factory=Span)

    def record(self, row: Stored) -> None:
        """Check one record and put it into the tree."""
        if (row.stream, row.position) != (self.stream, self.tree.size):
            raise Broken(self.stream, _misplaced(row, self.stream, self.tree.size), self.tree.size)
        fault = _fault(row) or self._personal_fault(row)
        if fault:
            raise Broken(self.stream, fault, row.position, row.record_id)
        self._append(row.leaf_hash)
        self.tally.redactions.note(row)
        self.unsigned += 1
        self.unsigned_span.add(row.recorded_at)
        self.tally.records += 1

    def skip(self, subtrees: Sequence[tuple[int, bytes]]) -> None:
        """Put (level, hash) of left-out records into the tree, for a later checkpoint to prove."""
        try:
            for level, node in subtrees:
                # The tree would have more leaves than numbers that a machine can count.
                self._append(node, level if level < _HIGHEST else -1)
        except ValueError as error:
            raise Broken(
                self.stream, "the hashes of the records that were left out do not fit", self.tree.size
            ) from error

    def checkpoint(self, note: str) -> None:
        """Check a checkpoint over exactly the records so far."""
        try:
            checkpoint = open_note(note, self.public_key)
        except BadCheckpoint as error:
            raise Broken(self.stream, f"{error} (the one over {self.tree.size} records)") from error
        if checkpoint.stream == self.stream and checkpoint.size > self.tree.size:
            sentence = f"the record is missing before the checkpoint over {checkpoint.size} records"
            raise Broken(self.stream, sentence, self.tree.size)
        if (checkpoint.stream, checkpoint.size) != (self.stream, self.tree.size):
            raise Broken(
                self.stream, f"another checkpoint stands in the place of the one over {self.tree.size} records"
            )
        if checkpoint.root != self.tree.root():
            raise self._rewritten("a signed checkpoint")
        self.signed, self.unsigned, self.unsigned_span = self.tree.size, 0, Span()
        self.tally.checkpoints += 1

    def end(self, size: int, frontier: bytes | None = None) -> None:
        """Check that the records are as many as were stored, and the tree over them the one that was stored."""
        if self.tree.size < size:
            raise Broken(self.stream, "the record is missing", self.tree.size)
        if self.tree.size > size or (frontier is not None and frontier != self.tree.pack()):
            raise self._rewritten("the stored tree")
        self._refuse_unmet()
        if self.unsigned_span.is_too_long:
            raise Broken(self.stream, "the records from here on were not signed when they were written", self.signed)
        self.tally.newer += self.unsigned
        self.tally.streams += 1

    def _append(self, node: bytes, level: int = 0) -> None:
        self.tree.append(node, level)
        size = self.tree.size
        if self.last is not None and size >= self.last.size:
            self._compare_with_last(self.last, size)
        if size in self.expected:
            if self.expected.pop(size) != self.tree.root():
                raise self._rewritten("a checkpoint that was kept elsewhere")
            self.tally.kept += 1

    def _compare_with_last(self, last: Checkpoint, size: int) -> None:
        if size > last.size:
            raise Broken(self.stream, "the record was added after the key of its stream was changed", last.size)
        if last.root != self.tree.root():
            raise self._rewritten("the change of the key")

    def _refuse_unmet(self) -> None:
        if not self.expected:
            return
        size = max(self.expected)
        if size > self.tree.size:
            raise Broken(
                self.stream,
                f"records are missing: a checkpoint says there were {size};"
                " an export that is older than the checkpoint lacks them too: make a new one",
                self.tree.size,
            )
        raise Broken(
            self.stream,
            f"it does not show whether it continues the kept checkpoint over {min(self.expected)} records;"
            " export it again with that checkpoint",
        )

    def _personal_fault(self, row: Stored) -> str | None:
        committed = read_record(row.body).commitment
        if row.blob is None and row.salt is None:
            self.tally.absent += committed is not None
        elif not (isinstance(row.blob, bytes) and isinstance(row.salt, bytes)):
            return _NOT_WRITTEN
        elif committed is None:
            return "personal data was put beside a record that has none"
        elif row.redacted:
            self.tally.redacted += 1
        elif commitment(row.salt, row.blob) != committed:
            return _NOT_WRITTEN
        else:
            self.tally.personal += 1
        return None

    def _rewritten(self, witness: str) -> Broken:
        last = self.tree.size - 1
        return Broken(
            self.stream, f"{witness} shows that a record from here to position {last} was rewritten", self.signed
        )


def _misplaced(row: Stored, stream: str, size: int) -> str:
    if row.stream == stream and row.position < size:
        return f"in its place stands the record of position {row.position} once more"
    return "the record is missing"


def _is_bytes(value: object) -> bool:
    # SQLite keeps any type in any column.
    return isinstance(value, bytes)


def _fault(row: Stored) -> str | None:
    if not _is_bytes(row.body) or leaf_hash(row.body) != row.leaf_hash:
        return "the record is not the one that was written"
    try:
        record = read_record(row.body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return "the record can't be read"
    written = (
        record.stream,
        record.position,
        record.record_id,
        record.kind,
        record.subject,
        micros(record.recorded_at),
    )
    if written != row[:6]:
        return "the record was written at another place, or under another name"
    return None
