"""Reads the members of a roster from a CSV file as people have it."""

import unicodedata
from collections.abc import Iterator
from typing import IO

from msgspec import Struct

from atesaki.rosters.cells import Cell, Reason, read_cell
from atesaki.rosters.columns import Columns, find_columns
from atesaki.rosters.encoding import encoding_of
from atesaki.rosters.roster import Member
from atesaki.rosters.table import Row, delimiter_of, read_rows, sample

MAX_MEMBER_NAME = 200
"""A longer name of a member is cut to so many characters; it is shown, never compared."""


class Rejection(Struct, frozen=True):
    """A row that is not, or not wholly, on the roster; `line` counts the lines of the file from 1."""

    line: int
    reason: Reason


def read_members(file: IO[bytes]) -> Iterator[Member | Rejection]:
    """All members and rejections in the order of the file, which must be seekable and is read as it goes.

    Raises `RosterFileUnreadable` or `NoAddressColumn` before the first one where the whole file is unusable,
    and `RosterFileUnreadable` later where a quotation mark is never closed.
    """
    encoding = encoding_of(file)
    delimiter = delimiter_of(file, encoding)
    columns = find_columns(sample(file, encoding, delimiter))
    for row in read_rows(file, encoding, delimiter):
        if row.line >= columns.first_line:
            yield from _row(row, columns)


def _row(row: Row, columns: Columns) -> Iterator[Member | Rejection]:
    cells = [read_cell(text) for text in _address_texts(row.cells, columns)]
    name = _name(row.cells, columns)
    for cell in cells:
        for address in cell.addresses:
            yield Member(address.key, address.spec, name or _clean(address.display_name))
    for reason in sorted(_reasons(cells)):
        yield Rejection(row.line, reason)


def _address_texts(cells: list[str], columns: Columns) -> list[str]:
    """The cells that hold addresses; a list with more cells than the first rows goes on to the right."""
    known = [cells[at] for at in columns.addresses if at < len(cells)]
    further = [cell for cell in cells[columns.width :] if "@" in cell or "＠" in cell]
    return [text for text in (*known, *further) if text.strip()]


def _reasons(cells: list[Cell]) -> frozenset[Reason]:
    if not cells:
        return frozenset({Reason.EMPTY})
    return frozenset[Reason]().union(*(cell.reasons for cell in cells))


def _name(cells: list[str], columns: Columns) -> str | None:
    return _clean(" ".join(cells[at].strip() for at in columns.names if at < len(cells)))


def _clean(text: str) -> str | None:
    """The text on one line and without control characters, which PostgreSQL and terminals choke on."""
    printable = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)
    return " ".join(printable.split())[:MAX_MEMBER_NAME] or None
