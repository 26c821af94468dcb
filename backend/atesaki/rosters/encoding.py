"""Tells in which encoding a roster file was saved, and never guesses past a byte that can't be read."""

import codecs
import re
from typing import IO

from atesaki.rosters.errors import LayoutInvalid, RosterFileUnreadable

ENCODINGS = ("utf-8-sig", "cp932", "euc_jp", "iso2022_jp_ext", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
"""The codecs that a person may choose where the guess was wrong; `utf-8-sig` reads UTF-8 with and without its mark."""

_CHUNK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16, whose little-endian mark is the beginning of this one.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_ISO_2022_JP = re.compile(rb"\x1b(\$[@B]|\([IJ])")
_EUC_JP_PAIR = re.compile(rb"[\xa1-\xfe]{2}")
# Bytes that no version of Shift_JIS assigns; Python's CP932 lets them through as these letters.
_UNASSIGNED_CP932 = re.compile("[\x80\uf8f0-\uf8f3]")
# Kana, full-width signs, and the common kanji of JIS X 0208 level 1.
_USUAL_EUC_JP = re.compile(rb"[\xa1-\xa5\xb0-\xcf][\xa1-\xfe]")


def encoding_of(file: IO[bytes]) -> str:
    """The name of the Python codec that reads the whole file without an error.

    Knows UTF-8, UTF-16 (Excel's "Unicode text"), UTF-32, CP932 (Windows' Shift_JIS), EUC-JP and ISO-2022-JP.
    Raises `RosterFileUnreadable` with the first line that can't be read.
    """
    head = _from_start(file, 4_096)
    if head.startswith(_WORKBOOKS):
        raise RosterFileUnreadable("This is a workbook; save it as CSV (UTF-8) and import that file.")
    candidates = _candidates(head)
    unreadable = [_first_unreadable(file, codec) for codec in candidates]
    readable = [codec for codec, at in zip(candidates, unreadable, strict=True) if at is None]
    if not readable:
        failures = zip(unreadable, candidates, strict=True)
        line = max(_line_at(file, at, codec) for at, codec in failures if at is not None)
        raise RosterFileUnreadable(f"Line {line} is not readable text; save the file as CSV (UTF-8).")
    if readable == ["euc_jp", "cp932"] and not _usual_euc_jp(file):
        return "cp932"
    return readable[0]


def checked_encoding(file: IO[bytes], codec: str) -> str:
    """The codec that somebody chose; raises `LayoutInvalid` or, with the first bad line, `RosterFileUnreadable`."""
    if codec not in ENCODINGS:
        raise LayoutInvalid("This encoding isn't one that is known here.", field="encoding")
    at = _first_unreadable(file, codec)
    if at is not None:
        raise RosterFileUnreadable(
            f"Line {_line_at(file, at, codec)} is not readable text in this encoding.", field="encoding"
        )
    return codec


def _candidates(head: bytes) -> list[str]:
    for bom, codec in _BOMS:
        if head.startswith(bom):
            return [codec]
    if head.count(0) * 8 > len(head):
        # ASCII letters in UTF-16 have their zero byte second in little-endian order, first in big-endian order.
        return ["utf-16-le"] if head[1::2].count(0) > head[::2].count(0) else ["utf-16-be"]
    if b"\x00" in head:
        raise RosterFileUnreadable("This is not a text file; save the roster as CSV (UTF-8).")
    if _ISO_2022_JP.search(head):
        return ["iso2022_jp_ext"]
    # CP932 reads nearly every EUC-JP file, but hardly ever the other way round.
    return ["utf-8", "euc_jp", "cp932"]


def _first_unreadable(file: IO[bytes], codec: str) -> int | None:
    """The offset in bytes near which the codec fails, `None` where it reads everything."""
    # The decoder that drops the mark would count its offsets behind it.
    decoder = codecs.getincrementaldecoder(codec.removesuffix("-sig"))()
    file.seek(0)
    offset = 0
    while chunk := file.read(_CHUNK):
        pending = len(decoder.getstate()[0])
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            return offset - pending + error.start
        except UnicodeError:
            # UTF-16 whose order of bytes no mark tells.
            return offset
        if codec == "cp932" and (odd := _UNASSIGNED_CP932.search(text)):
            return offset - pending + len(text[: odd.start()].encode(codec))
        offset += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return offset
    return None


def _line_at(file: IO[bytes], offset: int, codec: str) -> int:
    """The line in which this offset lies; the bytes alone don't tell, because 上 ends in a line feed's in UTF-16."""
    decoder = codecs.getincrementaldecoder(codec)("replace")
    file.seek(0)
    line, left, last = 1, offset, ""
    while left > 0 and (chunk := file.read(min(_CHUNK, left))):
        left -= len(chunk)
        text = decoder.decode(chunk)
        line += text.count("\n") + text.count("\r") - text.count("\r\n")
        line -= last == "\r" and text.startswith("\n")
        last = text[-1:] or last
    return line


def _usual_euc_jp(file: IO[bytes]) -> bool:
    # A file that reads both ways is ordinary Japanese in EUC-JP, or half-width kana in CP932,
    # whose pairs would be rare kanji or unassigned in a third of the cases.
    pairs = _EUC_JP_PAIR.findall(_from_start(file, _CHUNK))
    usual = sum(_USUAL_EUC_JP.match(pair) is not None for pair in pairs)
    return usual * 10 >= len(pairs) * 9


def _from_start(file: IO[bytes], size: int) -> bytes:
    file.seek(0)
    return file.read(size)
