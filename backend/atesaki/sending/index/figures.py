"""Reads the figures: how often rules matched, and what became of the messages."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import RowMapping, func, select

from atesaki.clock import Clock, utc_now
from atesaki.judgement.facts import Organization
from atesaki.storage.engine import Store
from atesaki.storage.index_tables import index_names, rule_days


class Figures(Struct, frozen=True):
    """What a rule did: messages that it matched, and how many of those were sent all the same, fixed or given up.

    `simulated` are matches while the rule was only tried out; nobody was told of them.
    """

    fired: int = 0
    overridden: int = 0
    fixed: int = 0
    cancelled: int = 0
    simulated: int = 0


class RuleFigures:
    """The figures of rules over the last days, today included, in the organization's time zone."""

    def __init__(self, store: Store, organization: Callable[[], Organization], clock: Clock = utc_now) -> None:
        self._store = store
        self._organization = organization
        self._clock = clock

    def last_days(self, days: int) -> Mapping[tuple[str, str], Figures]:
        """Return the figures by policy and rule; a rule that never matched is left out. Blocks."""
        today = self._clock().astimezone(ZoneInfo(self._organization().time_zone)).date()
        first = (today - dt.timedelta(days=days - 1)).isoformat()
        names = (rule_days.c.fired, rule_days.c.overridden, rule_days.c.fixed, rule_days.c.cancelled)
        query = (
            select(index_names.c.name, rule_days.c.mode, *(func.sum(column).label(column.name) for column in names))
            .join(index_names, index_names.c.id == rule_days.c.rule)
            .where(rule_days.c.day >= first)
            .group_by(index_names.c.name, rule_days.c.mode)
        )
        counted: dict[tuple[str, str], Counter[str]] = {}
        with self._store.read() as connection:
            for row in connection.execute(query).mappings():
                policy, _, rule = row["name"].partition(".")
                counted.setdefault((policy, rule), Counter()).update(_told(row))
        return {name: Figures(**counts) for name, counts in counted.items()}


def _told(row: RowMapping) -> dict[str, int]:
    if row["mode"] == "simulate":
        return {"simulated": int(row["fired"])}
    return {name: int(row[name]) for name in ("fired", "overridden", "fixed", "cancelled")}
