"""Judges old messages by a policy set, with the judgement's own predicates, and keeps apart what can't be told."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import structs

from atesaki.judgement.builtin import POLICY
from atesaki.judgement.decide import decide_for
from atesaki.judgement.decision import Action, Decision, Finding
from atesaki.judgement.policy import Policy, Rule, Text
from atesaki.judgement.policy_set import CompiledRule, PolicySet, compile_set
from atesaki.sending.replay.bounds import Answers, Rewriting
from atesaki.sending.replay.invented import InventedPeople, Outline
from atesaki.sending.replay.leaves import Leaf, error_prone_sources, has_fickle_filter, leaves_of

_MOST_KEPT = 50_000
_TITLE = Text("-", "-")
_WARN = Action.WARN.rank


class Open(NamedTuple):
    """A rule of which can't be told whether it matched; `ranks` are the actions that it may come to ask for."""

    rule: str
    ranks: tuple[int, ...]


class Verdicts(NamedTuple):
    """What a set says of an old message: rules that surely match, the action that follows, and the open rules."""

    fired: frozenset[str]
    rank: int
    open: tuple[Open, ...]


class Own(NamedTuple):
    """A rule of the set with what it asks of old messages; `rank` is its action where it is enforced.

    `loose` says that some recipient may be unknown; `asks` names sources of facts without which it ends in an error,
    `lacks` those of them that are not set up.
    """

    name: str
    policy: str
    rule: Rule
    leaves: tuple[Leaf, ...]
    rank: int
    loose: bool
    asks: frozenset[str]
    lacks: frozenset[str]

    def may_err(self, stale: Iterable[str]) -> bool:
        """Tell whether the rule asks for facts that were unknown at Send, so that it may have ended in an error."""
        return bool(self.lacks or not self.asks.isdisjoint(stale))

    def is_sure(self, answers: Answers) -> bool:
        """Tell whether nothing that the rule asks may be unknown."""
        return not self.loose and all(answers[leaf] is not None for leaf in self.leaves)


class Judge:
    """Judges old messages by one policy set; `marks` numbers the pattern lists that recipients carry marks of.

    `lacks` names the sources of facts that are not set up.
    """

    def __init__(self, policy_set: PolicySet, marks: Mapping[object, int], lacks: frozenset[str]) -> None:
        self._set = policy_set
        self._marks = marks
        self.rules = {own.name: own for own in (_own(each, lacks) for each in policy_set.rules)}
        self._compiled: dict[object, CompiledRule] = {}
        self._kept: dict[object, Verdicts] = {}

    def verdicts(self, drawn: Outline, answers: Answers) -> Verdicts:
        """Return what the set says of the message; equal questions are asked once."""
        asked = tuple([tuple([answers[leaf] for leaf in own.leaves]) for own in self.rules.values()])
        found = self._kept.get((drawn, asked))
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[drawn, asked] = self._judged(drawn, answers)
        return found

    def _judged(self, drawn: Outline, answers: Answers) -> Verdicts:
        people = InventedPeople(drawn)
        facts = people.facts(drawn)
        sure, possible = (self._rules(drawn, answers, possible=side) for side in (False, True))
        surely = decide_for(people, self._with(sure), facts)
        perhaps = surely if sure == possible else decide_for(people, self._with(possible), facts)
        return self._between(drawn, surely, perhaps)

    def _rules(self, drawn: Outline, answers: Answers, *, possible: bool) -> list[CompiledRule]:
        return [self._rule(own, drawn, answers, possible=possible) for own in self.rules.values()]

    def _rule(self, own: Own, drawn: Outline, answers: Answers, *, possible: bool) -> CompiledRule:
        sure = own.is_sure(answers)
        hopeless = not sure and own.may_err(drawn.stale)
        side = possible and not sure
        key = (own.name, hopeless, side, tuple([answers[leaf] for leaf in own.leaves]))
        compiled = self._compiled.get(key)
        if compiled is None:
            rewriting = Rewriting(answers, self._marks, possible=side)
            # With an error behind something unknown, neither side of the truth can be computed.
            rule = rewriting.given_up(own.rule) if hopeless else rewriting.rule(own.rule)
            compiled = self._compiled[key] = _compiled(own.policy, rule)
        return compiled

    def _with(self, rules: Iterable[CompiledRule]) -> PolicySet:
        return structs.replace(self._set, rules=tuple(rules))

    def _between(self, drawn: Outline, surely: Decision, perhaps: Decision) -> Verdicts:
        before, after = _outcomes(surely), _outcomes(perhaps)
        told = {name for name in self.rules if before.get(name) == after.get(name)}
        rank = max((finding.action.rank for finding in surely.findings if _counts(finding, told)), default=0)
        left = [own for name, own in self.rules.items() if name not in told]
        return Verdicts(
            frozenset(name for name in told if "fired" in before.get(name, ())),
            rank,
            tuple(Open(own.name, _ranks(own, drawn)) for own in left),
        )


def content_of(rule: Rule) -> tuple[object, ...]:
    """Return what decides whether a rule matches; rules of equal content match the same messages."""
    return rule.when, rule.unless, rule.exemptions, rule.active


def _own(compiled: CompiledRule, lacks: frozenset[str]) -> Own:
    rule = compiled.rule
    rank = rule.action.rank if rule.mode == "enforce" else 0
    leaves = leaves_of(rule)
    loose = has_fickle_filter(rule) or any(leaf.key == "patterns" for leaf in leaves)
    asks = error_prone_sources(rule)
    return Own(f"{compiled.policy}.{rule.id}", compiled.policy, rule, leaves, rank, loose, asks, asks & lacks)


def _compiled(policy: str, rule: Rule) -> CompiledRule:
    return compile_set("", [Policy(id=policy, title=_TITLE, rules=(rule,))]).rules[0]


def _ranks(own: Own, drawn: Outline) -> tuple[int, ...]:
    error = {_WARN} if own.rank and own.may_err(drawn.stale) else set()
    return tuple(sorted({0, own.rank} | error))


def _outcomes(decision: Decision) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for finding in decision.findings:
        name, outcome = _outcome(finding)
        found[name] = found.get(name, frozenset()) | {outcome}
    return found


def _outcome(finding: Finding) -> tuple[str, str]:
    if finding.policy == POLICY and finding.rule == "rule_error":
        return finding.evidence.error or "", "error"
    return f"{finding.policy}.{finding.rule}", "fired"


def _counts(finding: Finding, told: set[str]) -> bool:
    built_in = finding.policy == POLICY and finding.rule != "rule_error"
    return finding.mode == "enforce" and (built_in or _outcome(finding)[0] in told)
