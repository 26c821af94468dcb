"""Gives a text that went through a form, where a browser writes all line ends alike, those of its file again."""

import re

from atesaki.policies.drafting.merge import matches

_END = re.compile(r"\r\n|\r|\n")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def with_line_feeds(text: str) -> str:
    """Return a text whose lines all end with a line feed, so that two texts can be compared."""
    return _END.sub("\n", text)


def with_line_ends_of(current: str | None, text: str) -> str:
    """Return a text with the line ends of the file: those of its lines where they stay, else that of its first line."""
    plain = with_line_feeds(text)
    if current is None or "\r" not in current:
        return plain
    old, new = _LINE.findall(current), _LINE.findall(plain)
    first = _END.search(current)
    lines = [line.replace("\n", first.group() if first else "\n") for line in new]
    for at, place, length in matches([with_line_feeds(line) for line in old], new):
        lines[place : place + length] = old[at : at + length]
    return "".join(lines)
