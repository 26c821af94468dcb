"""Writes a batch into the index in one short transaction with its cursor, so that a kill loses and doubles nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from atesaki.sending.index import records
from atesaki.sending.index.derive import Derived
from atesaki.sending.index.names import ZONE, Names
from atesaki.sending.index.records import Batch, Event
from atesaki.sending.index.tally import Counted, Tally
from atesaki.storage.engine import Store
from atesaki.storage.index_tables import (
    day_figures,
    decision_features,
    decision_findings,
    decision_index,
    decision_recipients,
    index_cursors,
    rule_days,
)
from atesaki.storage.tables import personal

_COUNTED = tuple(decision_index.c[name] for name in Counted._fields)
_FATE = ("released", "released_at", "outcome", "outcome_at")
_Matched = Mapping[str, Collection[tuple[str, str]]]
"""Names and modes of the rules that matched, by decision."""


class Writer:
    """Writes batches; names and their numbers are remembered."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._names = Names(store)

    def counts_in(self, zone: str, *, only: bool = False) -> None:
        """Remember in which time zone days are counted; `only` where no day was counted in another."""
        self._names.learn(ZONE, [zone])
        if only:
            self._names.forget_zones(but=zone)

    def write(self, batch: Batch, found: Sequence[Derived], events: Sequence[Event]) -> bool:
        """Write a batch with the events that belong to it; returns false where it is to be read anew.

        That is where another process has indexed it, or personal data was erased meanwhile.
        """
        matched = self._matched(found, events)
        self._names.learn("rule", (rule for rules in matched.values() for rule, _ in rules))
        self._names.learn("revision", (each.decided.body.policy_revision for each in found))
        self._names.learn("department", (each.department for each in found if each.department))
        with self._store.write() as connection:
            if not (_is_unchanged(connection, batch.blobs) and _advance(connection, batch)):
                return False
            found = _numbered(connection, found)
            tally = Tally()
            self._insert(connection, found, tally)
            self._apply(connection, events, matched, tally)
            _save(connection, tally)
        return True

    def _insert(self, connection: Connection, found: Sequence[Derived], tally: Tally) -> None:
        _add(connection, decision_index, [self._row(each) for each in found])
        recipients = [{"recipient": who, "number": each.number} for each in found for who in each.recipients]
        _add(connection, decision_recipients, recipients)
        findings = [
            {"rule": self._names.number("rule", rule), "number": each.number, "mode": mode, "action": action}
            for each in found
            for rule, (mode, action) in _strictest(each).items()
        ]
        _add(connection, decision_findings, findings)
        features = [{"number": each.number, "features": each.features} for each in found if each.features is not None]
        _add(connection, decision_features, features)
        for each in found:
            tally.add(_counted(each), self._rules(each.findings))

    def _row(self, each: Derived) -> dict[str, Any]:
        body = each.decided.body
        return {
            **_counted(each)._asdict(),
            "number": each.number,
            "decision_id": body.decision_id,
            "recorded_at": each.decided.recorded_at,
            "release": body.release,
            "moment": body.client.moment,
            "assurance": body.assurance,
            "revision": self._names.number("revision", body.policy_revision),
            "department": self._names.number("department", each.department) if each.department else None,
            "sender": each.sender,
            "recipients": sum(sum(audiences.values()) for audiences in body.recipients.values()),
        }

    def _rules(self, findings: Iterable[tuple[str, str]]) -> list[tuple[int, str]]:
        return [(self._names.number("rule", rule), mode) for rule, mode in findings]

    def _apply(self, connection: Connection, events: Sequence[Event], matched: _Matched, tally: Tally) -> None:
        """Write down what became of decisions; of one that isn't indexed yet, that is done when it is."""
        by_decision: dict[str, list[Event]] = {}
        for event in sorted(events, key=lambda event: event.at):
            by_decision.setdefault(event.decision_id, []).append(event)
        if not by_decision:
            return
        query = select(decision_index.c.number, decision_index.c.decision_id, *_COUNTED)
        rows = connection.execute(query.where(decision_index.c.decision_id.in_(by_decision))).all()
        changes = []
        for row in rows:
            before = Counted._make(row[2:])
            after = _after(before, by_decision[row.decision_id])
            tally.replace(before, after, self._rules(matched.get(row.decision_id, ())))
            changes.append({"which": row.number, **_fate_columns(after)})
        if changes:
            changed: dict[str, Any] = {name: bindparam(name) for name in _FATE}
            connection.execute(
                update(decision_index).where(decision_index.c.number == bindparam("which")).values(changed), changes
            )

    def _matched(self, found: Sequence[Derived], events: Iterable[Event]) -> _Matched:
        """Return what matched in the new decisions, and in those older ones that something became of."""
        new: dict[str, Collection[tuple[str, str]]] = {each.decided.body.decision_id: each.findings for each in found}
        old = sorted({event.decision_id for event in events} - new.keys())
        if not old:
            return new
        with self._store.read() as connection:
            bodies = records.bodies_of(connection, old)
        return {**new, **{name: records.rules_in(body) for name, body in bodies.items()}}


def cursors_of(connection: Connection) -> dict[str, int]:
    """Return how far each stream is indexed."""
    rows = connection.execute(select(index_cursors.c.stream, index_cursors.c.position))
    return {row.stream: row.position for row in rows}


def _is_unchanged(connection: Connection, blobs: Mapping[str, bytes]) -> bool:
    """Tell whether all personal data still stands as it was read, and see to it that it stays until the commit."""
    query = select(personal.c.record_id, personal.c.blob).where(personal.c.record_id.in_(blobs))
    rows = connection.execute(query.with_for_update(read=True))
    return {row.record_id: row.blob for row in rows} == blobs


def _advance(connection: Connection, batch: Batch) -> bool:
    """Move the cursor of the stream on, where it still stands at the beginning of the batch."""
    if batch.start == 0:
        start = {"stream": batch.stream, "position": 0}
        _upsert(connection, index_cursors, [start], {})
    moved = update(index_cursors).where(index_cursors.c.stream == batch.stream, index_cursors.c.position == batch.start)
    return connection.execute(moved.values(position=batch.end)).rowcount == 1


def _numbered(connection: Connection, found: Sequence[Derived]) -> list[Derived]:
    """Give decisions that share a number, which hardly ever happens, the next free ones."""
    wanted = [each.number for each in found]
    taken = set(connection.scalars(select(decision_index.c.number).where(decision_index.c.number.in_(wanted))))
    numbered = []
    for each in found:
        number = each.number
        while number in taken:
            number += 1
        taken.add(number)
        numbered.append(each._replace(number=number))
    return numbered


def _counted(each: Derived) -> Counted:
    body = each.decided.body
    return Counted(
        day=each.day,
        client=body.client.app,
        action=body.action.value,
        people=body.people,
        disclosures=body.exposure.disclosures,
        degraded=body.degraded,
        counted=each.counted,
        released=None,
        released_at=None,
        outcome=None,
        outcome_at=None,
    )


def _strictest(each: Derived) -> dict[str, tuple[str, str]]:
    """Return mode and action of each rule once; where it was both, enforced."""
    found = sorted(each.findings.items(), key=lambda item: item[0][1] == "enforce")
    return {rule: (mode, action) for (rule, mode), action in found}


def _after(before: Counted, events: Iterable[Event]) -> Counted:
    for event in events:
        if event.at >= (getattr(before, f"{event.kind}_at") or 0):
            changes: dict[str, Any] = {event.kind: event.value, f"{event.kind}_at": event.at}
            before = before._replace(**changes)
    return before


def _fate_columns(decision: Counted) -> dict[str, object]:
    return {name: getattr(decision, name) for name in _FATE}


def _save(connection: Connection, tally: Tally) -> None:
    rules = [
        {"day": day, "rule": rule, "mode": mode, **_filled(rule_days, changes)}
        for (day, rule, mode), changes in tally.rules.items()
        if any(changes.values())
    ]
    days = [
        {"day": day, "client": client, **_filled(day_figures, changes)}
        for (day, client), changes in tally.days.items()
        if any(changes.values())
    ]
    for table, rows in ((rule_days, rules), (day_figures, days)):
        _upsert(connection, table, rows, {name: table.c[name] for name in _figures(table)})


def _figures(table: Table) -> list[str]:
    return [column.name for column in table.columns if not column.primary_key]


def _filled(table: Table, changes: Mapping[str, int]) -> dict[str, int]:
    return {name: int(changes.get(name, 0)) for name in _figures(table)}


def _add(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], added: Mapping[str, Any]) -> None:
    """Insert rows; of one that is there, add to the given columns."""
    if not rows:
        return
    statement = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)
    keys = [column.name for column in table.primary_key]
    if not added:
        connection.execute(statement.on_conflict_do_nothing(index_elements=keys), rows)
        return
    summed = {name: column + statement.excluded[name] for name, column in added.items()}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=summed), rows)
