"""Tells of every rule whether it fired and why, condition by condition, in the words of the policy file."""

from collections.abc import Iterator
from typing import Literal

import msgspec
import yaml
from msgspec import Struct

from atesaki.judgement.conditions import Condition, FactUnknownError, compile_condition
from atesaki.judgement.conditions.circumstances import local_time
from atesaki.judgement.conditions.condition import RecipientFilter
from atesaki.judgement.decide import decide_for
from atesaki.judgement.decision import Evidence
from atesaki.judgement.facts import Facts
from atesaki.judgement.message import Message
from atesaki.judgement.people import People
from atesaki.judgement.policy import Exemption, Rule
from atesaki.judgement.policy_set import PolicySet
from atesaki.judgement.view import View

Verdict = Literal["fired", "exempt", "silent", "error", "not in force"]

_THRESHOLDS = ("at_least", "organizations", "share")


class Asked(Struct, frozen=True):
    """What a step asks: a key of the vocabulary with its value, or one of the words in `key` below.

    `when`, `unless` and `exemption` (an `Exemption`) head a rule's conditions;
    `together` (the whole `RecipientFilter`) asks whether enough recipients fit all keys beside it.
    """

    key: str
    value: object = None


class Step(Struct, frozen=True):
    """One condition with its answer; `holds` is `None` where it could not be judged, `depth` counts from 0.

    `condition` and `because` are its words in a terminal; `asked` and `evidence` say the same as values.
    For `together` the evidence counts whoever fits, also where they are not enough.
    """

    depth: int
    condition: str
    holds: bool | None
    because: str = ""
    asked: Asked = Asked("when")
    evidence: Evidence | None = None


class RuleTrace(Struct, frozen=True):
    """One rule with its verdict and its conditions; `exemption` is the one with an end that silenced it."""

    policy: str
    rule: Rule
    verdict: Verdict
    steps: tuple[Step, ...]
    exemption: Exemption | None = None


def trace(message: Message, policy_set: PolicySet, facts: Facts) -> list[RuleTrace]:
    """Trace every rule of a set; a verdict is the judgement's own, the steps only explain it."""
    people = People(message, facts.organization, facts.expansions)
    decision = decide_for(people, policy_set, facts)
    fired = {(finding.policy, finding.rule) for finding in decision.findings}
    broken = {finding.evidence.error for finding in decision.findings if finding.rule == "rule_error"}
    view = View(people, facts)
    traces = []
    for (policy, name), rule in policy_set.index.items():
        steps = tuple(_rule_steps(rule, view))
        exemption = _exemption(rule, steps)
        verdict: Verdict = "fired" if (policy, name) in fired else _unfired(steps, exemption)
        if f"{policy}.{name}" in broken:
            verdict = "error"
        traces.append(RuleTrace(policy, rule, verdict, steps, exemption if verdict == "exempt" else None))
    return traces


def _unfired(steps: tuple[Step, ...], exemption: Exemption | None) -> Verdict:
    top = {step.condition: step.holds for step in steps if step.depth == 0}
    if not top["when"]:
        return "silent"
    return "exempt" if top.get("unless") or exemption else "not in force"


def _exemption(rule: Rule, steps: tuple[Step, ...]) -> Exemption | None:
    top = [step for step in steps if step.depth == 0]
    answers = zip(rule.exemptions, top[len(top) - len(rule.exemptions) :], strict=True)
    return next((exemption for exemption, step in answers if step.holds), None)


def _over(exemption: Exemption, view: View) -> bool:
    return local_time(view.facts).date() > exemption.until


def _named(exemption: Exemption) -> str:
    name = f" {exemption.id}" if exemption.id else ""
    return f"exemption{name} of {exemption.owner}, until {exemption.until}"


def _rule_steps(rule: Rule, view: View) -> Iterator[Step]:
    for name, condition in (("when", rule.when), ("unless", rule.unless)):
        if condition is not None:
            yield _answered(0, name, condition, view, Asked(name))
            yield from _steps(condition, view, 1)
    for exemption in rule.exemptions:
        if _over(exemption, view):
            yield Step(0, _named(exemption), holds=False, because="it is over", asked=Asked("exemption", exemption))
        else:
            yield _answered(0, _named(exemption), exemption.when, view, Asked("exemption", exemption))
            yield from _steps(exemption.when, view, 1)


def _steps(condition: Condition, view: View, depth: int) -> Iterator[Step]:
    for field in msgspec.structs.fields(Condition):
        key, value = field.encode_name, getattr(condition, field.name)
        if value is None:
            continue
        part = Condition(**{field.name: value})
        nested = {"all": value, "any": value, "not": (value,)}.get(key)
        text = key if nested else f"{key}: {written(value)}"
        step = _answered(depth, text, part, view, Asked(key, value))
        yield _exposed(step, view) if key == "exposure" else step
        for inner in nested or ():
            yield from _inner_steps(inner, view, depth + 1, together=key == "all")
        if isinstance(value, RecipientFilter):
            yield from _filter_steps(value, view, depth + 1)


def _inner_steps(condition: Condition, view: View, depth: int, *, together: bool) -> Iterator[Step]:
    """Keep the keys of one part together, where its parts don't have to hold together anyway."""
    keys = [key for key in condition.__struct_fields__ if getattr(condition, key) is not None]
    if together or len(keys) == 1:
        yield from _steps(condition, view, depth)
        return
    yield _answered(depth, "all", condition, view, Asked("all", (condition,)))
    yield from _steps(condition, view, depth + 1)


def _filter_steps(condition: RecipientFilter, view: View, depth: int) -> Iterator[Step]:
    """Say for each key how many recipients it fits, and how many all of them together fit."""
    keys = [
        (key, value)
        for key in condition.__struct_fields__
        if key not in _THRESHOLDS and (value := getattr(condition, key)) is not None
    ]
    for key, value in keys:
        yield _counted(depth, f"{key}: {written(value)}", RecipientFilter(**{key: value}), view, Asked(key, value))
    fitting = msgspec.structs.replace(condition, at_least=1, organizations=None, share=None)
    wanted = {key: value for key in _THRESHOLDS if (value := getattr(condition, key)) is not None}
    text = f"all keys together, wanted {written(wanted)}"
    asked = Asked("together", condition)
    enough = _counted(depth, text, condition, view, asked)
    yield msgspec.structs.replace(_counted(depth, text, fitting, view, asked), holds=enough.holds)


def _counted(depth: int, text: str, condition: RecipientFilter, view: View, asked: Asked) -> Step:
    return _answered(depth, text, Condition(recipients=condition), view, asked)


def _answered(depth: int, text: str, condition: Condition, view: View, asked: Asked) -> Step:
    try:
        match = compile_condition(condition)(view)
    except FactUnknownError as error:
        return Step(depth, text, None, str(error), asked)
    if match is None:
        return Step(depth, text, holds=False, asked=asked)
    return Step(depth, text, holds=True, because=_because(match.evidence), asked=asked, evidence=match.evidence)


def _exposed(step: Step, view: View) -> Step:
    """Show the numbers also where they are not reached."""
    found = view.disclosures
    exposure = found.exposure
    because = f"disclosures {exposure.disclosures}, people {found.people}, organizations {exposure.organizations}"
    evidence = Evidence(
        disclosures=exposure.disclosures, people=found.people, each=found.each, organizations=exposure.organizations
    )
    return msgspec.structs.replace(step, because=because, evidence=evidence)


def _because(evidence: Evidence) -> str:
    """Say what matched in numbers and words, without addresses."""
    shown = {
        key: value
        for key in ("count", "organizations", "roster", "words", "attachments", "resembles", "disclosures", "fields")
        if (value := getattr(evidence, key))
    }
    return ", ".join(f"{key} {written(value)}" for key, value in shown.items())


def written(value: object) -> str:
    """Return a value as it is written in a policy file, on one line."""
    text = yaml.safe_dump(_plain(value), default_flow_style=True, allow_unicode=True, width=10_000, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...")


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return _plain(msgspec.to_builtins(value)) if isinstance(value, Struct) else value
