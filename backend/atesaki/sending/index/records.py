"""Reads from the journal what the index is derived from; what can't be read is passed over."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec
import structlog
from msgspec import Struct
from sqlalchemy import Connection, Row, select

from atesaki.journal.columns import read_personal
from atesaki.judgement.decision import Action, Exposure, Release
from atesaki.judgement.message import ItemKind, ReadField, Recipient, Sender, ThreadKind
from atesaki.sending import outcome, record, release
from atesaki.sending.outcome import Outcome
from atesaki.sending.record import RecordedFinding
from atesaki.sending.second_check_records import GRANTED
from atesaki.storage.tables import personal, records, streams

KINDS = (record.KIND, outcome.KIND, release.KIND, GRANTED)

_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError)
"""What decoding raises; of bytes that are no text it is not an error of msgspec."""

_log = structlog.get_logger(__name__)


class Client(Struct, frozen=True):
    """Which client asked, and when."""

    app: str
    moment: Literal["send", "compose"] = "send"


class Use(Struct, frozen=True):
    """The release that let a message go."""

    decision_id: str


class Body(Struct, frozen=True):
    """What the index takes from the body of `decision.recorded`."""

    decision_id: str
    action: Action
    release: Release | None
    findings: tuple[RecordedFinding, ...]
    exposure: Exposure
    people: int
    recipients: Mapping[str, Mapping[str, int]]
    policy_revision: str
    client: Client
    assurance: str
    item: ItemKind
    thread: ThreadKind
    truncated: tuple[ReadField, ...]
    stale: tuple[str, ...]
    degraded: bool
    released_by: Use | None
    expires_at: dt.datetime
    lists: int = 0


class Personal(Struct, frozen=True):
    """What it takes from the personal side, while that exists."""

    sender: Sender
    to: tuple[Recipient, ...]
    cc: tuple[Recipient, ...]
    bcc: tuple[Recipient, ...]
    subject: str | None
    attachments: tuple[str, ...]


class Decided(NamedTuple):
    """A decision as the journal holds it."""

    recorded_at: int
    body: Body
    personal: Personal | None


class Event(NamedTuple):
    """What became of a decision: an outcome that was reported, or a release."""

    decision_id: str
    kind: Literal["outcome", "released"]
    value: str
    at: int


class _DecisionRecord(Struct, frozen=True):
    body: Body


class _Outcome(Struct, frozen=True):
    decision_id: str
    outcome: Outcome


class _OutcomeRecord(Struct, frozen=True):
    body: _Outcome


class _Released(Struct, frozen=True):
    decision_id: str
    kind: str


class _ReleaseRecord(Struct, frozen=True):
    body: _Released


_decision = msgspec.json.Decoder(_DecisionRecord)
_outcome = msgspec.json.Decoder(_OutcomeRecord)
_release = msgspec.json.Decoder(_ReleaseRecord)


class Batch(NamedTuple):
    """The next records of one stream: those between two positions, and what of them concerns the index.

    `blobs` is the personal data that was read, by record.
    """

    stream: str
    start: int
    end: int
    decided: list[Decided]
    events: list[Event]
    blobs: dict[str, bytes]


def streams_of(connection: Connection) -> dict[str, int]:
    """Return how many records each stream has."""
    return {row.stream: row.size for row in connection.execute(select(streams.c.stream, streams.c.size))}


def batch_of(connection: Connection, stream: str, start: int, limit: int) -> Batch:
    """Return up to `limit` records of a stream from position `start` on."""
    columns = (records.c.position, records.c.record_id, records.c.kind, records.c.recorded_at, records.c.body)
    query = (
        select(*columns, personal.c.blob)
        .outerjoin(personal, personal.c.record_id == records.c.record_id)
        .where(records.c.stream == stream, records.c.position >= start)
        .order_by(records.c.position)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    decided = [found for row in rows if row.kind == record.KIND and (found := _decided(row)) is not None]
    uses = [_use_of(each) for each in decided if each.body.released_by is not None]
    end = rows[-1].position + 1 if rows else start
    blobs = {row.record_id: row.blob for row in rows if row.kind == record.KIND and row.blob is not None}
    return Batch(stream, start, end, decided, [*events_of(rows), *filter(None, uses)], blobs)


def events_of(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Event]:
    """Return what the records of these rows say of earlier decisions."""
    return [event for row in rows if (event := _event(row)) is not None]


def earlier_events(connection: Connection, decision_ids: Sequence[str], cursors: Mapping[str, int]) -> list[Event]:
    """Return events of these decisions in streams that were read beyond them before the decisions themselves."""
    query = select(records.c.stream, records.c.position, records.c.kind, records.c.recorded_at, records.c.body).where(
        records.c.subject.in_(decision_ids), records.c.kind.in_(KINDS[1:])
    )
    rows = connection.execute(query).all()
    return events_of(row for row in rows if row.position < cursors.get(row.stream, 0))


def bodies_of(connection: Connection, decision_ids: Sequence[str]) -> dict[str, Body]:
    """Return the bodies of decisions by their ids."""
    query = select(records.c.body).where(records.c.subject.in_(decision_ids), records.c.kind == record.KIND)
    bodies = (_body(body) for body in connection.execute(query).scalars())
    return {body.decision_id: body for body in bodies if body is not None}


def _body(body: bytes) -> Body | None:
    # A decision that was changed since it was indexed must not hold up all that is recorded after it.
    try:
        return _decision.decode(body).body
    except _UNREADABLE:
        return None


def rules_in(body: Body) -> list[tuple[str, str]]:
    """Return the rules that matched, each once, with their modes."""
    return list(dict.fromkeys((f"{each.policy}.{each.rule}", each.mode) for each in body.findings))


def _decided(row: Row[*tuple[Any, ...]]) -> Decided | None:
    try:
        body = _decision.decode(row.body).body
        found = None if row.blob is None else msgspec.convert(read_personal(row.blob), Personal)
    except _UNREADABLE as error:
        _log.warning("index.record_passed_over", position=row.position, error=type(error).__name__)
        return None
    return Decided(row.recorded_at, body, found)


def _use_of(decided: Decided) -> Event | None:
    use = decided.body.released_by
    return None if use is None else Event(use.decision_id, "outcome", "sent_anyway", decided.recorded_at)


def _event(row: Row[*tuple[Any, ...]]) -> Event | None:
    try:
        if row.kind == outcome.KIND:
            reported = _outcome.decode(row.body).body
            return Event(reported.decision_id, "outcome", reported.outcome, row.recorded_at)
        if row.kind in {release.KIND, GRANTED}:
            released = _release.decode(row.body).body
            return Event(released.decision_id, "released", released.kind, row.recorded_at)
    except _UNREADABLE as error:
        _log.warning("index.record_passed_over", position=row.position, error=type(error).__name__)
    return None
