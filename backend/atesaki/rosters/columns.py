"""Finds the columns that hold addresses and names, by what stands in them and by their header words."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import takewhile

from msgspec import Struct

from atesaki.rosters.cells import count_addresses
from atesaki.rosters.errors import NoAddressColumn
from atesaki.rosters.table import Row

HEADER_ROWS = 20
"""A header stands within so many rows; titles and dates may stand above it."""

_ADDRESS_WORD = re.compile(r"mail|メール|アドレス|メアド|連絡先|宛先|^(address|to)$")
# Whose name it is may stand before it: 保護者氏名, 園児名; of anything else than a person, such as 学校名, it is none.
_NAME_WORD = re.compile(r"(?:氏名|名前|[員児者徒]名)$|^(?:表示名|name|fullname|displayname)$")
_NAME_PARTS = frozenset({"姓", "名", "苗字", "lastname", "surname", "familyname", "firstname", "givenname"})
_NO_NAME = re.compile(r"[\d@]")
# A mistyped address, or an example in a header, whose `gmail` would be taken for the word. It is looked for from the
# beginning of its letters only: from each of them, a long cell would hold up the whole server.
_LIKE_ADDRESS = re.compile(r"(?<![!-~])[!-~]*(?:@|\.(?:com|net|org|jp)\b)[!-~]*")
_IGNORED = re.compile(r"[\s_\-()（）*※・:]+")


class Columns(Struct, frozen=True):
    """Which columns hold what, counted from 0; `first_line` is the line of the first row below the header."""

    addresses: tuple[int, ...]
    names: tuple[int, ...]
    width: int
    first_line: int


def find_columns(rows: Sequence[Row]) -> Columns:
    """Read the layout off the first rows; raises `NoAddressColumn` where there is nothing to send a mail to."""
    columns = guess_columns(rows)
    if not columns.addresses:
        raise NoAddressColumn("No column of this file holds e-mail addresses.")
    return columns


def guess_columns(rows: Sequence[Row]) -> Columns:
    """Read the layout off the first rows as `find_columns` does, without addresses where no column holds any."""
    header = _header(rows)
    words = [_word(cell) for cell in header.cells] if header else []
    below = [row for row in rows if header is None or row.line > header.line]
    width = max((len(row.cells) for row in rows), default=0)
    addresses = _address_columns([_column(below, at) for at in range(width)], words)
    others = [at for at in range(width) if at not in addresses]
    names = _named_columns(words, others) if header else _name_like([_column(below, at) for at in others], others)
    return Columns(addresses, names, width, header.line + 1 if header else 1)


def _header(rows: Sequence[Row]) -> Row | None:
    above = list(takewhile(lambda row: not any(map(count_addresses, row.cells)), rows[:HEADER_ROWS]))
    best = max(above, key=_header_words, default=None)
    return best if best and _header_words(best) else None


def _header_words(row: Row) -> int:
    words = [_word(cell) for cell in row.cells]
    return sum(_is_name_word(word) or word in _NAME_PARTS or _is_address_word(word) for word in words)


def _address_columns(columns: Sequence[Sequence[str]], words: Sequence[str]) -> tuple[int, ...]:
    """Columns with addresses that are named so or hold little else; failing these, the named or the nearest one.

    A column that has been empty so far counts too, named so or without a header: the second address of a few may
    stand far below.
    """
    counts = [sum(map(bool, map(count_addresses, column))) for column in columns]
    likely = [sum("@" in cell or "＠" in cell for cell in column) for column in columns]
    named = {at for at, word in enumerate(words) if _is_address_word(word)}
    found = {at for at, count in enumerate(counts) if count and (at in named or count * 2 >= len(columns[at]))}
    if found:
        late = {at for at, column in enumerate(columns) if not column and (at in named or not words)}
        return tuple(sorted(found | late | {at for at in named if at < len(columns) and likely[at]}))
    if any(likely):
        return (likely.index(max(likely)),)
    return tuple(sorted(named))


def _named_columns(words: Sequence[str], others: Sequence[int]) -> tuple[int, ...]:
    whole = [at for at in others if at < len(words) and _is_name_word(words[at])]
    parts = [at for at in others if at < len(words) and words[at] in _NAME_PARTS]
    return tuple(whole[:1] or parts)


def _name_like(columns: Sequence[Sequence[str]], others: Sequence[int]) -> tuple[int, ...]:
    for at, column in zip(others, columns, strict=True):
        if column and not any(map(_NO_NAME.search, column)):
            return (at,)
    return ()


def _column(rows: Sequence[Row], at: int) -> list[str]:
    return list(_filled(rows, at))


def _filled(rows: Sequence[Row], at: int) -> Iterator[str]:
    for row in rows:
        if at < len(row.cells) and row.cells[at].strip():
            yield row.cells[at]


def _is_address_word(word: str) -> bool:
    return _ADDRESS_WORD.search(word) is not None


def _is_name_word(word: str) -> bool:
    return _NAME_WORD.search(word) is not None


def _word(cell: str) -> str:
    return _IGNORED.sub("", _LIKE_ADDRESS.sub("", unicodedata.normalize("NFKC", cell).casefold()))
