"""What differs between two policy sets, rule by rule in words and line by line with marks."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from atesaki.console.policies.labels import label
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.text import mark as _
from atesaki.judgement.conditions import Condition
from atesaki.judgement.policy import Active, Exemption, Policy, Rule, Text
from atesaki.policies.difference import MOST_LINES, FileDifference, KeyDifference, RuleDifference, differences
from atesaki.policies.document import Document
from atesaki.policies.errors import PolicyErrors
from atesaki.policies.in_words import Clause, condition_in_words, name
from atesaki.policies.shape import read_document

_CONTEXT = 2
_JAPANESE = _("Japanese")
_ENGLISH = _("English")
_EXEMPTION = _("%(owner)s, until %(until)s: %(why)s")

Mark = Literal["+", "-", " ", "…"]


class Line(NamedTuple):
    """One line of a difference with its mark; `…` stands for lines that are left out."""

    mark: Mark
    text: str


class KeyChange(NamedTuple):
    """One key in words, before and after; empty where it isn't there."""

    what: str
    before: tuple[Clause, ...]
    after: tuple[Clause, ...]


class RuleChange(NamedTuple):
    """One rule that was added, removed or changed."""

    rule: str
    kind: str
    keys: list[KeyChange]


class FileChange(NamedTuple):
    """One file in words and in lines."""

    difference: FileDifference
    title: str
    keys: list[KeyChange]
    rules: list[RuleChange]
    lines: list[Line]


def file_changes(before: Mapping[str, str], after: Mapping[str, str], ask: Ask) -> list[FileChange]:
    """Return what differs, policies before their tests."""
    found = sorted(differences(before, after), key=lambda each: each.tests)
    return [_file_change(each, before.get(each.file, ""), after.get(each.file, ""), ask) for each in found]


def lines_of(before: str, after: str) -> list[Line]:
    """Return the difference of two texts line by line, with a little of what stands around it."""
    old, new = before.splitlines(), after.splitlines()
    if max(len(old), len(new)) > MOST_LINES:
        return [Line("…", "")]
    lines: list[Line] = []
    for text in difflib.unified_diff(old, new, n=_CONTEXT, lineterm=""):
        if text.startswith("@@"):
            lines += [Line("…", "")] if lines else []
        elif not (text.startswith(("---", "+++")) and not lines):
            lines.append(Line(_MARKS[text[0]], text[1:]))
    return lines


_MARKS: dict[str, Mark] = {"+": "+", "-": "-", " ": " "}


def _file_change(each: FileDifference, before: str, after: str, ask: Ask) -> FileChange:
    old, new = _read(each.file, before), _read(each.file, after)
    policy = new or old
    return FileChange(
        difference=each,
        title=getattr(policy.title, ask.locale) if policy else each.file,
        keys=[_key_change("Policy", key, old, new, ask) for key in each.keys],
        rules=[_rule_change(rule, old, new, ask) for rule in each.rules],
        lines=lines_of(before, after),
    )


def _read(file: str, text: str) -> Policy | None:
    if not text:
        return None
    try:
        return read_document(Document(file, text), Policy)
    except PolicyErrors:
        return None


def _rule_change(change: RuleDifference, before: Policy | None, after: Policy | None, ask: Ask) -> RuleChange:
    old, new = _rule(before, change.rule), _rule(after, change.rule)
    keys = [_key_change("Rule", key, old, new, ask) for key in change.keys]
    if not keys:
        keys = [_key_change("Rule", KeyDifference(key, "", ""), old, new, ask) for key in ("when", "action", "message")]
    return RuleChange(change.rule, change.kind, keys)


def _rule(policy: Policy | None, wanted: str) -> Rule | None:
    return next((rule for rule in policy.rules if rule.id == wanted), None) if policy else None


def _key_change(
    owner: str, key: KeyDifference, before: Policy | Rule | None, after: Policy | Rule | None, ask: Ask
) -> KeyChange:
    old, new = (() if side is None else tuple(_said(getattr(side, key.key, None), ask)) for side in (before, after))
    return KeyChange(label(f"{owner}.{key.key}", ask), old, new)


def _said(value: Any, ask: Ask) -> Iterator[Clause]:  # noqa: ANN401 - whatever a key holds
    if isinstance(value, Condition):
        yield from condition_in_words(value, ask.locale)
    elif isinstance(value, Text):
        yield Clause(f"{ask.text(_JAPANESE)}: {value.ja}")
        yield Clause(f"{ask.text(_ENGLISH)}: {value.en}")
    elif isinstance(value, Exemption):
        told = ask.text(_EXEMPTION, owner=value.owner, until=value.until, why=value.why)
        yield Clause(told, condition_in_words(value.when, ask.locale))
    elif isinstance(value, Active):
        yield Clause(" – ".join(str(day or "") for day in (value.from_, value.until)))
    elif isinstance(value, tuple):
        for each in value:
            yield from _said(each, ask)
    elif value is not None:
        yield Clause(name(value, ask.locale))
