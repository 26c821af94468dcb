"""Deletes personal data when its time is over: first says of each record when that is, then deletes what is due."""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from atesaki.clock import Clock, utc_now
from atesaki.journal.columns import FIELDS, read_personal
from atesaki.journal.retention import delete_personal
from atesaki.judgement.address import mailbox_key
from atesaki.judgement.facts import Handling, RosterHit
from atesaki.recorder import Recorder
from atesaki.sending import record
from atesaki.sending.rights import kept
from atesaki.sending.rights.exclusive import changing
from atesaki.sending.rights.guard import guard, held_among, rosters_of
from atesaki.sending.rights.index import forget_decisions
from atesaki.sending.rights.kept import Kept
from atesaki.sending.rights.periods import Plan, Retention, class_of
from atesaki.storage.engine import Store, micros, moment
from atesaki.storage.rights_tables import erasures, expired_counts, legal_holds, retention_cursors
from atesaki.storage.tables import one_time_links, personal, records, rosters, sessions, streams, trials

PLANNED_AT_ONCE = 500
DELETED_AT_ONCE = 100
MOST_REST = 1.0
HELD_FOR = dt.timedelta(days=1)
"""What is under a hold is looked at again after this time."""

TOLD_EVERY = dt.timedelta(hours=1)
"""How long a deletion may stand without its count in the journal."""

FindsHits = Callable[[Sequence[str]], Mapping[str, tuple[RosterHit, ...]]]


class Expiry:
    """Plans and deletes in small transactions; every method blocks."""

    def __init__(
        self, store: Store, retention: Retention, record: Recorder, hits: FindsHits, clock: Clock = utc_now
    ) -> None:
        self._store = store
        self._retention = retention
        self._record = record
        self._hits = hits
        self._clock = clock

    def turn(self, stopped: Callable[[], bool] = lambda: False) -> None:
        """Plan what is new, delete what is due, tell the journal."""
        plan = self._retention.plan()
        while not stopped() and self._plan_some(plan):
            pass
        while not stopped() and self._deleted_at_leisure():
            pass
        self._forget_what_is_over(plan)
        self.tell()

    def _plan_some(self, plan: Plan) -> bool:
        """Set the expiry of the next records; return whether there may be more."""
        with self._store.read() as connection:
            place = _next_place(connection, plan)
            if place is None:
                return False
            rows = _page(connection, *place, whole=plan.asks_for_rosters)
            handlings = {
                row.name: row.handling for row in connection.execute(select(rosters.c.name, rosters.c.handling))
            }
        stream, start = place
        end = rows[-1].position + 1 if rows else start
        touched = self._touched(rows, handlings) if plan.asks_for_rosters else {}
        due = [
            (row, plan.expires_at(row.kind, row.recorded_at, touched.get(row.record_id, ())))
            for row in rows
            if row.kept is not None
        ]
        changes = [{"which": row.record_id, "at": at} for row, at in due if row.expires_at != at]
        with self._store.write() as connection:
            if changes:
                one = update(personal).where(personal.c.record_id == bindparam("which"))
                connection.execute(one.values(expires_at=bindparam("at")), changes)
            _move(connection, stream, end, plan)
        return bool(rows)

    def _touched(self, rows: Sequence[Any], handlings: Mapping[str, Handling]) -> dict[str, set[Handling]]:
        """Return the handlings of the rosters that each record is about: by its findings, and by its recipients."""
        about = self._about(rows)
        keys = {name: {mailbox_key(text) for text in _recipients(each.blob)} for name, each in about.items()}
        hits = self._hits(list(set[str]().union(*keys.values()))) if any(keys.values()) else {}
        touched = {}
        for name, each in about.items():
            named = {handlings[roster] for roster in rosters_of(each.body) if roster in handlings}
            touched[name] = named | {hit.handling for key in keys[name] for hit in hits.get(key, ())}
        return touched

    def _about(self, rows: Sequence[Any]) -> dict[str, Any]:
        """Return the decision that each record is, or belongs to."""
        there = [row for row in rows if row.kept is not None]
        about = {row.record_id: row for row in there if row.kind == record.KIND}
        said = [row for row in there if class_of(row.kind) == "release"]
        with self._store.read() as connection:
            found = kept.decisions(connection, {row.subject for row in said})
        return about | {row.record_id: found[row.subject] for row in said if row.subject in found}

    def _deleted_at_leisure(self) -> int:
        """Delete some, then rest as long as that took: on SQLite, whoever sends waits for it."""
        started = time.monotonic()
        looked_at = self.delete_some()
        if looked_at:
            time.sleep(min(MOST_REST, time.monotonic() - started))
        return looked_at

    def _forget_what_is_over(self, plan: Plan) -> None:
        """Delete requests and holds as old as the journal forgets who asked, and what names people and has ended."""
        at = micros(self._clock())
        oldest = 2 * at - plan.expires_at("erasure.requested", at, ())
        with self._store.write() as connection:
            connection.execute(delete(erasures).where(erasures.c.ended_at < oldest))
            connection.execute(delete(legal_holds).where(legal_holds.c.lifted_at < oldest))
            for table in (trials, sessions, one_time_links):
                connection.execute(delete(table).where(table.c.expires_at <= at))

    def delete_some(self, limit: int = DELETED_AT_ONCE) -> int:
        """Delete what is due and under no hold; return how many records were looked at."""
        now = self._clock()
        with changing(self._store) as connection:
            due = kept.expired(connection, micros(now), limit)
            if not due:
                return 0
            held = set(held_among(connection, guard(connection), due))
            gone = [each for each in due if each.record_id not in held]
            later = update(personal).where(personal.c.record_id.in_(held))
            connection.execute(later.values(expires_at=micros(now + HELD_FOR)))
            delete_personal(connection, [each.record_id for each in gone])
            forget_decisions(connection, [each.subject for each in gone if each.kind == record.KIND])
            _count(connection, gone, micros(now))
        return len(due)

    def tell(self, *, at_once: bool = False) -> None:
        """Record what was deleted, by kind of record: once an hour, so that the journal isn't about itself."""
        now = self._clock()
        with self._store.read() as connection:
            rows = connection.execute(select(expired_counts)).all()
        if not rows or not (at_once or now - moment(min(row.since for row in rows)) >= TOLD_EVERY):
            return
        counts = {row.kind: row.count for row in rows}
        body = {"since": moment(min(row.since for row in rows)), "until": now, "counts": counts}
        self._record("personal_data.expired", "journal", body, None)
        with self._store.write() as connection:
            for row in rows:
                one = update(expired_counts).where(expired_counts.c.kind == row.kind)
                connection.execute(one.values(count=expired_counts.c.count - row.count, since=micros(now)))
            connection.execute(delete(expired_counts).where(expired_counts.c.count <= 0))


def _next_place(connection: Connection, plan: Plan) -> tuple[str, int] | None:
    """Return the stream and position from which on nothing is planned after this plan yet."""
    done = retention_cursors
    query = select(streams.c.stream, streams.c.size, done.c.position, done.c.plan)
    for row in connection.execute(query.outerjoin(done, done.c.stream == streams.c.stream).order_by(streams.c.stream)):
        start = row.position if row.plan == plan.name else 0
        if start < row.size:
            return row.stream, start
    return None


def _page(connection: Connection, stream: str, start: int, *, whole: bool) -> Sequence[Any]:
    columns = (records.c.position, records.c.record_id, records.c.kind, records.c.subject, records.c.recorded_at)
    contents = (records.c.body, personal.c.blob) if whole else ()
    query = (
        select(*columns, *contents, personal.c.record_id.label("kept"), personal.c.expires_at)
        .outerjoin(personal, personal.c.record_id == records.c.record_id)
        .where(records.c.stream == stream, records.c.position >= start)
    )
    return connection.execute(query.order_by(records.c.position).limit(PLANNED_AT_ONCE)).all()


def _move(connection: Connection, stream: str, position: int, plan: Plan) -> None:
    values = {"stream": stream, "position": position, "plan": plan.name}
    statement = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(retention_cursors)
    connection.execute(statement.values(values).on_conflict_do_update(index_elements=["stream"], set_=values))


def _count(connection: Connection, gone: Iterable[Kept], now: int) -> None:
    statement = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(expired_counts)
    added = statement.on_conflict_do_update(
        index_elements=["kind"], set_={"count": expired_counts.c.count + statement.excluded["count"]}
    )
    counts: dict[str, int] = {}
    for each in gone:
        counts[each.kind] = counts.get(each.kind, 0) + 1
    if counts:
        connection.execute(added, [{"kind": kind, "count": count, "since": now} for kind, count in counts.items()])


def _recipients(blob: bytes) -> list[str]:
    """Return the addresses; none of what somebody altered, which then expires as its class does."""
    try:
        content = read_personal(blob)
        return [str(each["address"]) for name in FIELDS for each in content.get(name) or ()]
    except (msgspec.MsgspecError, UnicodeDecodeError, LookupError, TypeError):
        return []


def waiting(connection: Connection) -> int:
    """Return how many deletions are not in the journal yet."""
    return connection.scalar(select(func.coalesce(func.sum(expired_counts.c.count), 0))) or 0
