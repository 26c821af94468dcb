"""Writes the members of a roster as CSV that a spreadsheet opens without running anything in it."""

import csv
import io
from collections.abc import Iterable

from atesaki.rosters.roster import Member

_BOM = "\ufeff"
# What spreadsheets take for the beginning of a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def members_as_csv(members: Iterable[Member]) -> str:
    """The CSV text (RFC 4180) with the byte order mark by which Excel knows UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("email", "name"))
    writer.writerows((_harmless(member.address), _harmless(member.name or "")) for member in members)
    return _BOM + text.getvalue()


def _harmless(cell: str) -> str:
    return "'" + cell if cell.startswith(_FORMULA) else cell
