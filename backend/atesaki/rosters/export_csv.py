"""Writes people as CSV that a spreadsheet opens without running anything in it."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from atesaki.rosters.roster import Member

_BOM = "\ufeff"
# What spreadsheets take for the beginning of a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def members_as_csv(members: Iterable[Member]) -> str:
    """The CSV text (RFC 4180) with the byte order mark by which Excel knows UTF-8."""
    return "".join(csv_lines(("email", "name"), ((member.address, member.name or "") for member in members)))


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Any table as such a text, row by row."""
    yield _BOM
    for row in chain([header], rows):
        text = io.StringIO(newline="")
        csv.writer(text).writerow([_harmless(cell) for cell in row])
        yield text.getvalue()


def _harmless(cell: str) -> str:
    return "'" + cell if cell.startswith(_FORMULA) else cell
