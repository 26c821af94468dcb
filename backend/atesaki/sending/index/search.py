"""Finds decisions by what the index holds of them: newest first, page by page, people by their keyed hash."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Row, Select, select

from atesaki.sending.index.keys import first_number_at
from atesaki.storage.engine import Store, micros, moment
from atesaki.storage.index_tables import decision_findings, decision_index, decision_recipients, index_names

_PLAIN = ("action", "release", "client", "assurance", "outcome")
_IDS_AT_ONCE = 1_000
_NAMED = ("rule", "revision", "department")

NamedKind = str
"""What a name in `index_names` is the name of: `rule`, `revision` or `department`."""


class Filters(Struct, frozen=True, kw_only=True):
    """What to look for; every given key must hold. `since` is included, `until` is not.

    `sender` and `recipient` are keyed hashes (`keys.address_hash`), `rule` is `policy.rule`,
    `outcome` is one of those that clients report, or `released` for a message that its sender let go.
    """

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    sender: bytes | None = None
    recipient: bytes | None = None
    rule: str | None = None
    revision: str | None = None
    action: str | None = None
    release: str | None = None
    outcome: str | None = None
    client: str | None = None
    assurance: str | None = None
    department: str | None = None


class Match(NamedTuple):
    """A rule that matched in a decision."""

    rule: str
    mode: str
    action: str


class Found(NamedTuple):
    """One decision as the index knows it; `number` is the cursor of its page."""

    number: int
    decision_id: str
    recorded_at: dt.datetime
    action: str
    release: str | None
    client: str
    assurance: str
    department: str
    revision: str
    recipients: int
    people: int
    disclosures: int
    degraded: bool
    released: str | None
    outcome: str | None
    matches: tuple[Match, ...]


class DecisionSearch:
    """Looks decisions up in the index; every method blocks."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def page(self, filters: Filters, *, limit: int = 50, before: int | None = None) -> list[Found]:
        """Return matching decisions, newest first; `before` is the number of the last one of the page before."""
        with self._store.read() as connection:
            query = _query(connection, filters, before)
            return [] if query is None else _found(connection, connection.execute(query.limit(limit)).all())

    def ids(self, filters: Filters) -> Iterator[str]:
        """Yield the ids of all matching decisions, newest first, in short transactions."""
        before: int | None = None
        while found := self.page(filters, limit=_IDS_AT_ONCE, before=before):
            yield from (each.decision_id for each in found)
            before = found[-1].number

    def names(self, kind: NamedKind) -> list[str]:
        """Return all names of a kind that decisions were recorded with, in their order."""
        query = select(index_names.c.name).where(index_names.c.kind == kind).order_by(index_names.c.name)
        with self._store.read() as connection:
            return [name for name in connection.scalars(query) if name]


def _query(connection: Connection, filters: Filters, before: int | None) -> Select[Any] | None:
    """Return the query, `None` where a name was never recorded and so nothing can match."""
    named = {kind: _number(connection, kind, name) for kind in _NAMED if (name := getattr(filters, kind)) is not None}
    if None in named.values():
        return None
    query = select(decision_index).where(*_plain(filters))
    order: ColumnElement[int] = decision_index.c.number
    if (rule := named.pop("rule", None)) is not None:
        order = decision_findings.c.number
        query = query.join(decision_findings, order == decision_index.c.number)
        query = query.where(decision_findings.c.rule == rule)
    if filters.recipient is not None:
        order = decision_recipients.c.number
        query = query.join(decision_recipients, order == decision_index.c.number)
        query = query.where(decision_recipients.c.recipient == filters.recipient)
    query = query.where(*(decision_index.c[kind] == number for kind, number in named.items()))
    # In the order of the narrowest table: its key gives it, and nothing has to be sorted.
    return query.where(*_span(order, filters, before)).order_by(order.desc())


def _plain(filters: Filters) -> list[ColumnElement[bool]]:
    column = decision_index.c
    found = [column[name] == value for name in _PLAIN if (value := getattr(filters, name)) not in {None, "released"}]
    if filters.outcome == "released":
        found.append(column.released.is_not(None))
    if filters.sender is not None:
        found.append(column.sender == filters.sender)
    return found


def _span(order: ColumnElement[int], filters: Filters, before: int | None) -> list[ColumnElement[bool]]:
    found = [order < before] if before is not None else []
    if filters.since is not None:
        found.append(order >= first_number_at(micros(filters.since)))
    if filters.until is not None:
        found.append(order < first_number_at(micros(filters.until)))
    return found


def _number(connection: Connection, kind: NamedKind, name: str) -> int | None:
    query = select(index_names.c.id).where(index_names.c.kind == kind, index_names.c.name == name)
    return connection.execute(query).scalar()


def _found(connection: Connection, rows: Sequence[Row[Any]]) -> list[Found]:
    matches = _matches(connection, [row.number for row in rows])
    ids = {row.revision for row in rows} | {row.department for row in rows if row.department is not None}
    query = select(index_names.c.id, index_names.c.name).where(index_names.c.id.in_(ids))
    names = {row.id: row.name for row in connection.execute(query)}
    return [
        Found(
            number=row.number,
            decision_id=row.decision_id,
            recorded_at=moment(row.recorded_at),
            action=row.action,
            release=row.release,
            client=row.client,
            assurance=row.assurance,
            department=names.get(row.department, ""),
            revision=names.get(row.revision, ""),
            recipients=row.recipients,
            people=row.people,
            disclosures=row.disclosures,
            degraded=row.degraded,
            released=row.released,
            outcome=row.outcome,
            matches=tuple(matches.get(row.number, ())),
        )
        for row in rows
    ]


def _matches(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Match]]:
    query = (
        select(decision_findings.c.number, index_names.c.name, decision_findings.c.mode, decision_findings.c.action)
        .join(index_names, index_names.c.id == decision_findings.c.rule)
        .where(decision_findings.c.number.in_(numbers))
        .order_by(decision_findings.c.number, index_names.c.name)
    )
    found: dict[int, list[Match]] = {}
    for row in connection.execute(query):
        found.setdefault(row.number, []).append(Match(row.name, row.mode, row.action))
    return found
