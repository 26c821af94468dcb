"""Policies as people read them: rules in words, with their state and what they did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from atesaki.console.policies.ports import Figures
from atesaki.judgement.explain import Locale
from atesaki.judgement.policy import Exemption, Policy, Rule
from atesaki.policies.in_words import Clause, condition_in_words, does, in_brief, lasts
from atesaki.policies.in_words.rules import Lasting

FIGURE_DAYS = 30


class ExemptionView(NamedTuple):
    """One exemption in words; `over` says that it exempts nobody any more."""

    place: int
    exemption: Exemption
    when: tuple[Clause, ...]
    over: bool


class RuleView(NamedTuple):
    """One rule in words."""

    place: int
    rule: Rule
    brief: str
    when: tuple[Clause, ...]
    unless: tuple[Clause, ...]
    exemptions: list[ExemptionView]
    does: str
    lasting: Lasting
    figures: Figures | None


class PolicyView(NamedTuple):
    """One policy in words."""

    policy: Policy
    title: str
    why: str
    rules: list[RuleView]


class Reader(NamedTuple):
    """Puts policies into words, in one language and as of one day."""

    locale: Locale
    today: dt.date
    figures: Mapping[tuple[str, str], Figures]

    def policy(self, policy: Policy) -> PolicyView:
        """Return a policy in words."""
        rules = [self.rule(policy.id, place, rule) for place, rule in enumerate(policy.rules)]
        why = getattr(policy.why, self.locale) if policy.why else ""
        return PolicyView(policy, getattr(policy.title, self.locale), why, rules)

    def rule(self, policy: str, place: int, rule: Rule) -> RuleView:
        """Return a rule in words."""
        return RuleView(
            place=place,
            rule=rule,
            brief=in_brief(rule.when, self.locale),
            when=condition_in_words(rule.when, self.locale),
            unless=condition_in_words(rule.unless, self.locale) if rule.unless else (),
            exemptions=[self._exemption(place, each) for place, each in enumerate(rule.exemptions)],
            does=does(rule, self.locale),
            lasting=lasts(rule, self.today),
            figures=self.figures.get((policy, rule.id)),
        )

    def _exemption(self, place: int, exemption: Exemption) -> ExemptionView:
        when = condition_in_words(exemption.when, self.locale)
        return ExemptionView(place, exemption, when, self.today > exemption.until)
