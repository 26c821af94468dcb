"""The parts of a rule that old messages answer by what is kept of them instead of by the judgement's own predicates."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from atesaki.judgement.conditions import Condition
from atesaki.judgement.conditions.condition import RecipientFilter, SenderFilter
from atesaki.judgement.policy import Active, Rule

_ANSWERED = (
    "exposure",
    "subject",
    "body",
    "attachments",
    "thread",
    "item",
    "time",
    "greeting_mismatch",
)
"""Keys of a condition that are answered as a whole."""


_ERRING = {"groups": "sender_groups", "first_time": "history"}


class Leaf(NamedTuple):
    """One such part: its key, and the value that it has in the policy file."""

    key: str
    value: object


class Patterns(Struct, frozen=True):
    """The patterns of one recipients filter, which every recipient is tried on."""

    domains: tuple[str, ...] | None
    addresses: tuple[str, ...] | None


def leaves_of(rule: Rule) -> tuple[Leaf, ...]:
    """Return the leaves of a rule, each once, in the order of the file."""
    return tuple(dict.fromkeys(_of_rule(rule)))


def parts_of(condition: Condition) -> Iterator[tuple[str, object]]:
    """Yield the keys of a condition that are given, and their values, in the order in which they are asked."""
    nested = ("all", "any", "not_")
    for key in (*(name for name in condition.__struct_fields__ if name not in nested), *nested):
        value = getattr(condition, key)
        if value is not None:
            yield key, value


def sender_leaves(condition: SenderFilter) -> tuple[Leaf, ...]:
    """Return what a sender filter asks."""
    asked = (("sender", condition.addresses), ("groups", condition.groups))
    return tuple(Leaf(key, value) for key, value in asked if value is not None)


def filter_leaves(condition: RecipientFilter) -> tuple[Leaf, ...]:
    """Return what a recipients filter asks that may be unknown, and its patterns."""
    found = [Leaf("members", None)] if _counts_members(condition) else []
    if condition.added_to_thread is not None:
        found.append(Leaf("added_to_thread", None))
    if condition.first_time is not None:
        found.append(Leaf("first_time", None))
    if (patterns := patterns_of(condition)) is not None:
        found.append(Leaf("patterns", patterns))
    return tuple(found)


def _counts_members(condition: RecipientFilter) -> bool:
    """Tell whether it matters to a filter which recipients were lists, and who reads them.

    Members of a list stand in no field, and nobody is their first-time sender.
    """
    of_written = condition.fields is not None or condition.visible or condition.first_time
    return not of_written or condition.kind is not None or condition.share is not None


def patterns_of(condition: RecipientFilter) -> Patterns | None:
    """Return the patterns of a filter, `None` where it has none."""
    if condition.domains is None and condition.addresses is None:
        return None
    return Patterns(condition.domains, condition.addresses)


def until_leaf(until: dt.date) -> Leaf:
    """Return the question whether an exemption still holds."""
    return Leaf("until", until)


def active_leaf(active: Active) -> Leaf:
    """Return the question whether a rule is in force."""
    return Leaf("active", active)


def _of_rule(rule: Rule) -> Iterator[Leaf]:
    if rule.active != Active():
        yield active_leaf(rule.active)
    yield from _of(rule.when)
    if rule.unless is not None:
        yield from _of(rule.unless)
    for exemption in rule.exemptions:
        yield until_leaf(exemption.until)
        yield from _of(exemption.when)


def _of(condition: Condition) -> Iterator[Leaf]:
    for key, value in parts_of(condition):
        if key in _ANSWERED:
            yield Leaf(key, value)
        elif isinstance(value, SenderFilter):
            yield from sender_leaves(value)
        elif isinstance(value, RecipientFilter):
            yield from filter_leaves(value)
        elif isinstance(value, Condition):
            yield from _of(value)
        elif key in {"all", "any"}:
            for inner in value:  # type: ignore[attr-defined]
                yield from _of(inner)


def error_prone_sources(rule: Rule) -> frozenset[str]:
    """Return the sources of facts without which the rule ends in an error."""
    return frozenset(source for key in _keys_of(rule) if (source := _ERRING.get(key)))


def has_fickle_filter(rule: Rule) -> bool:
    """Tell whether a filter counts organizations within the largest one, which among equals is chosen by name."""
    return any(
        each.same_organization is not None and each.organizations is not None
        for each in _values_of(rule)
        if isinstance(each, RecipientFilter)
    )


def _keys_of(rule: Rule) -> Iterator[str]:
    for value in _values_of(rule):
        if isinstance(value, Struct):
            yield from (name for name in value.__struct_fields__ if getattr(value, name) is not None)


def _values_of(rule: Rule) -> Iterator[object]:
    """Yield the value of every key of every condition of the rule."""
    waiting = [rule.when, *([rule.unless] if rule.unless else []), *(each.when for each in rule.exemptions)]
    while waiting:
        for key, value in parts_of(waiting.pop()):
            if key in {"all", "any"}:
                waiting += value  # type: ignore[arg-type]
            elif isinstance(value, Condition):
                waiting.append(value)
            else:
                yield value
