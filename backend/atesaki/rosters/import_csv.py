"""Reads the members of a roster from a CSV file as people have it."""

import unicodedata
from collections.abc import Iterator
from typing import IO

from msgspec import Struct

from atesaki.rosters.cells import Cell, Reason, read_cell
from atesaki.rosters.columns import Columns
from atesaki.rosters.layout import Layout, found_layout
from atesaki.rosters.roster import Member
from atesaki.rosters.table import Row, read_rows

MAX_MEMBER_NAME = 200
"""A longer name of a member is cut to so many characters; it is shown, never compared."""


class Rejection(Struct, frozen=True):
    """A row that is not, or not wholly, on the roster; `line` counts the lines of the file from 1."""

    line: int
    reason: Reason


class ReadRow(Struct, frozen=True):
    """What one row of a file says."""

    row: Row
    members: tuple[Member, ...]
    reasons: tuple[Reason, ...]

    def parts(self) -> Iterator[Member | Rejection]:
        """The members, then why the rest of the row isn't one."""
        yield from self.members
        for reason in self.reasons:
            yield Rejection(self.row.line, reason)


def read_members(file: IO[bytes], layout: Layout | None = None) -> Iterator[Member | Rejection]:
    """All members and rejections in the order of the file, which must be seekable and is read as it goes.

    Raises `RosterFileUnreadable` or `NoAddressColumn` before the first one where the whole file is unusable,
    and `RosterFileUnreadable` later where a quotation mark is never closed.
    """
    for read in read_layout(file, layout or found_layout(file)):
        yield from read.parts()


def read_layout(file: IO[bytes], layout: Layout) -> Iterator[ReadRow]:
    """Every row below the header, read as the layout says, and each above that swallowed somebody."""
    for row in read_rows(file, layout.encoding, layout.delimiter):
        if row.line >= layout.columns.first_line:
            yield _read(row, layout.columns)
        elif any(map(_swallows, row.cells)):
            yield ReadRow(row, (), (Reason.SWALLOWED,))


def cleaned_name(text: str) -> str | None:
    """The text on one line and without control characters, which PostgreSQL and terminals choke on.

    Halves of characters, which JSON may hold, are left out too: no database takes them.
    """
    printable = "".join(" " if unicodedata.category(letter) in {"Cc", "Cs"} else letter for letter in text)
    return " ".join(printable.split())[:MAX_MEMBER_NAME] or None


def _read(row: Row, columns: Columns) -> ReadRow:
    cells = [read_cell(text) for text in _address_texts(row.cells, columns)]
    name = cleaned_name(" ".join(row.cells[at].strip() for at in columns.names if at < len(row.cells)))
    members = (
        Member(address.key, address.spec, name or cleaned_name(address.display_name))
        for cell in cells
        for address in cell.addresses
    )
    beside = (cell for at, cell in enumerate(row.cells[: columns.width]) if at not in columns.addresses)
    reasons = _reasons(cells)
    if any(map(_swallows, beside)):
        reasons = reasons - {Reason.EMPTY} | {Reason.SWALLOWED}
    return ReadRow(row, tuple(members), tuple(sorted(reasons)))


def _address_texts(cells: list[str], columns: Columns) -> list[str]:
    """The cells that hold addresses; a list with more cells than the first rows goes on to the right."""
    known = [cells[at] for at in columns.addresses if at < len(cells)]
    further = [cell for cell in cells[columns.width :] if "@" in cell or "＠" in cell]
    return [text for text in (*known, *further) if text.strip()]


def _swallows(cell: str) -> bool:
    """Whether a quotation mark that doesn't fit may have made further rows, and so people, part of this cell."""
    return ("@" in cell or "＠" in cell) and ("\n" in cell or "\r" in cell)


def _reasons(cells: list[Cell]) -> frozenset[Reason]:
    if not cells:
        return frozenset({Reason.EMPTY})
    return frozenset[Reason]().union(*(cell.reasons for cell in cells))
