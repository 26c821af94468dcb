"""The judgement: three values in, one decision with its reasons out; equal inputs give equal output."""

from __future__ import annotations

from functools import partial
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING

from atesaki.judgement.builtin import builtin_finding, builtin_findings
from atesaki.judgement.conditions.circumstances import local_time
from atesaki.judgement.decision import ALLOW, SEVERITY_RANK, Action, Decision, Evidence, Finding, Mode, Release
from atesaki.judgement.people import People
from atesaki.judgement.policy import Active
from atesaki.judgement.remedies import remedies_for
from atesaki.judgement.shape import Kept, retold, shape_of
from atesaki.judgement.view import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from atesaki.judgement.conditions import Match
    from atesaki.judgement.facts import Facts
    from atesaki.judgement.message import Message
    from atesaki.judgement.policy import Rule
    from atesaki.judgement.policy_set import CompiledRule, PolicySet
    from atesaki.judgement.shape import Shape, Step

DEFAULT_RELEASE = {Action.WARN: Release.ACKNOWLEDGE, Action.BLOCK: Release.NEVER}
"""The release of a rule that names none."""

_RANK = attrgetter("rank")


def decide(message: Message, policy_set: PolicySet, facts: Facts) -> Decision:
    """Judge a message by a policy set and the facts; the strictest enforced finding wins.

    A rule that raises becomes a finding that warns; nothing is allowed because something broke.
    """
    return decide_for(People(message, facts.organization, facts.expansions), policy_set, facts)


def decide_for(people: People, policy_set: PolicySet, facts: Facts) -> Decision:
    """Judge a message whose people were already looked at, to ask for the facts about them."""
    view = View(people, facts)
    findings = _findings(policy_set, view)
    findings += builtin_findings(view, policy_set, findings)
    findings.sort(key=_strictest_first)
    enforced = [finding for finding in findings if finding.mode == "enforce"]
    disclosures = view.disclosures
    return Decision(
        action=enforced[0].action if enforced else ALLOW,
        release=max([finding.release for finding in enforced], key=_RANK) if enforced else None,
        findings=tuple(findings),
        exposure=disclosures.exposure,
        people=disclosures.people,
        each=disclosures.each,
        remedies=remedies_for(view, enforced) if enforced else (),
        policy_revision=policy_set.revision,
        item=view.message.item,
    )


def _strictest_first(finding: Finding) -> tuple[bool, int, int, int]:
    return finding.mode == "simulate", -finding.action.rank, -finding.release.rank, -SEVERITY_RANK[finding.severity]


def _findings(policy_set: PolicySet, view: View) -> list[Finding]:
    shapes = policy_set.shapes
    shape = _shape(view) if shapes.rules is policy_set.rules else None
    if shape is None:
        return list(chain.from_iterable(_judged(compiled, view) for compiled in policy_set.rules))
    kept = shapes.kept.get(shape)
    if kept is None:
        return _first_of(shape, policy_set, view)
    view.disclosures = kept.disclosures
    return list(chain.from_iterable([step(view) for step in kept.steps]))


def _shape(view: View) -> Shape | None:
    try:
        return shape_of(view)
    except Exception:  # noqa: BLE001 - the rules that it breaks say so themselves, and the others still hold
        return None


def _first_of(shape: Shape, policy_set: PolicySet, view: View) -> list[Finding]:
    found = [(compiled, _judged(compiled, view)) for compiled in policy_set.rules]
    steps = _steps(found, view)
    if steps is not None:
        policy_set.shapes.keep(shape, Kept(steps, view.disclosures))
    return list(chain.from_iterable(findings for _, findings in found))


def _steps(found: Iterable[tuple[CompiledRule, Sequence[Finding]]], view: View) -> tuple[Step, ...] | None:
    """Return how to find the same in another message of this shape; `None` where a rule broke."""
    steps: list[Step] = []
    for compiled, findings in found:
        if not compiled.shaped:
            steps.append(partial(_judged, compiled))
            continue
        again = [None if finding.evidence.error else retold(finding, view) for finding in findings]
        if None in again:
            return None
        steps += filter(None, again)
    return tuple(steps)


def _judged(compiled: CompiledRule, view: View) -> Sequence[Finding]:
    try:
        match = compiled.when(view) if compiled.always or _in_force(compiled.rule.active, view) else None
    except Exception:  # noqa: BLE001 - whatever breaks in a rule must end in a warning, never in an allow
        return (_error(compiled),)
    return () if match is None else _unless_exempt(compiled, match, view)


def _unless_exempt(compiled: CompiledRule, match: Match, view: View) -> tuple[Finding, ...]:
    finding = _finding(compiled.policy, compiled.rule, match)
    try:
        exempt = _exempt(compiled, view)
    except Exception:  # noqa: BLE001 - a broken exemption exempts nobody
        return finding, _error(compiled)
    return () if exempt else (finding,)


def _exempt(compiled: CompiledRule, view: View) -> bool:
    if compiled.unless is not None and compiled.unless(view) is not None:
        return True
    if not compiled.exemptions:
        return False
    today = local_time(view.facts).date()
    return any(today <= until and holds(view) is not None for until, holds in compiled.exemptions)


def _finding(policy: str, rule: Rule, match: Match) -> Finding:
    return Finding(
        policy=policy,
        rule=rule.id,
        action=rule.action,
        release=rule.release or DEFAULT_RELEASE[rule.action],
        mode=_mode(rule),
        severity=rule.severity,
        evidence=match.evidence,
        remedies=rule.remedies,
    )


def _error(compiled: CompiledRule) -> Finding:
    evidence = Evidence(error=f"{compiled.policy}.{compiled.rule.id}")
    return builtin_finding("rule_error", evidence, _mode(compiled.rule))


def _mode(rule: Rule) -> Mode:
    return "simulate" if rule.mode == "simulate" else "enforce"


def _in_force(active: Active, view: View) -> bool:
    today = local_time(view.facts).date()
    return not ((active.from_ and today < active.from_) or (active.until and today > active.until))
