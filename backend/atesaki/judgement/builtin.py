"""What the judgement itself objects to, whatever the policies say: the unknown is never silently allowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from atesaki.judgement.decision import Action, Evidence, Finding, Mode, Release, RemedyKind
from atesaki.judgement.policy import SenderText, Text
from atesaki.judgement.profiles import UNREADABLE

if TYPE_CHECKING:
    from atesaki.judgement.policy_set import PolicySet
    from atesaki.judgement.view import View

POLICY = "atesaki"
"""The policy name under which built-in findings are answered and recorded."""

BuiltinRule = Literal[
    "unreadable_recipient", "truncated", "facts_stale", "roster_late", "rule_error", "judgement_error"
]

MESSAGES: dict[str, SenderText] = {
    "unreadable_recipient": SenderText(
        ja="宛先のうち {count} 件が読み取れません（{examples}）。",
        en="{count} of the recipients cannot be read ({examples}).",
        appointment=Text(
            ja="出席者のうち {count} 件が読み取れません（{examples}）。",
            en="{count} of the attendees cannot be read ({examples}).",
        ),
    ),
    "truncated": SenderText(
        ja="{fields}をすべて読み取れなかったため、確認できていない部分があります。宛先をご自身で確かめてください。",
        en="{fields} could not be read in full, so part of the message is unchecked. Check the recipients yourself.",
        appointment=Text(
            ja="{fields}をすべて読み取れなかったため、確認できていない部分があります。出席者をご自身で確かめてください。",
            en="{fields} could not be read in full, so part of the meeting is unchecked. Check the attendees yourself.",
        ),
    ),
    "facts_stale": SenderText(
        ja="宛先の確認に必要な情報（{error}）が取得できませんでした。宛先をご自身で確かめてください。",
        en="Information needed for the check ({error}) could not be fetched. Check the recipients yourself.",
        appointment=Text(
            ja="出席者の確認に必要な情報（{error}）が取得できませんでした。出席者をご自身で確かめてください。",
            en="Information needed for the check ({error}) could not be fetched. Check the attendees yourself.",
        ),
    ),
    "roster_late": SenderText(
        ja="名簿「{roster}」が古くなっています。最近加わった人や抜けた人が反映されていません。宛先をご自身で確かめてください。",
        en="The roster “{roster}” is out of date: who joined or left lately is not known. "
        "Check the recipients yourself.",
        appointment=Text(
            ja="名簿「{roster}」が古くなっています。最近加わった人や抜けた人が反映されていません。出席者をご自身で確かめてください。",
            en="The roster “{roster}” is out of date: who joined or left lately is not known. "
            "Check the attendees yourself.",
        ),
    ),
    "rule_error": SenderText(
        ja="確認の一部が実行できませんでした。宛先をご自身で確かめ、管理者に連絡してください。",
        en="Part of the check could not be run. Check the recipients yourself and tell your administrator.",
        appointment=Text(
            ja="確認の一部が実行できませんでした。出席者をご自身で確かめ、管理者に連絡してください。",
            en="Part of the check could not be run. Check the attendees yourself and tell your administrator.",
        ),
    ),
    "judgement_error": SenderText(
        ja="宛先を確認できませんでした。宛先をご自身で確かめ、管理者に連絡してください。",
        en="The recipients could not be checked. Check them yourself and tell your administrator.",
        appointment=Text(
            ja="出席者を確認できませんでした。出席者をご自身で確かめ、管理者に連絡してください。",
            en="The attendees could not be checked. Check them yourself and tell your administrator.",
        ),
    ),
}


REMEDIES: dict[str, tuple[RemedyKind, ...]] = {"unreadable_recipient": ("remove",)}
"""The fixes that a finding of the program's own offers, where it offers any."""


def builtin_finding(rule: BuiltinRule, evidence: Evidence, mode: Mode = "enforce") -> Finding:
    """Return a finding that at least warns and wants an acknowledgement."""
    return Finding(
        policy=POLICY,
        rule=rule,
        action=Action.WARN,
        release=Release.ACKNOWLEDGE,
        mode=mode,
        severity="medium",
        evidence=evidence,
        remedies=REMEDIES.get(rule, ()),
    )


def builtin_findings(view: View, policy_set: PolicySet, findings: list[Finding]) -> Iterator[Finding]:
    """Yield what is unreadable, truncated, stale or late and that no enforced finding already tells."""
    unreadable = view.people.by_trait(UNREADABLE)
    if unreadable:
        evidence = Evidence(recipients=view.written(unreadable), count=unreadable.bit_count())
        yield builtin_finding("unreadable_recipient", evidence)
    if view.message.truncated and not any(f.evidence.fields and f.mode == "enforce" for f in findings):
        yield builtin_finding("truncated", Evidence(fields=tuple(dict.fromkeys(view.message.truncated))))
    for source in view.facts.stale:
        yield builtin_finding("facts_stale", Evidence(error=source), _mode(source, policy_set))
    for roster in sorted(view.facts.late_rosters & view.rosters.keys()):
        yield from _late(roster, view, _mode("rosters", policy_set))


def _mode(source: str, policy_set: PolicySet) -> Mode:
    # A fact that only simulated rules need must not disturb anybody. Nor must the history: a rule that comes to need it
    # says so itself, and whether one does is known without it.
    simulated = source in policy_set.needs and source not in policy_set.enforced_needs
    return "simulate" if simulated or source == "history" else "enforce"


def _late(roster: str, view: View, mode: Mode) -> Iterator[Finding]:
    """Tell of a roster where it matters who is on it: some who are get the message, and so does somebody beside them.

    Whoever gets it unseen matters for a sensitive roster only: two of those must not even share a message.
    """
    handling, members = view.rosters[roster]
    concerned = members | (view.people.everyone & ~view.internal)
    if handling != "sensitive":
        concerned &= view.visible
    if concerned.bit_count() > 1:
        evidence = Evidence(recipients=view.written(members), count=members.bit_count(), roster=roster)
        yield builtin_finding("roster_late", evidence, mode)
