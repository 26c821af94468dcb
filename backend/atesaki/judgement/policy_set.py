"""A policy set compiled once per revision, so that judging a message only walks through ready predicates."""

import datetime as dt
import functools
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from atesaki.judgement.conditions import Predicate, compile_condition
from atesaki.judgement.decision import SECOND_CHECK
from atesaki.judgement.policy import Active, Policy, Rule
from atesaki.judgement.shape import SHAPED_KEYS, Shapes

_NEEDS_BY_KEY = {
    "first_time": "history",
    "in_roster": "rosters",
    "same_organization": "rosters",
    "strangers": "rosters",
    "added_to_thread": "thread",
    "exposure": "thread",
    "thread": "thread",
    "groups": "sender_groups",
    "subject": "subject",
    "body": "body",
    "greeting_mismatch": "body",
    "attachments": "attachments",
}


class CompiledRule(Struct, frozen=True):
    """A rule with its condition and its exemptions as predicates over a view of the message.

    `always` says that its days need not be looked at, `shaped` that it finds the same in all messages of one shape;
    `exemptions` stand with their last days.
    """

    policy: str
    rule: Rule
    when: Predicate
    unless: Predicate | None
    always: bool
    shaped: bool
    exemptions: tuple[tuple[dt.date, Predicate], ...] = ()


class PolicySet(Struct, frozen=True):
    """All policies in force; `revision` names exactly the files they were read from.

    `needs` are the facts and message parts that the rules ask for, `enforced_needs` those of enforced rules alone:
    nothing else has to be collected. `rules` are those that are judged; `index` holds those that are off, too.
    `shapes` is what exactly these rules found so far.
    """

    revision: str
    policies: tuple[Policy, ...]
    rules: tuple[CompiledRule, ...]
    needs: frozenset[str]
    enforced_needs: frozenset[str]
    index: dict[tuple[str, str], Rule]
    shapes: Shapes

    @property
    def asks_for_checks(self) -> bool:
        """Whether an enforced rule holds messages until another person has checked them."""
        enforced = (each.rule for each in self.rules if each.rule.mode == "enforce")
        return any(rule.release is SECOND_CHECK for rule in enforced)


def compile_set(revision: str, policies: Sequence[Policy]) -> PolicySet:
    """Compile policies to a set.

    Raises `ConditionError` with the path of the first condition that cannot be compiled,
    such as `("policies", 0, "rules", 1, "when", "subject", "matches", 0)`.
    """
    every = tuple(
        _compile_rule(policy.id, rule, ("policies", place, "rules", number))
        for place, policy in enumerate(policies)
        for number, rule in enumerate(policy.rules)
    )
    rules = tuple(compiled for compiled in every if compiled.rule.mode != "off")
    return PolicySet(
        revision=revision,
        policies=tuple(policies),
        rules=rules,
        needs=_needs(compiled.rule for compiled in rules),
        enforced_needs=_needs(compiled.rule for compiled in rules if compiled.rule.mode == "enforce"),
        index={(compiled.policy, compiled.rule.id): compiled.rule for compiled in every},
        shapes=Shapes(rules),
    )


def _compile_rule(policy: str, rule: Rule, path: tuple[str | int, ...]) -> CompiledRule:
    unless = None if rule.unless is None else compile_condition(rule.unless, (*path, "unless"))
    always = rule.active == Active()
    exemptions = tuple(
        (exemption.until, compile_condition(exemption.when, (*path, "exemptions", place, "when")))
        for place, exemption in enumerate(rule.exemptions)
    )
    shaped = always and not exemptions and _keys_of(rule) <= SHAPED_KEYS
    when = compile_condition(rule.when, (*path, "when"))
    return CompiledRule(policy, rule, when, unless, always, shaped, exemptions)


def _keys_of(rule: Rule) -> frozenset[str]:
    conditions = (rule.when, rule.unless, *(exemption.when for exemption in rule.exemptions))
    return frozenset(key for condition in conditions for key in _keys(condition))


def _needs(rules: Iterable[Rule]) -> frozenset[str]:
    rules = tuple(rules)
    keys = frozenset[str]().union(*map(_keys_of, rules))
    if any("move_to_bcc" in rule.remedies for rule in rules):
        # Whoever is asked to move people is told how many would learn what, and whom their rosters keep apart.
        keys |= {"exposure"}
    needs = {_NEEDS_BY_KEY[key] for key in keys & _NEEDS_BY_KEY.keys()}
    if "missing_although_mentioned" in keys:
        needs |= {"subject", "body"}
    # A list hides people, and a disclosure depends on rosters, whatever the rule asks of recipients.
    return frozenset(
        needs | ({"expansions"} if "recipients" in keys else set()) | ({"rosters"} if "exposure" in keys else set())
    )


@functools.singledispatch
def _keys(value: object) -> Iterator[str]:
    """Yield every key that is set anywhere below a condition."""
    if isinstance(value, tuple):
        for item in value:
            yield from _keys(item)


@_keys.register
def _(value: Struct) -> Iterator[str]:
    for field in value.__struct_fields__:
        item = getattr(value, field)
        if item is not None:
            yield field
            yield from _keys(item)
