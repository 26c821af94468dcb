"""What a new rule, policy, exemption or test begins with, so that it loads at once and disturbs nobody."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from typing import Any

from atesaki.policies.editing.written import block, on_one_line

EXEMPTION_DAYS = 90
NEW_RULE = "new_rule"

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


def rule_stub(name: str) -> dict[str, Any]:
    """Return a rule that is only tried out until somebody enforces it."""
    return {
        "id": name,
        "when": {"recipients": {"visible": True, "audience": "external", "at_least": 10}},
        "action": "warn",
        "release": "acknowledge",
        "message": {
            "ja": "外部の {count} 人が宛先か CC に入っています。BCC に移すか、宛先を確かめてください。",
            "en": "{count} people outside are in To or Cc. Move them to Bcc, or check that they are right.",
            "appointment": {
                "ja": "外部の {count} 人が会議の出席者に入っています。1 人ずつ招待するか、出席者を確かめてください。",
                "en": "{count} people outside are attendees. Invite them separately, or check that they are right.",
            },
        },
        "remedies": ["move_to_bcc"],
        "mode": "simulate",
    }


def policy_stub(name: str, ja: str, en: str) -> str:
    """Return the file of a new policy with one rule."""
    rule = rule_stub("first_rule")
    head = block({"id": name, "title": {"ja": ja, "en": en}}, 0)
    return "\n".join([*head, "rules:", *block([rule], 2), ""])


def suite_stub(ten: str, nine: str) -> str:
    """Return the tests of a new policy: what they are called about ten outsiders, and about nine."""
    return f"""\
drafts:
  ten_outsiders: {{to: [{{people: 10}}]}}
  nine_outsiders: {{to: [{{people: 9}}]}}
tests:
  - name: {on_one_line(ten)}
    draft: ten_outsiders
    expect: {{silent: true, simulated: [first_rule]}}
  - name: {on_one_line(nine)}
    draft: nine_outsiders
    expect: {{silent: true, simulated: []}}
"""


def exemption_stub(owner: str, today: dt.date) -> dict[str, Any]:
    """Return an exemption whose condition and reason are still to be filled in."""
    until = today + dt.timedelta(days=EXEMPTION_DAYS)
    return {"owner": owner, "until": until.isoformat(), "why": "…", "when": {}}


def new_id(wanted: str, taken: Collection[object]) -> str:
    """Return a name that is not taken yet."""
    stem, number = wanted[:60], 2
    name = stem
    while name in taken:
        name = f"{stem}_{number}"
        number += 1
    return name


def is_name(text: str) -> bool:
    """Tell whether a text can be the name of a policy or a rule."""
    return _NAME.fullmatch(text) is not None and not text.endswith("_test")
