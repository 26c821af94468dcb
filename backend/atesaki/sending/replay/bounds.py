"""Rewrites rules for one old message, so that the judgement itself says what surely and what possibly happens.

What can't be told counts as true where a rule shall possibly match, and as false where it shall surely match,
the other way round below `not` and in exemptions. Conditions only combine their parts by and, or and not,
so the truth lies between the two answers; where both are equal, they are the truth.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import structs

from atesaki.judgement.conditions import Condition
from atesaki.judgement.conditions.condition import RecipientFilter
from atesaki.judgement.policy import Active, Rule
from atesaki.sending.replay.leaves import (
    Leaf,
    active_leaf,
    filter_leaves,
    parts_of,
    patterns_of,
    until_leaf,
)
from atesaki.sending.replay.patterns import Verdict

Answers = Mapping[Leaf, Verdict]

ALWAYS = Condition(any=(Condition(item="message"), Condition(item="appointment")))
NEVER = Condition(not_=ALWAYS)


class Rewriting:
    """Rewrites rules by the answers for one message; `marks` numbers the pattern lists that recipients carry marks of.

    `possible` says which side of the truth is wanted.
    """

    def __init__(self, answers: Answers, marks: Mapping[object, int], *, possible: bool) -> None:
        self._answers = answers
        self._marks = marks
        self._possible = possible

    def rule(self, rule: Rule) -> Rule:
        """Return the rule without anything that can't be asked of an invented message."""
        if not self._in_force(rule):
            return self._plain(rule, NEVER, None)
        when = self._bounded(rule.when, upper=self._possible)
        exempt = [self._bounded(each, upper=not self._possible) for each in self._exemptions(rule)]
        return self._plain(rule, when, Condition(any=tuple(exempt)) if exempt else None)

    def given_up(self, rule: Rule) -> Rule:
        """Return the rule as one of which nothing is sure but its days."""
        return self._plain(rule, ALWAYS if self._possible and self._in_force(rule) else NEVER, None)

    def _in_force(self, rule: Rule) -> bool:
        return rule.active == Active() or bool(self._answers[active_leaf(rule.active)])

    def _exemptions(self, rule: Rule) -> list[Condition]:
        ending = [each.when for each in rule.exemptions if self._answers[until_leaf(each.until)]]
        return [*([rule.unless] if rule.unless else []), *ending]

    def _plain(self, rule: Rule, when: Condition, unless: Condition | None) -> Rule:
        return structs.replace(rule, when=when, unless=unless, exemptions=(), active=Active(), remedies=())

    def _bounded(self, condition: Condition, *, upper: bool) -> Condition:
        parts = tuple(self._part(key, value, upper=upper) for key, value in parts_of(condition))
        return parts[0] if len(parts) == 1 else Condition(all=parts)

    def _part(self, key: str, value: Any, *, upper: bool) -> Condition:  # noqa: ANN401  # Any value of a key.
        if key in {"all", "any"}:
            inner: dict[str, Any] = {key: tuple(self._bounded(each, upper=upper) for each in value)}
            return Condition(**inner)
        if key == "not_":
            return Condition(not_=self._bounded(value, upper=not upper))
        if key == "recipients":
            return self._recipients(value, upper=upper)
        if key == "sender":
            return self._sender(value, upper=upper)
        # Only this one is known for an invented message as it was for the old one.
        return Condition(truncated=value) if key == "truncated" else self._constant(Leaf(key, value), upper=upper)

    def _sender(self, value: Any, *, upper: bool) -> Condition:  # noqa: ANN401  # A sender filter.
        leaf = Leaf("sender", value.addresses)
        addressed = ALWAYS if value.addresses is None else self._constant(leaf, upper=upper)
        if value.groups is None or addressed is NEVER:
            return addressed
        if self._answers[Leaf("groups", value.groups)] is None:
            return ALWAYS if upper else NEVER
        return Condition(sender=structs.replace(value, addresses=None))

    def _recipients(self, wanted: RecipientFilter, *, upper: bool) -> Condition:
        unknown = {leaf.key for leaf in filter_leaves(wanted) if self._answers[leaf] is None}
        fickle = wanted.same_organization and wanted.organizations is not None
        if (unknown or fickle) and not upper:
            return NEVER
        if "members" in unknown:
            return ALWAYS
        changes: dict[str, object] = dict.fromkeys(unknown & {"added_to_thread", "first_time"})
        if fickle:
            # More people may make another organization the largest one, so only their number is certain.
            changes |= {"same_organization": None, "organizations": None}
        if (patterns := patterns_of(wanted)) is not None:
            changes |= {"domains": None, "addresses": marked(self._marks[patterns], upper=upper)}
        return Condition(recipients=structs.replace(wanted, **changes))

    def _constant(self, leaf: Leaf, *, upper: bool) -> Condition:
        answer = self._answers[leaf]
        return ALWAYS if (upper if answer is None else answer) else NEVER


def marked(number: int, *, upper: bool) -> tuple[str, ...]:
    """Return the address patterns that invented recipients match who surely, or possibly, match the real ones."""
    signs = "tu" if upper else "t"
    return tuple(f"*.{sign}{number}.*@replay.invalid" for sign in signs)


def mark(number: int, verdict: Verdict) -> str:
    """Return the part of an invented local part that `marked` looks for."""
    return f"{'f' if verdict is False else 'u' if verdict is None else 't'}{number}"
