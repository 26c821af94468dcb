"""Whether the rules in force still hold a mail for just the reasons for which somebody was asked to check it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

from atesaki.clock import Clock, utc_now
from atesaki.journal.columns import FIELDS
from atesaki.judgement.builtin import POLICY
from atesaki.judgement.decide import decide_for
from atesaki.judgement.decision import Release
from atesaki.judgement.facts import Facts, Organization, RosterHit
from atesaki.judgement.message import Attachment, Message, Recipient, Sender, Thread
from atesaki.judgement.people import People
from atesaki.judgement.policy_set import PolicySet
from atesaki.sending.explained import Explained
from atesaki.sending.record import DecisionBody
from atesaki.sending.second_check_state import Asked

Since = Literal["forbidden", "otherwise"]
"""What rules that have changed make of a mail: nobody may let it go any more; it is held for others, or not at all."""

MOST_JUDGED: Final = 20
"""So many checks of a list are judged anew, each in some milliseconds; of the others their pages alone tell."""

Name = tuple[str, str]
"""A policy and its rule."""

FindsHits = Callable[[Sequence[str]], Mapping[str, tuple[RosterHit, ...]]]


class RulesSince:
    """Judges recorded mails by the rules in force, beside those of their day; calls block."""

    def __init__(
        self,
        in_force: Callable[[], PolicySet],
        organization: Callable[[], Organization],
        hits: FindsHits,
        clock: Clock = utc_now,
    ) -> None:
        self._in_force = in_force
        self._organization = organization
        self._hits = hits
        self._clock = clock

    def __call__(self, told: Explained) -> Since | None:
        """Return what has become of a mail by now, `None` where a check still lets it go.

        The text is not kept: a rule about it counts by what stands in the rule alone.
        """
        now = self._in_force()
        if told.personal is None or told.body.policy_revision == now.revision:
            return None
        recorded = frozenset(
            (each.policy, each.rule) for each in told.body.findings if each.mode == "enforce" and each.policy != POLICY
        )
        gone, new = self._differences(told, recorded, now)
        if any(now.index[name].release is Release.NEVER for name in (recorded - gone) | new):
            return "forbidden"
        return "otherwise" if gone or new else None

    def _differences(
        self, told: Explained, recorded: frozenset[Name], now: PolicySet
    ) -> tuple[frozenset[Name], frozenset[Name]]:
        """Return which of the rules that held the mail no longer do, and which others do now."""
        without = frozenset(name for name in recorded if not _enforced(now, name))
        if told.personal is None or told.policies is None:
            return without, frozenset()
        people = People(_message(told.body, told.personal), self._organization())
        facts = Facts(now=self._clock(), organization=self._organization(), rosters=self._hits(people.keys))
        # By the same facts, so that what differs is the rules: neither the hour nor a roster that has grown.
        before, after = (_fired(people, each, facts) for each in (told.policies.policy_set, now))
        return without | (recorded & (before - after)), after - before - recorded


class VoidChecks:
    """Finds the waiting checks whose answer would let nothing go, since the rules have changed; calls block.

    `revision` is that of the rules in force; `since` tells what they make of the mail of a decision.
    """

    def __init__(self, revision: Callable[[], str], since: Callable[[str], Since | None]) -> None:
        self._revision = revision
        self._since = since

    def __call__(self, waiting: Sequence[Asked]) -> frozenset[str]:
        """Return their decisions; the oldest `MOST_JUDGED` of those from before the rules in force are looked at."""
        revision = self._revision()
        earlier = [each.decision_id for each in waiting if each.revision != revision][:MOST_JUDGED]
        return frozenset(filter(self._since, earlier))


def _enforced(policy_set: PolicySet, name: Name) -> bool:
    rule = policy_set.index.get(name)
    return rule is not None and rule.mode == "enforce"


def _fired(people: People, policy_set: PolicySet, facts: Facts) -> frozenset[Name]:
    """Return the enforced rules that match; what can't be known here ends in findings of the program's own."""
    findings = decide_for(people, policy_set, facts).findings
    return frozenset((each.policy, each.rule) for each in findings if each.mode == "enforce" and each.policy != POLICY)


def _message(body: DecisionBody, kept: Mapping[str, Any]) -> Message:
    """Return the mail as far as it is kept."""
    to, cc, bcc = (msgspec.convert(kept.get(field, ()), tuple[Recipient, ...]) for field in FIELDS)
    return Message(
        sender=msgspec.convert(kept["sender"], Sender),
        to=to,
        cc=cc,
        bcc=bcc,
        truncated=body.truncated,
        subject=kept.get("subject"),
        attachments=tuple(Attachment(name) for name in kept.get("attachments", ())),
        thread=Thread(body.thread),
        item=body.item,
    )
