"""Reads the addresses in one cell, as people write them there."""

import enum
import re
import unicodedata

from msgspec import Struct

from atesaki.judgement.address import Address, fold, parse_address
from atesaki.judgement.look_alike import shown_label

MAX_CELL = 20_000
"""Longest cell in characters; some hundred addresses fit in."""

_SIMPLE = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+@[\w.-]+\.\w+")
_PART = re.compile(r'(?:"[^"\n]*+"|<[^<>\n]*+>|\([^()\n]*+\)|[^,;、\n\r\t])+')
_HELD = re.compile(r"\(([^()@]*@[^()@]*)\)")
_SEPARATOR = re.compile(r"[,;、\n\r\t]")
# What Google's contacts write between the addresses of one person.
_GOOGLE = " ::: "
# What people write between two addresses besides; a slash may stand in an address, too, which then is no two of them.
_BETWEEN = re.compile(r"[\s/|・]+")
# Bullets and numbers in circles, which NFKC would make a digit of the address.
_BULLET = re.compile(
    r"(?:^|(?<=[\s,;、，；]))[\u2022\u203b\u2460-\u24ff\u25a0-\u27bf\u3220-\u3247\u3280-\u32b0・･]+\s*"
)
_OF_A_NAME = re.compile(r"[^\x00-\x7f]+")
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
    text = _BULLET.sub("", _GUARD.sub("", text.strip(), count=1)) if len(text) <= MAX_CELL else text
    if _SIMPLE.fullmatch(text):
        return _cell_of([_addresses(text)])
    folded = _opened(_DASH.sub("-", fold(text)).replace(_GOOGLE, ", ")) if len(text) <= MAX_CELL else ""
    if folded.count("@") == 1 and _readable(whole := parse_address(folded)):
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


def _opened(text: str) -> str:
    """Return `山田 (a@x.jp)` as `山田 <a@x.jp>`, and as two addresses `a@x.jp (b@x.jp)`, whose second is no comment."""
    if '"' in text or "<" in text:
        return text
    *pieces, rest = _HELD.split(text)
    opened = [_beside(*pair) for pair in zip(pieces[::2], pieces[1::2], strict=True)]
    return ", ".join([*opened, rest] if rest.strip() else opened)


def _beside(before: str, held: str) -> str:
    name = _SEPARATOR.split(before)[-1]
    return f"{before}, {held}" if "@" in name or not name.strip() else f"{before} <{held}>"


def _addresses(part: str) -> tuple[Address, ...] | Reason:
    address = parse_address(part)
    if _readable(address):
        return (address,)
    if "@" not in part:
        return Reason.NO_AT
    # `a@x.jp b@y.jp` are two people, but `yama da@x.jp` is one slip that must not enroll `da@x.jp`.
    for texts in (_BETWEEN.split(part.strip("/|・")), part.split(), _beside_names(part)):
        several = tuple(map(parse_address, texts))
        if all(map(_readable, several)):
            return several
    return Reason.UNREADABLE


def _beside_names(part: str) -> list[str]:
    """Return the addresses of `山田 花子 hana@x.jp 様`: such words are no pieces of an address that was cut in two."""
    words = part.split()
    texts = [word for word in words if "@" in word]
    names = [word for word in words if "@" not in word]
    if not all(map(_OF_A_NAME.fullmatch, names)):
        return [part]
    return [f"{' '.join(names)} <{texts[0]}>"] if names and len(texts) == 1 else texts


def _readable(address: Address) -> bool:
    """Tell whether it is an address as it was meant: in `鈴木suzuki@x.jp` and `suzuki@x.jp様` a name sticks to it."""
    top = address.domain.rpartition(".")[2]
    return address.readable and not _is_glued(address.local) and not _is_glued(shown_label(top))


def _is_glued(text: str) -> bool:
    """Tell whether Latin and East Asian letters stand in one word, as in no mailbox and no top-level domain."""
    wide = not text.isascii() and any(unicodedata.east_asian_width(letter) == "W" for letter in text)
    return wide and any(letter.isascii() and letter.isalnum() for letter in text)


def _cell_of(read: list[tuple[Address, ...] | Reason]) -> Cell:
    return Cell(
        tuple(address for each in read if not isinstance(each, Reason) for address in each),
        frozenset(each for each in read if isinstance(each, Reason)),
    )
