"""Header text in other character sets: encoded words (RFC 2047), raw bytes, and what no header may hold."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.header import decode_header

from msgspec import Struct

_WORD = r"=\?[^?\s]+\?[bBqQ]\?[^?]*?\?="
_RUN = re.compile(rf"{_WORD}(?:[ \t]*{_WORD})*")
_MASK = re.compile("\ue000(\\d+)\ue001")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_FOLD = re.compile(r"\r?\n(?=[ \t])|[\r\n]")
_ESCAPE = b"\x1b"
_JIS = re.compile(rb"\x1b\$[@B]([^\x1b]*)(?:\x1b\([BJ])?")
_CODECS = {"iso-2022-jp": ("iso2022_jp", "iso2022_jp_ext"), "shift_jis": ("cp932",), "x-sjis": ("cp932",)}
_ROW_BREAK, _CELL_BREAK = 62, 0x60
_LONGEST = 10_000


class Words(Struct, frozen=True):
    """The decoded text of each run of encoded words that `masked` has put aside."""

    texts: tuple[str, ...]

    def restored(self, text: str) -> str:
        """Return `text` with every mask replaced by the words it stands for, other encoded words decoded."""
        return text_of(_MASK.sub(lambda mask: self.texts[int(mask[1])], text))


def unfolded(raw: str) -> str:
    """Return a raw header value on one line (RFC 5322 §2.2.3), its 8-bit bytes read in the likeliest character set."""
    return _FOLD.sub("", from_bytes(raw.encode("utf-8", "surrogateescape")))


def masked(text: str) -> tuple[str, Words]:
    """Return the header with each run of encoded words put aside, so that a decoded comma can't split an address list.

    RFC 2047 §6.2: words are decoded only after the structure has been read.
    """
    texts: list[str] = []

    def mask(run: re.Match[str]) -> str:
        texts.append(text_of(run[0]))
        return f"\ue000{len(texts) - 1}\ue001"

    return _RUN.sub(mask, text.replace("\ue000", "\ufffd")), Words(tuple(texts))


def text_of(text: str) -> str:
    """Return the text with its encoded words decoded; a word that can't be decoded stays as it is."""
    return _RUN.sub(lambda run: _decoded(run[0]), text)


def clean(text: str) -> str:
    """Return the text without control characters and lone surrogates, trimmed and at most 10,000 characters long."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return _CONTROLS.sub(" ", text).strip()[:_LONGEST]


def from_bytes(data: bytes, charset: str | None = None) -> str:
    """Return the bytes as text, in the charset they claim or else the likeliest for Japanese mail; never fails."""
    japanese = _codecs("iso-2022-jp") if _ESCAPE in data else ()
    for codec in (*_codecs(charset), *japanese):
        if (text := _read(data, codec)) is not None:
            return text
    if _ESCAPE in data:
        data = _JIS.sub(lambda run: _shifted(run[1]), data)
    text = _read(data, "utf-8")
    if text is None:
        text = _read(data, "cp932")
    return data.decode("utf-8", "replace") if text is None else text


def _codecs(charset: str | None) -> tuple[str, ...]:
    name = (charset or "").lower()
    return _CODECS.get(name, (name,) if name else ())


def _read(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None


def _shifted(jis: bytes) -> bytes:
    """Return a JIS X 0208 run as Shift_JIS (JIS X 0208:1997 annex 1).

    Mailers write the vendor characters of CP932 (①, ㈱, 髙) as plain ISO-2022-JP, which Python's codecs refuse.
    """
    out = bytearray()
    for first, second in zip(jis[::2], jis[1::2], strict=False):
        row = first - 0x21
        out.append(row // 2 + (0x81 if row < _ROW_BREAK else 0xC1) & 0xFF)
        out.append((second + (0x7E if row % 2 else 0x1F if second < _CELL_BREAK else 0x20)) & 0xFF)
    return bytes(out)


def _decoded(run: str) -> str:
    try:
        parts = decode_header(run)
    except (MessageError, ValueError):
        return run
    return "".join(part if isinstance(part, str) else from_bytes(part, charset) for part, charset in parts)
