"""A rule's trace as a tree of conditions, and how near the rule came to firing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from atesaki.judgement.conditions.condition import AtLeast, ExposureFilter, RecipientFilter
from atesaki.judgement.decision import Evidence
from atesaki.judgement.policy import Policy
from atesaki.judgement.policy_set import PolicySet
from atesaki.policies.trace import RuleTrace, Step

_FAR = 1_000
_CLOSE = 0.25
"""A number that was nearly reached: several of them, which grow together, are still one miss."""


class Node(Struct, frozen=True):
    """One condition with those that it is made of."""

    step: Step
    parts: tuple[Node, ...]


class Told(Struct, frozen=True):
    """One rule with its tree; `near` says that a single condition more would have changed its verdict."""

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
    when = nodes[0]
    return _misses(when) <= 1 and any(leaf.step.holds for leaf in _leaves(when))


def _misses(node: Node) -> float:
    """Count the conditions that would have had to be otherwise for this one to hold; far away counts as very many."""
    if node.step.holds:
        return 0
    parts = [_misses(part) for part in node.parts]
    match node.step.asked.key:
        case "any":
            return min(parts, default=_FAR)
        case "not":
            return 1
        case "recipients":
            # Whether enough people fit all keys follows from the keys, unless each of them fits somebody.
            return sum(parts[:-1]) or parts[-1]
        case _:
            return sum(parts) if parts else _miss(node.step)


def _miss(step: Step) -> float:
    """Count a threshold as close where half of it was reached; disclosures grow with the square of the people."""
    wanted, found = step.asked.value, step.evidence or Evidence()
    match wanted:
        case RecipientFilter() if step.asked.key == "together" and step.evidence is not None:
            pairs = [(wanted.at_least, found.count), (_least(wanted.organizations), found.organizations)]
        case ExposureFilter():
            pairs = [
                (_least(wanted.disclosures), 2 * found.disclosures),
                (_least(wanted.people), found.people),
                (_least(wanted.organizations), found.organizations),
            ]
        case _:
            return 1
    return _CLOSE if all(2 * reached >= least for least, reached in pairs) else _FAR


def _least(threshold: AtLeast | None) -> int:
    return threshold.at_least if threshold else 0


def _leaves(node: Node) -> Iterator[Node]:
    if not node.parts:
        yield node
    for part in node.parts:
        yield from _leaves(part)
