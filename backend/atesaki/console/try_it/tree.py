"""A rule's trace as a tree of conditions, and how near the rule came to firing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from atesaki.judgement.conditions.condition import AtLeast, ExposureFilter, RecipientFilter
from atesaki.judgement.policy import Policy
from atesaki.judgement.policy_set import PolicySet
from atesaki.policies.trace import RuleTrace, Step

_ENOUGH = 0.8
"""So large a part of a threshold is near, and so is one fewer, whatever the threshold."""


class Node(Struct, frozen=True):
    """One condition with those that it is made of."""

    step: Step
    parts: tuple[Node, ...]


class Told(Struct, frozen=True):
    """One rule with its tree.

    `near` says that a few recipients more would have changed its verdict, or that an exception or its dates kept it
    silent. A rule whose people or words are not there is not near: every mail is one condition away from several.
    """

    policy: Policy
    traced: RuleTrace
    nodes: tuple[Node, ...]
    near: bool

    @property
    def fired(self) -> bool:
        """Whether it has a say in the answer."""
        return self.traced.verdict in {"fired", "error"}


def told(traces: Sequence[RuleTrace], policy_set: PolicySet) -> list[Told]:
    """Return all rules: those that fired, the near misses, the others; what is enforced and strict comes first."""
    policies = {policy.id: policy for policy in policy_set.policies}
    rules = [_told(traced, policies[traced.policy]) for traced in traces]
    return sorted(rules, key=_most_telling_first)


def _most_telling_first(rule: Told) -> tuple[bool, bool, bool, int]:
    return not rule.fired, not rule.near, rule.traced.rule.mode != "enforce", -rule.traced.rule.action.rank


def _told(traced: RuleTrace, policy: Policy) -> Told:
    nodes = tuple(_forest(list(traced.steps), 0))
    return Told(policy, traced, nodes, _near(traced, nodes))


def _forest(steps: list[Step], depth: int) -> Iterator[Node]:
    while steps and steps[0].depth == depth:
        step = steps.pop(0)
        yield Node(step, tuple(_forest(steps, depth + 1)))


def _near(traced: RuleTrace, nodes: Sequence[Node]) -> bool:
    if traced.verdict in {"exempt", "not in force"}:
        return traced.rule.mode != "off"
    if traced.verdict != "silent":
        return False
    return _lacks_only_numbers(nodes[0])


def _lacks_only_numbers(node: Node) -> bool:
    """Whether the condition holds, or would where its thresholds were a little lower."""
    if node.step.holds:
        return True
    match node.step.asked.key:
        case "any":
            return any(map(_lacks_only_numbers, node.parts))
        case "not":
            return False
        case "recipients":
            return _nearly_reached(node.parts[-1].step)
        case _:
            return all(map(_lacks_only_numbers, node.parts)) if node.parts else _nearly_reached(node.step)


def _nearly_reached(step: Step) -> bool:
    """Whether each number was nearly reached; disclosures, which grow with the square of the people, to a quarter."""
    found = step.evidence
    if found is None:
        return False
    match step.asked.value:
        case RecipientFilter() as wanted:
            pairs = [(wanted.at_least, found.count), (_least(wanted.organizations), found.organizations)]
        case ExposureFilter() as wanted:
            if 4 * found.disclosures < _least(wanted.disclosures):
                return False
            pairs = [(_least(wanted.people), found.people), (_least(wanted.organizations), found.organizations)]
        case _:
            return False
    return all(reached >= least or (reached and reached >= min(least - 1, _ENOUGH * least)) for least, reached in pairs)


def _least(threshold: AtLeast | None) -> int:
    return threshold.at_least if threshold else 0
