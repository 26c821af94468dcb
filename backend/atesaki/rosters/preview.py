"""Reads a roster file without importing it: what would be accepted, what rejected, and what would change."""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO, Literal

from msgspec import Struct

from atesaki.rosters.cells import count_addresses
from atesaki.rosters.comparison import Comparison, SideBySide
from atesaki.rosters.import_csv import ReadRow, Rejection, read_layout
from atesaki.rosters.layout import MAX_COLUMNS, Layout
from atesaki.rosters.table import Row, read_rows, sample

FIRST_ROWS = 10
"""So many rows of the file are shown."""

FIRST_REJECTIONS = 100

FEW = 5
"""More than one row in so many rejected, and the file is perhaps not what it seems."""

_NUMBER = re.compile(r"[\d\s()+./-]+")

Warn = Literal["empty", "many_leave", "many_rejected", "not_addresses", "not_names", "unused_addresses"]
"""`unused_addresses`: a column that nobody chose holds addresses; `not_names`: numbers or addresses stand for names."""


class Preview(Struct, frozen=True):
    """What an import of this file with this layout would do; `rows` are its first rows, header and all."""

    layout: Layout
    rows: tuple[Row, ...]
    accepted: int
    duplicates: int
    rejected: tuple[Rejection, ...]
    rejected_count: int
    comparison: Comparison
    warnings: tuple[Warn, ...]


def preview(file: IO[bytes], layout: Layout, both: SideBySide) -> Preview:
    """Read the whole file into `both` and tell what it says; raises `RosterFileUnreadable`."""
    tally = _Tally()
    if layout.columns.addresses:
        for read in read_layout(file, layout):
            tally.add(read, both)
    comparison = both.comparison()
    return Preview(
        layout=layout,
        rows=tuple(islice(read_rows(file, layout.encoding, layout.delimiter), FIRST_ROWS)),
        accepted=comparison.new,
        duplicates=tally.duplicates,
        rejected=tuple(tally.rejected),
        rejected_count=tally.rejected_count,
        comparison=comparison,
        warnings=tuple(_warnings(file, layout, tally, comparison)),
    )


def rejected_rows(file: IO[bytes], layout: Layout) -> Iterator[ReadRow]:
    """The rows that are not, or not wholly, accepted."""
    return (read for read in read_layout(file, layout) if read.reasons)


class _Tally:
    """Counts what a file says."""

    def __init__(self) -> None:
        self.duplicates = 0
        self.rows = 0
        self.rejected: list[Rejection] = []
        self.rejected_count = 0

    def add(self, read: ReadRow, both: SideBySide) -> None:
        """Take one row."""
        self.rows += 1
        self.duplicates += sum(not both.add(member) for member in read.members)
        self.rejected_count += len(read.reasons)
        room = FIRST_REJECTIONS - len(self.rejected)
        self.rejected += [Rejection(read.row.line, reason) for reason in read.reasons[:room]]


def _warnings(file: IO[bytes], layout: Layout, tally: _Tally, comparison: Comparison) -> Iterator[Warn]:
    if comparison.new == 0:
        yield "empty"
    elif comparison.many_leave:
        yield "many_leave"
    if tally.rejected_count * FEW > tally.rows:
        yield "many_rejected"
    yield from _wrong_columns(file, layout)


def _wrong_columns(file: IO[bytes], layout: Layout) -> Iterator[Warn]:
    rows = [row for row in sample(file, layout.encoding, layout.delimiter) if row.line >= layout.columns.first_line]
    columns = [_filled(rows, at) for at in range(min(layout.columns.width, MAX_COLUMNS))]
    if any(columns[at] and not _mostly(columns[at], _holds_address) for at in layout.columns.addresses):
        yield "not_addresses"
    if any(_mostly(columns[at], _is_no_name) for at in layout.columns.names):
        yield "not_names"
    used = {*layout.columns.addresses, *layout.columns.names}
    if any(_mostly(column, _holds_address) for at, column in enumerate(columns) if at not in used):
        yield "unused_addresses"


def _filled(rows: list[Row], at: int) -> list[str]:
    return [row.cells[at] for row in rows if at < len(row.cells) and row.cells[at].strip()]


def _mostly(cells: list[str], is_so: Callable[[str], bool]) -> bool:
    return 2 * sum(map(is_so, cells)) > len(cells)


def _holds_address(cell: str) -> bool:
    return count_addresses(cell) > 0


def _is_no_name(cell: str) -> bool:
    return "@" in cell or _NUMBER.fullmatch(cell) is not None
