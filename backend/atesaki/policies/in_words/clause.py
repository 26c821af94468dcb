"""One sentence about a condition, with the sentences of the conditions inside it, and how lists are joined."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from atesaki.judgement.explain import Locale


class Clause(Struct, frozen=True):
    """A sentence without its full stop; `parts` are what it combines."""

    text: str
    parts: tuple[Clause, ...] = ()


def either(words: Iterable[str], locale: Locale) -> str:
    """Join words of which one suffices."""
    words = list(words)
    if locale == "ja":
        return "か".join(words)
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 2 else words)  # noqa: PLR2004 - two need no comma


def quoted(words: Iterable[str], locale: Locale) -> str:
    """Join texts of which one suffices, each in quotation marks."""
    marks = "「」" if locale == "ja" else "“”"
    return either([f"{marks[0]}{word}{marks[1]}" for word in words], locale)


def many(value: object) -> tuple[str, ...]:
    """Return the texts of a key that takes one or several."""
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]
