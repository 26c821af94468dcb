"""Counts decisions into figures: what a decision adds, and what changes when its outcome comes in."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

from atesaki.judgement.decision import Action

Fate = Literal["overridden", "fixed", "cancelled"]


class Counted(NamedTuple):
    """What the figures are made of: a decision and, as far as known, what became of it."""

    day: str
    client: str
    action: str
    people: int
    disclosures: int
    degraded: bool
    counted: bool
    released: str | None
    released_at: int | None
    outcome: str | None
    outcome_at: int | None

    @property
    def fate(self) -> Fate | None:
        """What became of the held message; whatever was reported last counts."""
        held = self.action != Action.ALLOW
        if not held:
            return None
        if self.outcome in {"fixed", "cancelled"} and (self.outcome_at or 0) > (self.released_at or 0):
            return "fixed" if self.outcome == "fixed" else "cancelled"
        return "overridden" if self.released or self.outcome in {"sent", "sent_anyway"} else None


class Tally:
    """Changes of the figures of one batch; rules by their numbers."""

    def __init__(self) -> None:
        self.rules: dict[tuple[str, int, str], Counter[str]] = {}
        self.days: dict[tuple[str, str], Counter[str]] = {}

    def add(self, decision: Counted, rules: Iterable[tuple[int, str]], sign: int = 1) -> None:
        """Count a decision in, or out again with `sign` -1; `rules` are numbers and modes of what matched."""
        fate = decision.fate
        # What was fixed while it was being written never came to Send, and is the guard's best work.
        if not decision.counted and fate != "fixed":
            return
        day = self.days.setdefault((decision.day, decision.client), Counter())
        day.update({name: sign * value for name, value in _of_day(decision, fate).items()})
        for rule, mode in rules:
            figures = self.rules.setdefault((decision.day, rule, mode), Counter())
            figures["fired"] += sign
            if fate is not None and mode == "enforce":
                figures[fate] += sign

    def replace(self, before: Counted, after: Counted, rules: Iterable[tuple[int, str]]) -> None:
        """Count a decision as it is now instead of as it was."""
        rules = tuple(rules)
        self.add(before, rules, -1)
        self.add(after, rules)


def _of_day(decision: Counted, fate: Fate | None) -> dict[str, int]:
    fixed = fate == "fixed"
    return {
        "decisions": 1,
        "warned": decision.action == Action.WARN,
        "blocked": decision.action == Action.BLOCK,
        "overridden": fate == "overridden",
        "fixed": fixed,
        "cancelled": fate == "cancelled",
        "people_spared": decision.people if fixed else 0,
        "disclosures_spared": decision.disclosures if fixed else 0,
        "degraded": decision.degraded,
    }
