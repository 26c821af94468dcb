"""What a client is told in advance: which fields to read, how long to wait, and what to do without an answer."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from atesaki.judgement.facts import Organization
from atesaki.judgement.policy import Text
from atesaki.judgement.policy_set import PolicySet

Collected = Literal["subject", "body_text", "attachments", "thread"]

DECISION_MS = 2_000
TOTAL_MS = 4_000
"""Outlook shows its own progress dialog after 5 s (Smart Alerts, "long-running operations")."""

STRINGS = {
    "unchecked_risky": Text(
        ja="送信前の確認ができませんでした。外部の宛先が {people} 件、互いに見えます。宛先を確かめてください。",
        en="This message could not be checked. {people} outside recipients would see each other. Check the recipients.",
    ),
    "unchecked": Text(
        ja="送信前の確認ができませんでした。宛先をご自身で確かめてください。",
        en="This message could not be checked. Check the recipients yourself.",
    ),
}
"""What the client says when it has to decide by the fallback rule; `{people}` is a number."""

_COLLECTED: dict[str, Collected] = {
    "subject": "subject",
    "body": "body_text",
    "attachments": "attachments",
    "thread": "thread",
}

_CHECKED = ("subject", "body", "attachments")
"""What a second check is about besides the recipients: a field that clients leave out could change after it."""


class Timeouts(Struct, frozen=True):
    """Milliseconds to wait for a decision, and for everything between Send and the client's verdict."""

    decision_ms: int = DECISION_MS
    total_ms: int = TOTAL_MS


class Fallback(Struct, frozen=True):
    """The rule for a message that can't be checked: so many visible outsiders are a risk, and what to do about it.

    An empty `internal_domains` means the sender's own domain.
    """

    internal_domains: tuple[str, ...]
    people: int
    on_risk: Literal["prompt", "hold"]


class Profile(Struct, frozen=True):
    """What one kind of client needs to know before anybody presses Send."""

    app: str
    collect: tuple[Collected, ...]
    timeouts: Timeouts
    fallback: Fallback
    strings: dict[str, Text]
    policy_revision: str


def profile_of(
    app: str, policy_set: PolicySet, organization: Organization, *, people: int, on_risk: Literal["prompt", "hold"]
) -> Profile:
    """Return the profile of a client; it asks for no field that no rule needs."""
    return Profile(
        app=app,
        collect=tuple(_collected(policy_set.needs.union(_CHECKED if policy_set.asks_for_checks else ()))),
        timeouts=Timeouts(),
        fallback=Fallback(organization.internal_domains, people, on_risk),
        strings=STRINGS,
        policy_revision=policy_set.revision,
    )


def _collected(needs: Iterable[str]) -> list[Collected]:
    return sorted(_COLLECTED[need] for need in needs if need in _COLLECTED)
