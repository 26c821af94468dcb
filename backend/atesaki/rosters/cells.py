"""Reads the addresses in one cell, as people write them there."""

import enum
import re

from msgspec import Struct

from atesaki.judgement.address import Address, fold, parse_address

MAX_CELL = 20_000
"""Longest cell in characters; some hundred addresses fit in."""

_SIMPLE = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+@[\w.-]+\.\w+")
_PART = re.compile(r'(?:"[^"\n]*+"|<[^<>\n]*+>|\([^()\n]*+\)|[^,;、\n\r\t])+')
# What Google's contacts write between the addresses of one person.
_GOOGLE = " ::: "
# The mark that our export, like a spreadsheet, sets before a text that looks like a formula.
_GUARD = re.compile(r"'(?=[=+@-])")
# What input methods and old encodings make of a hyphen besides the full-width one, which NFKC knows; EUC-JP a minus.
_DASH = re.compile(r"(?<=[A-Za-z0-9])[\u2010-\u2015\u2212](?=[A-Za-z0-9])")


class Reason(enum.StrEnum):
    """Why a row, or a part of it, is not on the roster."""

    EMPTY = "empty"
    NO_AT = "no_at"
    UNREADABLE = "unreadable"
    SWALLOWED = "swallowed"


class Cell(Struct, frozen=True):
    """What a cell holds: addresses that a mail could be sent to, and why the rest isn't one."""

    addresses: tuple[Address, ...] = ()
    reasons: frozenset[Reason] = frozenset()


def read_cell(text: str) -> Cell:
    """Read `a@x.jp`, `名前 <a@x.jp>`, or several of them separated by commas, semicolons, line breaks or blanks."""
    text = _GUARD.sub("", text.strip(), count=1)
    if _SIMPLE.fullmatch(text):
        return _cell_of([_addresses(text)])
    folded = _DASH.sub("-", fold(text)).replace(_GOOGLE, ", ") if len(text) <= MAX_CELL else ""
    if folded.count("@") == 1 and (whole := parse_address(folded)).readable:
        return Cell((whole,))
    parts = [part.strip() for part in _PART.findall(folded) if part.strip()]
    if "<" in folded:
        # In `Yamada, Taro <a@x.jp>` the comma belongs to the name.
        parts = [part for part in parts if "@" in part] or parts
    if not parts:
        return Cell(reasons=frozenset({Reason.UNREADABLE if text else Reason.EMPTY}))
    return _cell_of([_addresses(part) for part in parts])


def count_addresses(text: str) -> int:
    """How many addresses the cell holds, 0 where it holds anything besides."""
    cell = read_cell(text)
    return 0 if cell.reasons else len(cell.addresses)


def _addresses(part: str) -> tuple[Address, ...] | Reason:
    address = parse_address(part)
    if address.readable:
        return (address,)
    if "@" not in part:
        return Reason.NO_AT
    # `a@x.jp b@y.jp` are two people, but `yama da@x.jp` is one slip that must not enroll `da@x.jp`.
    several = tuple(parse_address(word) for word in part.split())
    return several if all(each.readable for each in several) else Reason.UNREADABLE


def _cell_of(read: list[tuple[Address, ...] | Reason]) -> Cell:
    return Cell(
        tuple(address for each in read if not isinstance(each, Reason) for address in each),
        frozenset(each for each in read if isinstance(each, Reason)),
    )
