"""How a roster file is laid out: its encoding, what separates its cells, and which columns hold what."""

from typing import IO

from msgspec import Struct

from atesaki.rosters.columns import Columns, find_columns, guess_columns
from atesaki.rosters.encoding import checked_encoding, encoding_of
from atesaki.rosters.errors import LayoutInvalid
from atesaki.rosters.table import DELIMITERS, delimiter_of, sample

MAX_COLUMNS = 500
"""So many columns of a file can be told apart by a person; a file with more is none that a person made."""

MAX_FIRST_LINE = 10_000


class Layout(Struct, frozen=True):
    """How a file is read; `encoding` is the name of a Python codec."""

    encoding: str
    delimiter: str
    columns: Columns


def found_layout(file: IO[bytes]) -> Layout:
    """The layout that the file itself suggests; raises `RosterFileUnreadable` or `NoAddressColumn`."""
    encoding = encoding_of(file)
    delimiter = delimiter_of(file, encoding)
    return Layout(encoding, delimiter, find_columns(sample(file, encoding, delimiter)))


def suggested_layout(file: IO[bytes], encoding: str | None = None, delimiter: str | None = None) -> Layout:
    """The layout to show to a person, with what they chose already; it may lack a column of addresses.

    Raises `LayoutInvalid` or `RosterFileUnreadable`.
    """
    codec = encoding_of(file) if encoding is None else checked_encoding(file, encoding)
    codec = "utf-8-sig" if codec == "utf-8" else codec
    separator = delimiter_of(file, codec) if delimiter is None else _checked_delimiter(delimiter)
    return Layout(codec, separator, guess_columns(sample(file, codec, separator)))


def checked_layout(file: IO[bytes], layout: Layout) -> Layout:
    """The layout that a person chose; raises `LayoutInvalid` or `RosterFileUnreadable` where it doesn't fit."""
    codec = checked_encoding(file, layout.encoding)
    separator = _checked_delimiter(layout.delimiter)
    width = max((len(row.cells) for row in sample(file, codec, separator)), default=0)
    columns = layout.columns
    used = (*columns.addresses, *columns.names)
    if len(set(used)) < len(used) or any(not 0 <= at < min(width, MAX_COLUMNS) for at in used):
        raise LayoutInvalid("Each column of the file has one meaning.", field="columns")
    if not 1 <= columns.first_line <= MAX_FIRST_LINE:
        raise LayoutInvalid(f"The first line of people is between 1 and {MAX_FIRST_LINE:,}.", field="first_line")
    return Layout(codec, separator, Columns(columns.addresses, columns.names, width, columns.first_line))


def _checked_delimiter(text: str) -> str:
    # Excel's hint may name any character.
    if text in DELIMITERS or (len(text) == 1 and text.isprintable() and not text.isalnum() and text != '"'):
        return text
    raise LayoutInvalid("This can't separate the cells of a table.", field="delimiter")
