"""What staff would see: the dialog of a rule in both languages, on a mail of its own tests or else on an example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import structs

from atesaki.judgement import explain
from atesaki.judgement.conditions import Condition
from atesaki.judgement.conditions.condition import InRoster
from atesaki.judgement.decide import DEFAULT_RELEASE, decide
from atesaki.judgement.decision import Action, Decision, Evidence, Exposure, Finding, Remedy
from atesaki.judgement.explain import Dialog, Locale
from atesaki.judgement.policy import Policy, Rule
from atesaki.judgement.policy_set import PolicySet, compile_set
from atesaki.policies.drafts import facts_of, message_of
from atesaki.policies.load import LoadedSet

_DOMAINS = ("gmail.com", "company.example", "school.example", "office.example")
_PEOPLE = 3

Names = Mapping[Locale, str]
"""What a test is called in each language."""


class Preview(NamedTuple):
    """The dialog in both languages; `test` names the test whose mail it is about, none for an example.

    `meeting` is what would be read instead if the same people were invited to a meeting.
    """

    ja: Dialog
    en: Dialog
    action: Action
    test: Names | None
    meeting: tuple[Dialog, Dialog] | None


def preview(policy: Policy, rule: Rule, loaded: LoadedSet | None) -> Preview:
    """Return what a sender would read if this rule alone objected."""
    alone = Policy(id=policy.id, title=policy.title, rules=(rule,))
    policy_set = compile_set("", [alone])
    found = next(_from_tests(policy_set, policy.id, rule, loaded), None) if loaded else None
    test, decision = found or (None, _example(policy.id, rule))
    ja, en = _dialogs(decision, policy_set)
    meeting = _dialogs(_of_meeting(decision), policy_set) if rule.message.appointment else None
    return Preview(ja, en, decision.action, test, None if decision.item == "appointment" else meeting)


def _dialogs(decision: Decision, policy_set: PolicySet) -> tuple[Dialog, Dialog]:
    return explain.dialog(decision, policy_set, "ja"), explain.dialog(decision, policy_set, "en")


def _of_meeting(decision: Decision) -> Decision:
    remedies = tuple(remedy for remedy in decision.remedies if remedy.kind != "move_to_bcc")
    return structs.replace(decision, item="appointment", remedies=remedies)


def _from_tests(policy_set: PolicySet, policy: str, rule: Rule, loaded: LoadedSet) -> Iterator[tuple[Names, Decision]]:
    """Yield the decisions of the policy's own tests in which the rule is told."""
    for suite in loaded.suites:
        if suite.policy != policy:
            continue
        for case in suite.suite.tests:
            message = message_of(case.draft, suite.suite.drafts)
            decision = decide(message, policy_set, facts_of(suite.suite.facts, case.facts))
            if any(finding.rule == rule.id and finding.mode == "enforce" for finding in decision.findings):
                yield {"en": case.name, "ja": case.ja or case.name}, decision


def _example(policy: str, rule: Rule) -> Decision:
    evidence = _evidence(rule.when)
    finding = Finding(
        policy=policy,
        rule=rule.id,
        action=rule.action,
        release=rule.release or DEFAULT_RELEASE[rule.action],
        mode="enforce",
        severity=rule.severity,
        evidence=evidence,
        remedies=rule.remedies,
    )
    each = max(evidence.count - 1, 0)
    learned = evidence.count * each if "move_to_bcc" in rule.remedies else 0
    return Decision(
        action=finding.action,
        release=finding.release,
        findings=(finding,),
        exposure=Exposure(evidence.count, evidence.organizations, learned),
        people=evidence.count,
        each=each,
        remedies=tuple(Remedy(kind, evidence.recipients) for kind in rule.remedies),
        policy_revision="",
    )


def _evidence(when: Condition) -> Evidence:
    """Invent what the rule might have found, with the numbers that it asks for."""
    wanted = list(_filters(when))
    count = max([_PEOPLE, *(filter_.recipients.at_least for filter_ in wanted if filter_.recipients)])
    people = tuple(f"p{number + 1:02}@{_DOMAINS[number % len(_DOMAINS)]}" for number in range(min(count, 500)))
    return Evidence(
        recipients=people,
        count=count,
        organizations=count,
        roster=next((name for filter_ in wanted if (name := _roster(filter_))), "volunteers"),
        words=next((words for filter_ in wanted if (words := _words(filter_))), ("…",)),
        attachments=("list.xlsx",),
        domain="gmial.com",
        resembles="gmail.com",
        disclosures=count * (count - 1),
        people=count,
        each=count - 1,
        fields=("to",),
    )


def _filters(condition: Condition) -> Iterator[Condition]:
    yield condition
    for each in (*(condition.all or ()), *(condition.any or ())):
        yield from _filters(each)


def _roster(condition: Condition) -> str | None:
    wanted = condition.recipients.in_roster if condition.recipients else None
    return wanted.name if isinstance(wanted, InRoster) else None


def _words(condition: Condition) -> tuple[str, ...]:
    for text in (condition.subject, condition.body):
        if text is not None and text.contains:
            return text.contains[:1]
    return ()
