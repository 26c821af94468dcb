"""Writes rows of decisions as CSV that Excel opens in Japanese and that no spreadsheet takes for formulas."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence

from atesaki.journal.export.rows import Cell, Column

BYTE_ORDER_MARK = "\ufeff"

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet might run (OWASP, CSV Injection); Excel also reads the full-width forms."""
_SUSPECT = frozenset((*_FORMULA, " "))


def csv_chunks(columns: Sequence[Column], pages: Iterable[Sequence[Sequence[Cell]]]) -> Iterator[bytes]:
    """Give the file in pieces: a byte order mark, the names of the columns, one line a row (RFC 4180)."""
    yield (BYTE_ORDER_MARK + _lines([[column.name for column in columns]])).encode()
    for rows in pages:
        if rows:
            # A lone surrogate, which JSON can hold and UTF-8 can't, must not end the download.
            yield _lines([[safe(cell) for cell in row] for row in rows]).encode(errors="replace")


def safe(cell: Cell) -> str:
    """Write a cell; what a spreadsheet might take for a formula gets an apostrophe before it."""
    # In the order of how often they occur: this runs for every cell.
    if isinstance(cell, str):
        return f"'{cell}" if cell[:1] in _SUSPECT and cell.lstrip(" ").startswith(_FORMULA) else cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, dt.datetime):
        return cell.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(cell)


def _lines(rows: Iterable[Sequence[str]]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue()
