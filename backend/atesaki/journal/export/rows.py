"""One row a decision, with what became of it: the columns that an auditor works with in a spreadsheet."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec
from sqlalchemy import select

from atesaki.journal.columns import FIELDS, read_personal
from atesaki.journal.export.extent import Span
from atesaki.journal.pages import Stretch, record_pages
from atesaki.journal.record import Record, read_record
from atesaki.journal.stored import Stored
from atesaki.storage.engine import Store, moment
from atesaki.storage.tables import personal, records

_ORDER = (records.c.recorded_at, records.c.position)

UNREADABLE = "unreadable"
"""Stands as the action of a record that somebody changed so that it can't be read; its row holds its place only."""

_BROKEN = (
    msgspec.MsgspecError,
    UnicodeDecodeError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""What reading a record, or a body of a form that we never write, may raise."""

DECISION, RELEASE, OUTCOME = "decision.recorded", "decision.released", "outcome.reported"
REQUESTED, GRANTED, DECLINED = "second_check.requested", "second_check.granted", "second_check.declined"
WITHDRAWN = "second_check.withdrawn"

Part = Literal["released", "outcome", "check", "asked"]
_PARTS: Mapping[str, tuple[Part, ...]] = {
    RELEASE: ("released",),
    OUTCOME: ("outcome",),
    REQUESTED: ("check", "asked"),
    # The other way to be let go stands in the same columns as the sender's own: no decision has both.
    GRANTED: ("released", "check"),
    DECLINED: ("check",),
    WITHDRAWN: ("check",),
}
"""Of what became of a decision a record tells, by its kind."""

Kind = Literal["text", "integer", "boolean", "moment"]
Cell = str | int | bool | dt.datetime | None
Later = tuple[bytes, bytes | None]
"""A record of what became of a decision, and its personal data where that is wanted."""


class Case(NamedTuple):
    """A decision with the newest release, outcome and second check that are recorded for it.

    `words` are the personal sides of these records, empty where personal data is not wanted or gone.
    """

    stored: Stored
    record: Record
    people: Mapping[str, Any]
    later: Mapping[Part, Record]
    words: Mapping[Part, Mapping[str, Any]]


class Column(NamedTuple):
    """One column; `read` gives its cell."""

    name: str
    kind: Kind
    read: Callable[[Case], Cell]


def _body(*path: str) -> Callable[[Case], Cell]:
    def read(case: Case) -> Cell:
        value: Any = case.record.body
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    return read


def _count(field: str, audience: str) -> Column:
    def read(case: Case) -> Cell:
        counts = case.record.body.get("recipients") or {}
        return int((counts.get(field) or {}).get(audience, 0))

    return Column(f"{field}_{audience}", "integer", read)


def _rules(mode: str) -> Callable[[Case], Cell]:
    def read(case: Case) -> Cell:
        found = [each for each in case.record.body.get("findings") or () if each.get("mode", "enforce") == mode]
        return ", ".join(f"{each.get('policy')}.{each.get('rule')}" for each in found)

    return read


def _rosters(case: Case) -> Cell:
    found = (each.get("roster") for each in case.record.body.get("findings") or ())
    return ", ".join(dict.fromkeys(str(name) for name in found if name))


def _unanswered(case: Case) -> Cell:
    return len((case.record.body.get("client") or {}).get("degraded") or ())


def _later(part: Part, key: str) -> Callable[[Case], Cell]:
    def read(case: Case) -> Cell:
        return case.later[part].body.get(key) if part in case.later else None

    return read


def _later_at(part: Part) -> Callable[[Case], Cell]:
    def read(case: Case) -> Cell:
        return case.later[part].recorded_at if part in case.later else None

    return read


def _check(case: Case) -> Cell:
    return case.later["check"].kind.rpartition(".")[2] if "check" in case.later else None


def _word(part: Part, key: str) -> Callable[[Case], Cell]:
    return lambda case: case.words.get(part, {}).get(key)


def _addresses(field: str) -> Callable[[Case], Cell]:
    def read(case: Case) -> Cell:
        return ", ".join(str(each.get("address", "")) for each in case.people.get(field) or ())

    return read


COLUMNS = (
    Column("recorded_at", "moment", lambda case: case.record.recorded_at),
    Column("decision_id", "text", lambda case: case.record.subject),
    Column("action", "text", _body("action")),
    Column("release", "text", _body("release")),
    Column("rules", "text", _rules("enforce")),
    Column("simulated_rules", "text", _rules("simulate")),
    Column("released", "text", _later("released", "kind")),
    Column("released_at", "moment", _later_at("released")),
    Column("shown_ms", "integer", _later("released", "shown_ms")),
    Column("outcome", "text", _later("outcome", "outcome")),
    Column("outcome_at", "moment", _later_at("outcome")),
    Column("let_go_by", "text", _body("released_by", "decision_id")),
    Column("assurance", "text", _body("assurance")),
    Column("client", "text", _body("client", "app")),
    Column("platform", "text", _body("client", "platform")),
    Column("client_version", "text", _body("client", "version")),
    Column("moment", "text", _body("client", "moment")),
    Column("item", "text", _body("item")),
    Column("thread", "text", _body("thread")),
    Column("policy_revision", "text", _body("policy_revision")),
    *(_count(field, audience) for field in FIELDS for audience in ("internal", "partner", "external")),
    Column("visible", "integer", _body("exposure", "visible")),
    Column("organizations", "integer", _body("exposure", "organizations")),
    Column("disclosures", "integer", _body("exposure", "disclosures")),
    Column("attachments", "integer", _body("attachments")),
    Column("degraded", "boolean", _body("degraded")),
    Column("stale", "text", _body("stale")),
    Column("truncated", "text", _body("truncated")),
    Column("latency_us", "integer", _body("latency_us")),
    Column("stream", "text", lambda case: case.record.stream),
    Column("position", "integer", lambda case: case.record.position),
    Column("record_id", "text", lambda case: case.record.record_id),
    Column("leaf_hash", "text", lambda case: case.stored.leaf_hash.hex()),
    # Whoever reads a table by the places of its columns keeps those that were there first.
    Column("people", "integer", _body("people")),
    Column("each", "integer", _body("each")),
    Column("lists", "integer", _body("lists")),
    Column("rosters", "text", _rosters),
    Column("second_check", "text", _check),
    Column("second_check_at", "moment", _later_at("check")),
    Column("earlier_check", "text", _body("earlier_check", "state")),
    Column("earlier_check_of", "text", _body("earlier_check", "decision_id")),
    Column("unanswered_before", "integer", _unanswered),
)

PERSONAL_COLUMNS = (
    Column("sender", "text", lambda case: (case.people.get("sender") or {}).get("address")),
    Column("sender_name", "text", lambda case: (case.people.get("sender") or {}).get("name")),
    Column("to", "text", _addresses("to")),
    Column("cc", "text", _addresses("cc")),
    Column("bcc", "text", _addresses("bcc")),
    Column("subject", "text", lambda case: case.people.get("subject")),
    Column("attachment_names", "text", lambda case: ", ".join(case.people.get("attachments") or ())),
    Column("justification", "text", _word("released", "justification")),
    Column("checker", "text", _word("check", "by")),
    Column("checker_comment", "text", _word("check", "comment")),
    Column("second_check_note", "text", _word("asked", "note")),
)


class DecisionRows:
    """The rows of an export, page by page; `passed` is told how many records each page was made from."""

    def __init__(self, store: Store, *, with_personal: bool, passed: Callable[[int], object]) -> None:
        self._store = store
        self._personal = with_personal
        self._passed = passed
        self.columns: tuple[Column, ...] = COLUMNS + (PERSONAL_COLUMNS if with_personal else ())

    def pages(self, spans: Sequence[Span]) -> Iterator[list[list[Cell]]]:
        """Give lists of rows."""
        for span in spans:
            for start, end in span.runs():
                pages = record_pages(self._store, Stretch(span.stream, start, end), with_personal=self._personal)
                for page in pages:
                    yield [self._row(case) for case in self._cases(page)]
                    self._passed(len(page))

    def _row(self, case: Case) -> list[Cell]:
        try:
            return [column.read(case) for column in self.columns]
        except _BROKEN:
            return [column.read(_unreadable(case.stored)) for column in self.columns]

    def _cases(self, page: Sequence[Stored]) -> Iterator[Case]:
        decisions = [row for row in page if row.kind == DECISION]
        later = self._later([row.subject for row in decisions])
        for row in decisions:
            try:
                yield _case(row, later.get(row.subject, {}))
            except _BROKEN:
                yield _unreadable(row)

    def _later(self, subjects: Sequence[str]) -> dict[str, dict[Part, Later]]:
        """Give, by decision, the newest records of what became of it, with their blobs where they are wanted."""
        query = select(records.c.subject, records.c.kind, records.c.body, personal.c.blob)
        query = query.outerjoin(personal, (personal.c.record_id == records.c.record_id) & self._personal)
        query = query.where(records.c.subject.in_(subjects), records.c.kind.in_(_PARTS))
        with self._store.read() as connection:
            found = connection.execute(query.order_by(*_ORDER)).all() if subjects else []
        later: dict[str, dict[Part, Later]] = {}
        for row in found:
            later.setdefault(row.subject, {}).update(dict.fromkeys(_PARTS[row.kind], (row.body, row.blob)))
        return later


def _case(row: Stored, later: Mapping[Part, Later]) -> Case:
    return Case(
        row,
        read_record(row.body),
        _decoded(row.blob),
        {part: read_record(body) for part, (body, _) in later.items()},
        {part: _decoded(blob) for part, (_, blob) in later.items()},
    )


def _unreadable(row: Stored) -> Case:
    """Make what is shown of a record that can't be read: the export goes on, and the row says where to look."""
    at = moment(row.recorded_at)
    record = Record(row.stream, row.position, row.record_id, row.kind, row.subject, at, {"action": UNREADABLE})
    return Case(row, record, {}, {}, {})


def _decoded(blob: bytes | None) -> Mapping[str, Any]:
    return read_personal(blob) if blob is not None else {}
