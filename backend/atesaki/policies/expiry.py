"""What comes to an end soon: rules with a last day and exemptions, so that somebody is reminded in time."""

import datetime as dt
from collections.abc import Iterator
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from atesaki.judgement.facts import Organization
from atesaki.judgement.policy import Rule
from atesaki.judgement.policy_set import PolicySet

REMIND_DAYS = 30
"""How many days ahead, and how many days afterwards, people are reminded."""


class Ending(Struct, frozen=True, kw_only=True):
    """A rule, or an exemption from one, that ends; `days` are those left after today, below 0 once it is over.

    `place` is the exemption's place in its rule, `None` where the rule itself ends.
    """

    policy: str
    rule: str
    until: dt.date
    days: int
    place: int | None = None
    exemption: str | None = None
    owner: str | None = None

    @property
    def what(self) -> Literal["rule", "exemption"]:
        """What ends."""
        return "rule" if self.place is None else "exemption"

    @property
    def over(self) -> bool:
        """Whether the last day has passed."""
        return self.days < 0


def today_in(organization: Organization, now: dt.datetime) -> dt.date:
    """Return the organization's date, by which rules and exemptions end."""
    return now.astimezone(ZoneInfo(organization.time_zone)).date()


def endings(policy_set: PolicySet, today: dt.date, days: int = REMIND_DAYS) -> list[Ending]:
    """Return what ends within so many days, or ended within as many, the earliest first."""
    found = [ending for (policy, _), rule in policy_set.index.items() for ending in _of_rule(policy, rule, today)]
    near = [ending for ending in found if abs(ending.days) <= days]
    return sorted(near, key=lambda ending: (ending.until, ending.policy, ending.rule, ending.place or 0))


def _of_rule(policy: str, rule: Rule, today: dt.date) -> Iterator[Ending]:
    if rule.active.until is not None:
        until = rule.active.until
        yield Ending(policy=policy, rule=rule.id, until=until, days=(until - today).days)
    for place, exemption in enumerate(rule.exemptions):
        yield Ending(
            policy=policy,
            rule=rule.id,
            until=exemption.until,
            days=(exemption.until - today).days,
            place=place,
            exemption=exemption.id,
            owner=exemption.owner,
        )
