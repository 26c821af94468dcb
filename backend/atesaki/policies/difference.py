"""Says what differs between two policy sets: by file, policy, rule and key, and line by line."""

import datetime as dt
import difflib
from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from atesaki.judgement.policy import Policy, Rule
from atesaki.policies.document import Document
from atesaki.policies.errors import PolicyErrors
from atesaki.policies.load import TEST_ENDING
from atesaki.policies.shape import read_document
from atesaki.policies.trace import written

Kind = Literal["added", "removed", "changed"]

MOST_LINES = 20_000
"""Longer texts are not compared line by line: that takes the square of their length."""

_ABSENT = "—"


class KeyDifference(Struct, frozen=True):
    """One key of a rule or a policy, as it is written before and after; `—` where it is not there."""

    key: str
    before: str
    after: str


class RuleDifference(Struct, frozen=True):
    """One rule that was added, removed or changed."""

    rule: str
    kind: Kind
    keys: tuple[KeyDifference, ...] = ()


class FileDifference(Struct, frozen=True, kw_only=True):
    """One file that was added, removed or changed.

    `readable` is false where one of its two texts is no policy; a changed file without keys and rules
    differs only in comments, order or layout.
    """

    file: str
    kind: Kind
    keys: tuple[KeyDifference, ...] = ()
    rules: tuple[RuleDifference, ...] = ()
    readable: bool = True

    @property
    def tests(self) -> bool:
        """Whether it holds tests and no policy."""
        return self.file.endswith(TEST_ENDING)


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[FileDifference]:
    """Return what differs between two sets of files, by file name; the sets need not load."""
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return [_file(name, before.get(name), after.get(name)) for name in names]


def unified(before: Mapping[str, str], after: Mapping[str, str], file: str) -> str:
    """Return the difference of one file line by line, as `diff -u` writes it; nothing where it is too long for that."""
    old, new = (texts.get(file, "").splitlines(keepends=True) for texts in (before, after))
    if max(len(old), len(new)) > MOST_LINES:
        return ""
    names = (f"before/{file}" if file in before else "/dev/null", f"after/{file}" if file in after else "/dev/null")
    lines = difflib.unified_diff(old, new, *names)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _file(name: str, before: str | None, after: str | None) -> FileDifference:
    kind: Kind = "added" if before is None else "removed" if after is None else "changed"
    if name.endswith(TEST_ENDING):
        return FileDifference(file=name, kind=kind)
    try:
        old, new = (None if text is None else read_document(Document(name, text), Policy) for text in (before, after))
    except PolicyErrors:
        return FileDifference(file=name, kind=kind, readable=False)
    keys = tuple(_keys(old, new, without="rules")) if old and new else ()
    return FileDifference(file=name, kind=kind, keys=keys, rules=tuple(_rules(old, new)))


def _rules(before: Policy | None, after: Policy | None) -> Iterator[RuleDifference]:
    old, new = ({rule.id: rule for rule in policy.rules} if policy else {} for policy in (before, after))
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            yield RuleDifference(name, "removed")
        elif name not in old:
            yield RuleDifference(name, "added")
        elif old[name] != new[name]:
            yield RuleDifference(name, "changed", tuple(_keys(old[name], new[name])))


def _keys(before: Policy | Rule, after: Policy | Rule, without: str = "") -> Iterator[KeyDifference]:
    for field in msgspec.structs.fields(before):
        old, new = (getattr(side, field.name) for side in (before, after))
        if old != new and field.encode_name != without:
            yield KeyDifference(field.encode_name, _written(old), _written(new))


def _written(value: object) -> str:
    return _ABSENT if value in (None, ()) else written(msgspec.to_builtins(value, builtin_types=(dt.date,)))
