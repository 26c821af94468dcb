"""Recipient lists as people paste them from mail clients, headers and spreadsheets."""

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Final, NamedTuple

from atesaki.judgement.address import fold, parse_address, split_mailbox, unquoted
from atesaki.judgement.message import Recipient

# A quote counts only where a word begins and where it is closed before the next word: a stray inch mark or a forgotten
# closing quote must not swallow the addresses behind it. The bounded repeats keep any text within linear time.
_LEXEME: Final = re.compile(
    r"""
      (?P<quoted>  (?<![^\s,;、،:<>(]) "(?:[^"\\\n]|\\.){0,500}+" (?=[\s<@,:;、،(]|$) )
    | (?P<comment> \((?:[^()"<>\\\n]|\\.){0,200}+\) )
    | (?P<angle>   <(?:"(?:[^"\\\n]|\\.){0,500}+"|[^"<>\n]){0,1000}+> )
    | (?P<end>     [,;、،\n] )
    | (?P<blank>   [^\S\n]++ )
    | (?P<text>    [^\s"(<,;、،]++ | ["(<] )
    """,
    re.VERBOSE,
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f]")
_FOLDED_HEADER: Final = re.compile(r"\n[ \t]+(?=<)")
# What a spreadsheet writes of a cell that holds several lines.
_CELL: Final = re.compile(r'(?<![^\t\n])"([^"]*+)"(?![^\t\n])')
_LABEL: Final = re.compile(r'\A\s*(?:"(?:[^"\\\n]|\\.){0,500}+"|[^"<@/\[:(])*+:(?!/)')


class _Item(NamedTuple):
    """The text between two separators, and the separator that ended it."""

    text: str
    end: str


def parse_address_list(text: str) -> tuple[Recipient, ...]:
    """Read pasted recipients, in their order, without dropping one.

    Separators are commas, semicolons (Japanese and full-width ones too) and line ends; blanks and tabs separate
    addresses that have nothing else between them. `Team: a@x, b@y;` is a group (RFC 5322 §3.4), a leading `To:` is
    skipped, and in `Yamada, Taro <a@x>` the comma belongs to the name. An item that is no address stays, as its text.
    """
    lines = "\n".join(_CONTROL.sub(" ", text).splitlines())
    items = _items(fold(_FOLDED_HEADER.sub(" ", _CELL.sub(_unwrapped, lines))))
    return tuple(recipient for item in _with_families(items) for recipient in _recipients(_words(item)))


def _unwrapped(cell: re.Match[str]) -> str:
    return cell[1] if "\n" in cell[1] else cell[0]


def _items(text: str) -> list[_Item]:
    items = []
    start = 0
    for lexeme in _LEXEME.finditer(text):
        if lexeme.lastgroup == "end":
            items.append(_Item(_LABEL.sub("", text[start : lexeme.start()], count=1), lexeme[0]))
            start = lexeme.end()
    return [*items, _Item(_LABEL.sub("", text[start:], count=1), "")]


def _with_families(items: list[_Item]) -> Iterator[str]:
    """Put a family name back in front of its given name: only one, since more bare words may be people of their own."""
    family = ""
    for item, following in zip(items, (*items[1:], _Item("", "")), strict=True):
        text = f"{family}, {item.text.strip()}" if family else item.text
        is_family = not family and item.end == "," and item.text.strip() and not re.search("[@<]", item.text)
        family = item.text.strip() if is_family and _is_named(following.text) else ""
        if not family:
            yield text


def _is_named(text: str) -> bool:
    name, angle, address = text.partition("<")
    return bool(angle) and "@" in address and "@" not in name


def _words(item: str) -> list[str]:
    """Split at blanks outside quotes and comments; an angle address is a word of its own."""
    # Joined at the end: a text that grows with each of its characters takes the square of its length.
    words: list[list[str]] = []
    joins = False
    for lexeme in _LEXEME.finditer(item):
        inside = lexeme.lastgroup not in {"blank", "angle"}
        if joins and inside:
            words[-1].append(lexeme[0])
        elif lexeme.lastgroup != "blank":
            words.append([lexeme[0]])
        joins = inside
    return ["".join(parts) for parts in words]


def _recipients(words: list[str]) -> list[Recipient]:
    found: list[Recipient] = []
    name: list[str] = []
    for word, following in zip_longest(words, words[1:]):
        if _is_address(word, following):
            inner, spec = split_mailbox(word)
            if word[0] != "<" and any("@" in each for each in name):
                # Only angle brackets make a name of what may be a person of its own.
                found.append(_recipient(" ".join(name), ""))
                name = []
            found.append(_recipient(spec, " ".join(name) or inner))
            name = []
        else:
            name.append(word)
    return _with_leftover(found, " ".join(name))


def _is_address(word: str, following: str | None) -> bool:
    if len(word) > 1 and word[0] == "<" and word[-1] == ">":
        return "@" in word or following is None
    # An address right before another one in angle brackets is that one's display name, however misleading.
    return "@" in word and not (following or "").startswith("<") and parse_address(word).readable


def _with_leftover(found: list[Recipient], words: str) -> list[Recipient]:
    """Give words behind the only address to it as its name; otherwise they are a recipient that can't be read."""
    if not words:
        return found
    is_comment = words[0] == "(" and words[-1] == ")" and "@" not in words
    if len(found) == 1 and found[0].name is None and "@" not in words:
        return [_recipient(found[0].address, words[1:-1] if is_comment else words)]
    return found if found and is_comment else [*found, _recipient(words, "")]


def _recipient(address: str, name: str) -> Recipient:
    return Recipient(address=address.strip(), name=unquoted(name) or None)
