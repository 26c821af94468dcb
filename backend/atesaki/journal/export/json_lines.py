"""Writes an export as JSON lines: exact records, checkpoints and keys, which verify without the database.

Left-out records stand in it as the hashes of the subtrees that they form, so a part of a stream
is proven by the same checkpoints as the whole.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import msgspec

from atesaki.journal.export.extent import Span
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
from atesaki.journal.export.selection import Selection
from atesaki.journal.pages import Stretch, notes_between, record_pages
from atesaki.journal.stored import Stored
from atesaki.journal.tree import Tree
from atesaki.storage.engine import Store

_ENCODER = msgspec.json.Encoder()


class JsonLines:
    """The lines of an export; `passed` is told how many records each page of them holds."""

    def __init__(self, store: Store, selection: Selection, passed: Callable[[int], object]) -> None:
        self._store = store
        self._selection = selection
        self._passed = passed

    def write(self, spans: Sequence[Span], rotations: Sequence[str], made_at: dt.datetime) -> Iterator[bytes]:
        """Give the export in pieces of whole lines."""
        selection = self._selection
        selected = any(span.chosen is not None for span in spans)
        yield _encoded(
            ExportLine(VERSION, made_at, selection.since, selection.until, selection.personal, selected),
            *map(KeyLine, rotations),
        )
        for span in spans:
            yield from self._stream(span)
        yield _encoded(TotalLine(len(spans), sum(span.records for span in spans)))

    def _stream(self, span: Span) -> Iterator[bytes]:
        yield _encoded(StreamLine(span.stream, span.public_key))
        tree, at, signed = Tree(self._store, span.stream), 0, 0
        for start, end in span.runs():
            yield _encoded(*_skipped(tree, at, start, span.marks))
            for page, last in self._run(span, start, end):
                yield page
                signed = last or signed
            at = end
        rest, end = self._rest(span, tree, at, signed)
        yield _encoded(*rest, EndLine(end, span.newer))

    def _run(self, span: Span, start: int, end: int) -> Iterator[tuple[bytes, int]]:
        """Give pages of lines, each with the size of the last checkpoint so far."""
        # Among chosen records the checkpoint after the last one proves all of them.
        notes = iter(()) if span.chosen is not None else notes_between(self._store, span.stream, start, end)
        size, note = next(notes, (0, ""))
        signed = 0
        pages = record_pages(self._store, Stretch(span.stream, start, end), with_personal=self._selection.personal)
        for page in pages:
            lines: list[Line] = []
            for record in page:
                lines.append(_record_line(record))
                if record.position + 1 == size:
                    lines.append(CheckpointLine(note))
                    signed = size
                    size, note = next(notes, (0, ""))
            yield _encoded(*lines), signed
            self._passed(len(page))

    def _rest(self, span: Span, tree: Tree, at: int, signed: int) -> tuple[list[Line], int]:
        """Give what leads to the first checkpoint over all that was exported, and the size that it is over."""
        goal = max(at, *span.marks, 1) if span.marks else max(at, 1)
        found = next(notes_between(self._store, span.stream, goal - 1, None), None)
        if found is None or signed >= goal:
            return [], at
        size, note = found
        return [*_skipped(tree, at, size, span.marks), CheckpointLine(note)], size


def _skipped(tree: Tree, start: int, end: int, marks: Sequence[int]) -> Iterator[Line]:
    """Leave records out, with a cut at each size of the tree that must be shown."""
    cuts = [start, *(mark for mark in marks if start < mark < end), end]
    for begin, stop in pairwise(cuts):
        if begin < stop:
            yield SkippedLine(tree.subtrees(begin, stop))


def _record_line(record: Stored) -> RecordLine:
    line = RecordLine(record.position, record.leaf_hash, record.body.decode())
    if record.blob is None:
        return line
    return msgspec.structs.replace(
        line,
        salt=record.salt,
        personal=record.blob.decode(),
        redacted=bool(record.redacted),
    )


def _encoded(*lines: Line) -> bytes:
    return b"".join([_ENCODER.encode(line) + b"\n" for line in lines])
