"""Says what a rule does with a message and how long it is in force."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

from atesaki.judgement.decide import DEFAULT_RELEASE
from atesaki.judgement.explain import Locale
from atesaki.judgement.policy import Rule, RuleMode
from atesaki.policies.in_words.names import name

State = Literal["enforced", "simulated", "off", "later", "over"]


_STATES: dict[RuleMode, State] = {"enforce": "enforced", "simulate": "simulated", "off": "off"}


class Lasting(Struct, frozen=True):
    """Whether a rule is in force today, from which day and until which one."""

    state: State
    since: dt.date | None
    until: dt.date | None


def does(rule: Rule, locale: Locale) -> str:
    """Return what happens to a message, such as "block, can never be sent this way"."""
    release = rule.release or DEFAULT_RELEASE.get(rule.action)
    joint = "、" if locale == "ja" else ", "
    return joint.join(name(value.value, locale) for value in (rule.action, release) if value is not None)


def lasts(rule: Rule, today: dt.date) -> Lasting:
    """Return how a rule stands on a day."""
    state = _STATES[rule.mode]
    begins, ends = rule.active.from_, rule.active.until
    if state != "off" and begins and today < begins:
        state = "later"
    elif state != "off" and ends and today > ends:
        state = "over"
    return Lasting(state, begins, ends)
