"""The layout of a file as fields of a form, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO
from urllib.parse import urlencode

from atesaki.rosters.columns import Columns
from atesaki.rosters.layout import MAX_COLUMNS, Layout, checked_layout, suggested_layout

ADDRESS, NAME = "address", "name"
"""What a column may be; all else is not used."""

Field = Callable[[str], str]
"""Gives a field of the form, empty where there is none."""


def layout_from(file: IO[bytes], field: Field) -> Layout:
    """Return the layout that the form describes; its columns count only for the encoding and separator shown with them.

    Raises `LayoutInvalid` or `RosterFileUnreadable`.
    """
    encoding, delimiter = field("encoding"), field("delimiter")
    if not encoding or field("shown_with") != f"{encoding} {delimiter}":
        return suggested_layout(file, encoding or None, delimiter or None)
    meanings = {at: field(f"c{at}") for at in range(MAX_COLUMNS)}
    columns = Columns(
        addresses=tuple(at for at, meaning in meanings.items() if meaning == ADDRESS),
        names=tuple(at for at, meaning in meanings.items() if meaning == NAME),
        width=0,
        first_line=_line(field("first_line")),
    )
    return checked_layout(file, Layout(encoding, delimiter, columns))


def fields_of(layout: Layout) -> list[tuple[str, str]]:
    """Return the fields that describe exactly this layout."""
    meanings = {**dict.fromkeys(layout.columns.addresses, ADDRESS), **dict.fromkeys(layout.columns.names, NAME)}
    return [
        ("encoding", layout.encoding),
        ("delimiter", layout.delimiter),
        ("shown_with", f"{layout.encoding} {layout.delimiter}"),
        ("first_line", str(layout.columns.first_line)),
        *((f"c{at}", meaning) for at, meaning in sorted(meanings.items())),
    ]


def query_of(layout: Layout) -> str:
    """Return the same as a query string."""
    return urlencode(fields_of(layout))


def _line(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0  # noqa: PLR2004  # An int column.
