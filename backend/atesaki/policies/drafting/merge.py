"""Brings two changes of the same files together, line by line, and says where both changed the same lines."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from msgspec import Struct

from atesaki.policies.difference import MOST_LINES

OURS, MIDDLE, THEIRS = "<<<<<<<", "=======", ">>>>>>>"
"""The marks around lines that both changed; no policy file loads with them."""


class Merge(Struct, frozen=True):
    """A text with both changes; `conflicts` counts the places where a person has to choose."""

    text: str
    conflicts: int


class Rebase(Struct, frozen=True, kw_only=True):
    """What a draft becomes on newer files; `conflicts` names the files that both sides changed.

    `files` hold the newer ones, with the draft's own changes where they touch other files.
    """

    files: dict[str, str]
    kept: tuple[str, ...]
    conflicts: tuple[str, ...]


def rebase(base: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str]) -> Rebase:
    """Put the changes from `base` to `mine` onto `theirs`, file by file."""
    files, kept, conflicts = dict(theirs), [], []
    for name in sorted(base.keys() | mine.keys() | theirs.keys()):
        before, own, other = base.get(name), mine.get(name), theirs.get(name)
        if own in (before, other):
            continue
        if other != before:
            conflicts.append(name)
            continue
        kept.append(name)
        if own is None:
            files.pop(name, None)
        else:
            files[name] = own
    return Rebase(files=files, kept=tuple(kept), conflicts=tuple(conflicts))


def merge(base: str, mine: str, theirs: str, names: tuple[str, str] = ("mine", "theirs")) -> Merge:
    """Merge two changes of one text; where both changed the same lines, both stand there between marks."""
    before, own, other = (text.splitlines(keepends=True) for text in (base, mine, theirs))
    merged: list[str] = []
    conflicts = 0
    for old, ours, others in _pieces(before, own, other):
        if ours in (old, others):
            merged += others
        elif others == old:
            merged += ours
        else:
            conflicts += 1
            merged += [f"{OURS} {names[0]}\n", *_ended(ours), f"{MIDDLE}\n", *_ended(others), f"{THEIRS} {names[1]}\n"]
    return Merge("".join(merged), conflicts)


def _pieces(
    before: Sequence[str], own: Sequence[str], other: Sequence[str]
) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """Cut three texts at the lines that all of them share, so that pieces belong together."""
    at = ours = others = 0
    for start, mine, theirs, length in _shared(before, own, other):
        yield list(before[at:start]), list(own[ours:mine]), list(other[others:theirs])
        same = list(before[start : start + length])
        yield same, same, same
        at, ours, others = start + length, mine + length, theirs + length


def _shared(before: Sequence[str], own: Sequence[str], other: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Yield runs of lines that stand in all three: where they begin in each, and how many they are."""
    ours, others = matches(before, own), matches(before, other)
    one = two = 0
    while one < len(ours) and two < len(others):
        (a, b, length), (c, d, size) = ours[one], others[two]
        start, end = max(a, c), min(a + length, c + size)
        if start < end:
            yield start, b + start - a, d + start - c, end - start
        if a + length < c + size:
            one += 1
        else:
            two += 1
    yield len(before), len(own), len(other), 0


def matches(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return the runs of lines that stand in both: where in each, and how many; none of files that are too long."""
    if max(len(before), len(after)) > MOST_LINES:
        return []
    # Lines that stand everywhere, such as empty ones, are no places to begin at; else a file of them takes minutes.
    return [(block.a, block.b, block.size) for block in SequenceMatcher(None, before, after).get_matching_blocks()]


def _ended(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1] if lines[-1].endswith("\n") else f"{lines[-1]}\n"] if lines else []
