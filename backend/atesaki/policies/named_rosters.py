"""Which rosters the rules name: a rule that names one that there isn't finds nobody on it."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from atesaki.judgement.conditions import Condition
from atesaki.judgement.conditions.condition import InRoster
from atesaki.judgement.policy import Policy, Rule


class Missing(NamedTuple):
    """A roster that there isn't, and the rule that names it."""

    roster: str
    policy: str
    rule: str


def missing_rosters(policies: Iterable[Policy], registered: Collection[str]) -> list[Missing]:
    """Return what rules name that is no registered roster, each once, in the order of the rules."""
    found = (
        Missing(name, policy.id, rule.id)
        for policy in policies
        for rule in policy.rules
        for name in _named_by(rule)
        if name not in registered
    )
    return list(dict.fromkeys(found))


def policies_naming(policies: Iterable[Policy], roster: str) -> list[Policy]:
    """Return the policies with a rule that names a roster: without it, the rule would find nobody on it."""
    return [policy for policy in policies if any(roster in _named_by(rule) for rule in policy.rules)]


def _named_by(rule: Rule) -> Iterator[str]:
    for condition in (rule.when, rule.unless, *(exemption.when for exemption in rule.exemptions)):
        if condition is not None:
            yield from _named_in(condition)


def _named_in(condition: Condition) -> Iterator[str]:
    wanted = condition.recipients.in_roster if condition.recipients else None
    if isinstance(wanted, InRoster) and wanted.name is not None:
        yield wanted.name
    for inner in (*(condition.all or ()), *(condition.any or ()), *([condition.not_] if condition.not_ else [])):
        yield from _named_in(inner)
