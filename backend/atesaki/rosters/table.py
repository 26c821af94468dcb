"""Reads a roster file as rows with their line numbers, whatever separates its cells."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import IO, NamedTuple, TextIO

from atesaki.rosters.cells import count_addresses
from atesaki.rosters.errors import RosterFileUnreadable

DELIMITERS = (",", "\t", ";", "|")
SAMPLE_ROWS = 500
"""So many rows decide which character separates the cells and what the columns hold."""

MAX_ROW_LINES = 100
"""A quoted cell over more lines than this is a quote that someone forgot to close."""

# A noncharacter of Unicode: no text that people exchange holds it.
_END = "\ufdd0"
_EXCEL_HINT = re.compile(r"sep=(.)\s*", re.IGNORECASE)


class Row(NamedTuple):
    """The cells of one row and the line of the file on which it begins, counted from 1."""

    line: int
    cells: list[str]


def delimiter_of(file: IO[bytes], encoding: str) -> str:
    """The character that separates the cells: the one that leaves most cells holding addresses and nothing else.

    Raises `RosterFileUnreadable` where the quotes match under none of them.
    """
    with _text(file, encoding) as text:
        hint = _EXCEL_HINT.fullmatch(text.readline(10))
    if hint:
        return hint[1]
    scores: dict[str, tuple[int, float, int]] = {}
    problem = RosterFileUnreadable("The file can't be read as a table.")
    for delimiter in DELIMITERS:
        try:
            scores[delimiter] = _score(sample(file, encoding, delimiter))
        except RosterFileUnreadable as error:
            problem = error
    if not scores:
        raise problem
    return max(scores, key=lambda delimiter: scores[delimiter])


def sample(file: IO[bytes], encoding: str, delimiter: str) -> list[Row]:
    """The first rows of the file."""
    return list(islice(read_rows(file, encoding, delimiter), SAMPLE_ROWS))


def read_rows(file: IO[bytes], encoding: str, delimiter: str) -> Iterator[Row]:
    """All rows of the file that aren't blank, read as they are asked for.

    Raises `RosterFileUnreadable` where a quotation mark is never closed,
    because everybody behind it would be lost without a word.
    """
    with _text(file, encoding) as text:
        line = 1
        for last, cells in _numbered(text, delimiter):
            first, line = line, last + 1
            if cells == [_END]:
                return
            if last - first >= MAX_ROW_LINES or (cells and cells[-1].endswith(_END)):
                raise RosterFileUnreadable(f"The quotation mark opened in line {first} is never closed.")
            if any(cell.strip() for cell in cells) and not _is_hint(first, cells):
                yield Row(first, cells)


def _numbered(text: TextIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line on which it ends."""
    reader = csv.reader(chain(text, [_END]), delimiter=delimiter, skipinitialspace=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise RosterFileUnreadable(f"Line {reader.line_num} is too long for a table.") from error


def _is_hint(line: int, cells: list[str]) -> bool:
    return line == 1 and cells[0].lower().startswith("sep=")


@contextmanager
def _text(file: IO[bytes], encoding: str) -> Iterator[TextIO]:
    file.seek(0)
    # Line ends stay as they are, so that every LF, CR LF or CR counts as one line, inside quotes too.
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        yield text
    finally:
        # Whoever ends over an error closes the file before this generator ends, and the error is what counts.
        if not file.closed:
            text.detach()


def _score(rows: list[Row]) -> tuple[int, float, int]:
    addresses = sum(count_addresses(cell) for row in rows for cell in row.cells if "@" in cell or "＠" in cell)
    widths = Counter(len(row.cells) for row in rows)
    width, times = widths.most_common(1)[0] if widths else (0, 0)
    return addresses, times / max(1, len(rows)), width
