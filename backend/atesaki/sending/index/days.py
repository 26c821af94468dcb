"""Reads the daily figures: volumes, what became of held messages, rules and clients, between two days."""

import datetime as dt
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, func, select

from atesaki.sending.index.names import ZONE
from atesaki.storage.engine import Store
from atesaki.storage.index_tables import day_figures, index_names, rule_days

_TOTALS = (
    "decisions",
    "warned",
    "blocked",
    "overridden",
    "fixed",
    "cancelled",
    "people_spared",
    "disclosures_spared",
    "degraded",
)


class Totals(Struct, frozen=True):
    """Messages of one day or several; spared are the people and disclosures of messages that were fixed."""

    decisions: int = 0
    warned: int = 0
    blocked: int = 0
    overridden: int = 0
    fixed: int = 0
    cancelled: int = 0
    people_spared: int = 0
    disclosures_spared: int = 0
    degraded: int = 0

    @property
    def held(self) -> int:
        """Messages that were warned about or stopped."""
        return self.warned + self.blocked

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(*(getattr(self, name) + getattr(other, name) for name in _TOTALS))


class RuleTotals(Struct, frozen=True):
    """What one rule did in a period; `simulated` are matches that nobody was told of."""

    rule: str
    fired: int = 0
    overridden: int = 0
    fixed: int = 0
    cancelled: int = 0
    simulated: int = 0


class ClientTotals(Struct, frozen=True):
    """How much one client asked in a period, and the last day it ever asked."""

    client: str
    decisions: int
    last_day: dt.date


class DayFigures:
    """The figures between two days, both included, in the organization's time zone; every method blocks."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def days(self, first: dt.date, last: dt.date) -> dict[dt.date, Totals]:
        """Return the totals of each day that had any."""
        columns = [func.sum(day_figures.c[name]).label(name) for name in _TOTALS]
        query = select(day_figures.c.day, *columns).group_by(day_figures.c.day)
        with self._store.read() as connection:
            rows = connection.execute(query.where(_between(day_figures.c.day, first, last))).all()
        return {dt.date.fromisoformat(row.day): _totals(row) for row in rows}

    def zones(self) -> frozenset[str]:
        """Return the time zones in which days were counted: another one where it was changed since."""
        query = select(index_names.c.name).where(index_names.c.kind == ZONE)
        with self._store.read() as connection:
            return frozenset(connection.scalars(query))

    def rules(self, first: dt.date, last: dt.date) -> list[RuleTotals]:
        """Return what each rule did, the busiest first."""
        columns = [func.sum(rule_days.c[name]).label(name) for name in ("fired", "overridden", "fixed", "cancelled")]
        query = (
            select(index_names.c.name, rule_days.c.mode, *columns)
            .join(index_names, index_names.c.id == rule_days.c.rule)
            .where(_between(rule_days.c.day, first, last))
            .group_by(index_names.c.name, rule_days.c.mode)
        )
        with self._store.read() as connection:
            rows = connection.execute(query).all()
        simulated = {row.name: int(row.fired) for row in rows if row.mode == "simulate"}
        enforced = {row.name: row for row in rows if row.mode != "simulate"}
        found = [_rule(name, enforced.get(name), simulated.get(name, 0)) for name in enforced | simulated]
        return sorted(found, key=lambda rule: (-rule.fired, -rule.simulated, rule.rule))

    def apps(self) -> frozenset[str]:
        """Return the names of all clients that ever asked."""
        with self._store.read() as connection:
            return frozenset(connection.scalars(select(day_figures.c.client).distinct()))

    def clients(self, first: dt.date, last: dt.date) -> list[ClientTotals]:
        """Return every client that ever asked, with what it asked in the period."""
        everything = select(day_figures.c.client, func.max(day_figures.c.day).label("day")).group_by("client")
        within = (
            select(day_figures.c.client, func.sum(day_figures.c.decisions).label("decisions"))
            .where(_between(day_figures.c.day, first, last))
            .group_by("client")
        )
        with self._store.read() as connection:
            asked = {row.client: int(row.decisions) for row in connection.execute(within)}
            rows = connection.execute(everything.order_by(day_figures.c.client)).all()
        return [ClientTotals(row.client, asked.get(row.client, 0), dt.date.fromisoformat(row.day)) for row in rows]


def _between(column: Any, first: dt.date, last: dt.date) -> Any:  # noqa: ANN401  # SQLAlchemy's expressions.
    return column.between(first.isoformat(), last.isoformat())


def _totals(row: Row[Any]) -> Totals:
    return Totals(*(int(getattr(row, name)) for name in _TOTALS))


def _rule(name: str, row: Row[Any] | None, simulated: int) -> RuleTotals:
    if row is None:
        return RuleTotals(name, simulated=simulated)
    return RuleTotals(name, int(row.fired), int(row.overridden), int(row.fixed), int(row.cancelled), simulated)
