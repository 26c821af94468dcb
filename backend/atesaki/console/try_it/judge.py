"""Judges a trial without sending, recording or learning anything."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct
from starlette.concurrency import run_in_threadpool

from atesaki.console.language import LOCALES
from atesaki.console.try_it.facts import GathersFacts, facts_for
from atesaki.console.try_it.sets import RuleSets
from atesaki.console.try_it.tree import Told, told
from atesaki.console.try_it.trial import Choices
from atesaki.console.try_it.view import Header, header_of
from atesaki.judgement import explain
from atesaki.judgement.builtin import POLICY
from atesaki.judgement.decide import decide
from atesaki.judgement.decision import Action, Decision, Release
from atesaki.judgement.explain import Locale
from atesaki.judgement.facts import Facts
from atesaki.judgement.message import Message
from atesaki.judgement.policy_set import PolicySet
from atesaki.policies.trace import trace
from atesaki.sending.answer import dialog_of, findings_in_words


class Said(Struct, frozen=True):
    """What staff would read in one language; `builtin` is what the program itself objects to."""

    headline: str
    dialog: str
    fix: str | None
    builtin: tuple[str, ...]


class Result(Struct, frozen=True, kw_only=True):
    """All that a trial tells."""

    action: Action
    release: Release | None
    said: dict[Locale, Said]
    header: Header
    rules: tuple[Told, ...]
    facts: Facts
    revision: str


class Playground:
    """Takes rules and facts from where they are and judges in a thread."""

    def __init__(self, sets: RuleSets, facts: GathersFacts) -> None:
        self.sets = sets
        self._facts = facts

    async def judge(self, message: Message, choices: Choices, now: dt.datetime) -> Result:
        """Judge a message; raises `PolicyErrors` where the chosen rules don't load."""
        policy_set = await run_in_threadpool(self.sets.chosen, choices)
        facts = await facts_for(choices, message, policy_set, self._facts, now)
        return await run_in_threadpool(_judged, message, policy_set, facts)


def _judged(message: Message, policy_set: PolicySet, facts: Facts) -> Result:
    decision = decide(message, policy_set, facts)
    return Result(
        action=decision.action,
        release=decision.release,
        said={locale: _said(decision, policy_set, locale) for locale in LOCALES},
        header=header_of(message),
        rules=tuple(told(trace(message, policy_set, facts), policy_set)),
        facts=facts,
        revision=policy_set.revision,
    )


def _said(decision: Decision, policy_set: PolicySet, locale: Locale) -> Said:
    findings = findings_in_words(decision, policy_set, locale)
    return Said(
        headline=explain.headline(decision, policy_set, locale),
        dialog=dialog_of(decision, policy_set, locale).text,
        fix=explain.fix(decision, locale),
        builtin=tuple(finding.reason for finding in findings if finding.policy == POLICY),
    )
