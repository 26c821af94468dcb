"""Compares what two policy sets say of old messages."""

import functools
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from atesaki.judgement.builtin import POLICY
from atesaki.judgement.decision import Action
from atesaki.judgement.facts import Organization
from atesaki.judgement.policy import Rule
from atesaki.judgement.policy_set import PolicySet
from atesaki.sending.index.features import Features
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.sending.replay.bounds import Answers, mark
from atesaki.sending.replay.invented import outline
from atesaki.sending.replay.leaves import Patterns, leaves_of
from atesaki.sending.replay.patterns import Shadow, Test, Verdict, addresses_test, both, domains_test
from atesaki.sending.replay.sight import Sight, shadows
from atesaki.sending.replay.verdicts import Judge, Open, Verdicts, content_of

Kind = Literal["blocked", "warned", "silent", "eased", "unknown", "same"]
"""Newly blocked, newly warned, no longer held, warned instead of blocked, can't be told, as before."""

FindsPolicies = Callable[[str], PolicySet | None]
"""Gives the policy set of a revision, `None` where there is none that loads."""

_NOT_KEPT = frozenset({"subject", "body", "greeting_mismatch", "attachments", "added_to_thread"})
_OF_DIRECTORIES = frozenset({"groups", "members"})
_BUILTIN = f"{POLICY}."
_WARN = Action.WARN.rank
_Ranks = frozenset[tuple[int, int]]


class Change(NamedTuple):
    """What a draft would change for one old message; rules by their names, `untold` are those that can't be told."""

    kind: Kind
    before: frozenset[str]
    after: frozenset[str]
    untold: frozenset[str]


class Comparison:
    """Compares a draft with the set in force; `directories` tells whether the server asks any at Send."""

    def __init__(  # noqa: PLR0913  # Each is of a kind of its own.
        self,
        in_force: PolicySet,
        draft: PolicySet,
        organization: Organization,
        pseudonyms: Pseudonyms,
        policies: FindsPolicies,
        *,
        directories: bool = False,
    ) -> None:
        rules = [compiled.rule for policy_set in (in_force, draft) for compiled in policy_set.rules]
        leaves = list(dict.fromkeys(leaf for rule in rules for leaf in leaves_of(rule)))
        patterns = [leaf.value for leaf in leaves if isinstance(leaf.value, Patterns)]
        marks: dict[object, int] = {each: number for number, each in enumerate(patterns)}
        lacks = frozenset[str]() if directories else frozenset({"sender_groups"})
        self.before, self.after = Judge(in_force, marks, lacks), Judge(draft, marks, lacks)
        self._not_kept = _NOT_KEPT | (_OF_DIRECTORIES if directories else frozenset())
        self._tests = [_test(each, pseudonyms) for each in patterns]
        self._revisions = _Revisions(policies)
        sight = Sight(organization, pseudonyms, self._revisions.asked, directories=directories)
        self._answers = {leaf: sight.answer(leaf) for leaf in leaves}
        self._equal = {
            name
            for name in self.before.rules.keys() & self.after.rules.keys()
            if content_of(self.before.rules[name].rule) == content_of(self.after.rules[name].rule)
        }

    def reads(self) -> dict[str, set[str]]:
        """Return the rules of both sets, with what they read that isn't kept of old messages."""
        found: dict[str, set[str]] = {}
        for judge in (self.before, self.after):
            for name, own in judge.rules.items():
                found.setdefault(name, set()).update(leaf.key for leaf in own.leaves if leaf.key in self._not_kept)
        return found

    def change(self, features: Features) -> Change:
        """Return what the draft would change for an old message."""
        answers: Answers = {leaf: answer(features) for leaf, answer in self._answers.items()}
        drawn = outline(features, self._marks(features))
        before = self._recalled(self.before, self.before.verdicts(drawn, answers), features)
        after = self._recalled(self.after, self.after.verdicts(drawn, answers), features)
        pairs = self._possible(before, after)
        if features.lists and any(name.startswith(_BUILTIN) for name in features.fired):
            # It may have been about members, whom nobody can be found among now: then both sides warn.
            pairs |= {(max(one, _WARN), max(other, _WARN)) for one, other in pairs}
        kinds = {_kind(one, other) for one, other in pairs}
        untold = {each.rule for each in (*before.open, *after.open)} - self._equal
        kind = kinds.pop() if len(kinds) == 1 else "unknown"
        return Change(kind, before.fired, after.fired, frozenset(untold))

    def _marks(self, features: Features) -> list[str]:
        if not self._tests:
            return [""] * len(features.people)
        return [
            ".".join([mark(number, test(shadow)) for number, test in enumerate(self._tests)])
            for shadow in shadows(features)
        ]

    def _recalled(self, judge: Judge, verdicts: Verdicts, features: Features) -> Verdicts:
        """Settle open rules by what was recorded, where the same rule was judged at Send."""
        if not verdicts.open:
            return verdicts
        fired, rank, left = set(verdicts.fired), verdicts.rank, []
        for each in verdicts.open:
            own = judge.rules[each.rule]
            if not self._revisions.judged(features, each.rule, own.rule):
                left.append(each)
            elif each.rule in features.fired:
                fired.add(each.rule)
                rank = max(rank, own.rank)
        return Verdicts(frozenset(fired), rank, tuple(left))

    def _possible(self, before: Verdicts, after: Verdicts) -> _Ranks:
        """Return every pair of actions that may be the truth, as open rules may have matched or not."""
        pairs: _Ranks = frozenset({(before.rank, after.rank)})
        ours = {each.rule: each for each in before.open}
        theirs = {each.rule: each for each in after.open}
        for name in ours.keys() | theirs.keys():
            pairs = _with(pairs, _contributions(ours.get(name), theirs.get(name), equal=name in self._equal))
        return pairs


class _Revisions:
    """What is known of the policy sets that were in force at the time."""

    def __init__(self, policies: FindsPolicies) -> None:
        self._policies = functools.lru_cache(maxsize=256)(policies)

    def asked(self, revision: str, source: str) -> bool:
        """Tell whether the policies of a revision asked for a source of facts."""
        policy_set = self._policies(revision)
        return policy_set is not None and source in policy_set.needs

    def judged(self, features: Features, name: str, rule: Rule) -> bool:
        """Tell whether a rule that matches the same messages was judged then, without an error."""
        policy_set = self._policies(features.revision)
        if policy_set is None or "atesaki.rule_error" in features.fired:
            return False
        policy, _, rule_id = name.partition(".")
        recorded = policy_set.index.get((policy, rule_id))
        return recorded is not None and recorded.mode != "off" and content_of(recorded) == content_of(rule)


def _test(patterns: Patterns, pseudonyms: Pseudonyms) -> Test:
    tests = [
        *([domains_test(patterns.domains, pseudonyms)] if patterns.domains else []),
        *([addresses_test(patterns.addresses, pseudonyms)] if patterns.addresses else []),
    ]

    def test(shadow: Shadow) -> Verdict:
        return functools.reduce(both, [each(shadow) for each in tests])

    return test


def _kind(before: int, after: int) -> Kind:
    if after > before:
        return "blocked" if after == Action.BLOCK.rank else "warned"
    if after < before:
        return "silent" if after == Action.ALLOW.rank else "eased"
    return "same"


def _contributions(one: Open | None, other: Open | None, *, equal: bool) -> _Ranks:
    """Return what a rule may add to both sides; one that is equal in both matches in both or in neither."""
    ours, theirs = one.ranks if one else (0,), other.ranks if other else (0,)
    if equal and one and other:
        return frozenset({(0, 0), (max(ours), max(theirs)), (min(1, max(ours)), min(1, max(theirs)))})
    return frozenset((a, b) for a in ours for b in theirs)


def _with(pairs: _Ranks, contributions: Iterable[tuple[int, int]]) -> _Ranks:
    found = tuple(contributions)
    return frozenset((max(a, x), max(b, y)) for a, b in pairs for x, y in found)
