"""Short ways to write a message, a policy and facts in a test."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec

from atesaki.judgement.decide import decide
from atesaki.judgement.decision import Decision
from atesaki.judgement.facts import Facts, Organization
from atesaki.judgement.message import Message
from atesaki.judgement.policy import Policy
from atesaki.judgement.policy_set import PolicySet, compile_set

MONDAY_MORNING = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)
"""10:00 in Tokyo, inside the default office hours."""

HALL = Organization(internal_domains=("hall.example",), partner_domains=("partner.example",))


def message(*, to: Iterable[Any] = (), cc: Iterable[Any] = (), bcc: Iterable[Any] = (), **more: object) -> Message:
    """Return a message of staff@hall.example; recipients are addresses or mappings as in the API."""
    fields = {"to": to, "cc": cc, "bcc": bcc}
    lists = {name: [{"address": r} if isinstance(r, str) else r for r in items] for name, items in fields.items()}
    return msgspec.convert({"sender": {"address": "staff@hall.example"}, **lists, **more}, Message)


def facts(**more: Any) -> Facts:  # noqa: ANN401  # Facts checks each of its fields.
    """Return facts on a Monday morning at the hall."""
    return Facts(**{"now": MONDAY_MORNING, "organization": HALL, **more})


def rule(when: dict[str, Any], **more: object) -> dict[str, Any]:
    """Return a warning rule with this condition, as it would stand in YAML."""
    text = {"ja": "{count} 件", "en": "{count} matched"}
    return {"id": "a_rule", "when": when, "action": "warn", "message": text, **more}


def policy_set(*rules: dict[str, Any]) -> PolicySet:
    """Return a set of one policy with these rules."""
    title = {"ja": "試験", "en": "Test"}
    policy = msgspec.convert({"id": "a_policy", "title": title, "rules": list(rules)}, Policy)
    return compile_set("test", [policy])


def judged(when: dict[str, Any], draft: Message, known: Facts | None = None, **more: object) -> Decision:
    """Return the decision of a single rule with this condition."""
    return decide(draft, policy_set(rule(when, **more)), known or facts())


def fires(when: dict[str, Any], draft: Message, known: Facts | None = None) -> bool:
    """Tell whether a condition holds, without an error."""
    findings = judged(when, draft, known).findings
    assert all(finding.rule != "rule_error" for finding in findings)
    return any(finding.rule == "a_rule" for finding in findings)
