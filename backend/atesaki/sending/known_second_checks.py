"""Second checks as they stand: read from the store and the journal, for senders and for whoever answers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, func, select

from atesaki.clock import Clock, utc_now
from atesaki.identity.person import Person
from atesaki.journal.read import Reader
from atesaki.judgement.address import mailbox_key
from atesaki.sending.decisions import FindsManyDecisions, FoundDecision, FoundPersonal, still_stands
from atesaki.sending.errors import DecisionNotFound, SecondCheckNotAsked
from atesaki.sending.newer_versions import draft_of, newer_versions
from atesaki.sending.second_check_records import DECLINED, GRANTED, REQUESTED
from atesaki.sending.second_check_state import NOT_ASKED, Asked, Declined, Request, SecondCheck, State
from atesaki.storage.check_tables import second_checks
from atesaki.storage.engine import Store, micros, moment

_LISTED: Final = 50


class KnownSecondChecks:
    """The checks that were asked for; every method blocks."""

    def __init__(self, store: Store, decisions: FindsManyDecisions, clock: Clock = utc_now) -> None:
        self._store = store
        self._decisions = decisions
        self._reader = Reader(store)
        self._clock = clock

    def waiting(self) -> list[Asked]:
        """Return the checks that can be answered, oldest first, each with a later one that may be its newer version."""
        oldest = select(func.min(second_checks.c.asked_at)).where(*self._open()).scalar_subquery()
        rows = self._rows(self._asked_from(oldest))
        found = self._found_of(rows)
        newer = newer_versions([(row.decision_id, found.get(row.decision_id)) for row in rows])
        asked = [self._asked(row, found.get(row.decision_id), newer.get(row.decision_id)) for row in rows]
        return [each for each in asked if each.state == "waiting"]

    def waiting_for(self, person: Person) -> list[Asked]:
        """Return the checks that this person may answer, oldest first."""
        rows = self._rows(select(second_checks).where(*self._open()).order_by(second_checks.c.asked_at))
        found = self._found_of(rows)
        known = [(row, found[row.decision_id]) for row in rows if still_stands(row, found.get(row.decision_id))]
        return [self._asked(row, each) for row, each in known if each.personal and not _wrote(each.personal, person)]

    def answered(self) -> list[Asked]:
        """Return the newest of the others, newest first."""
        checks = second_checks.c
        over = (checks.state != "waiting") | (checks.expires_at <= micros(self._clock()))
        rows = self._rows(select(second_checks).where(over).order_by(checks.asked_at.desc()).limit(_LISTED))
        found = self._found_of(rows)
        return [self._asked(row, found.get(row.decision_id)) for row in rows]

    def request(self, decision_id: str) -> Request:
        """Return one check; raises `SecondCheckNotAsked`."""
        row = self._row_of(decision_id)
        standing, asked = self._standing(row), self._said(decision_id, REQUESTED)
        found = self._decisions.find(decision_id)
        return Request(
            self._asked(row, found, self._newer(row)),
            asked.get("note"),
            standing.by,
            standing.comment,
            found.record_id if found else "",
            self._declined(row, found),
        )

    def own(self, decision_id: str, person: Person) -> bool:
        """Tell whether this person wrote the message, or may have: nobody knows of an account without an address."""
        _, people = self._found(decision_id)
        return _wrote(people, person)

    def _found(self, decision_id: str) -> tuple[FoundDecision, FoundPersonal]:
        found = self._decisions.find(decision_id)
        if found is None or found.personal is None:
            raise DecisionNotFound("There is no such decision; check the message again.")
        return found, found.personal

    def _open(self) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return second_checks.c.state == "waiting", second_checks.c.expires_at > micros(self._clock())

    def _row_for(self, decision_id: str, fingerprint: str, states: Iterable[State]) -> Row[Any] | None:
        """Find the check of this decision, else the newest of the same message in one of these states.

        One that was withdrawn is as if nobody had asked.
        """
        checks = second_checks.c
        asked = (checks.decision_id == decision_id) & (checks.state != "withdrawn")
        own = self._row(select(second_checks).where(asked))
        still = (checks.fingerprint == fingerprint) & (checks.expires_at > micros(self._clock()))
        others = select(second_checks).where(still, checks.state.in_(states))
        return own or self._newest_told(others.order_by(checks.asked_at.desc()))

    def _newest_told(self, query: Select[Any]) -> Row[Any] | None:
        rows = self._rows(query)
        found = self._found_of(rows)
        return next((row for row in rows if still_stands(row, found.get(row.decision_id))), None)

    def _row_of(self, decision_id: str) -> Row[Any]:
        row = self._row(select(second_checks).where(second_checks.c.decision_id == decision_id))
        if row is None:
            raise SecondCheckNotAsked(NOT_ASKED)
        return row

    def _row(self, query: Select[Any]) -> Row[Any] | None:
        with self._store.read() as connection:
            return connection.execute(query).first()

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with self._store.read() as connection:
            return connection.execute(query).all()

    def _found_of(self, rows: Sequence[Row[Any]]) -> Mapping[str, FoundDecision]:
        return self._decisions.find_all([row.decision_id for row in rows])

    def _asked_from(self, moment: ScalarSelect[Any] | int) -> Select[Any]:
        """Return what was asked from a moment on and not withdrawn, oldest first."""
        checks = second_checks.c
        wanted = (checks.asked_at >= moment) & (checks.state != "withdrawn")
        return select(second_checks).where(wanted).order_by(checks.asked_at)

    def _newer(self, row: Row[Any]) -> str | None:
        """Return the newest later check that may be about another version of the same draft."""
        if self._state(row) != "waiting":
            return None
        rows = self._rows(self._asked_from(row.asked_at))
        found = self._found_of(rows)
        return newer_versions([(each.decision_id, found.get(each.decision_id)) for each in rows]).get(row.decision_id)

    def _declined(self, row: Row[Any], found: FoundDecision | None) -> Declined | None:
        """Return what somebody said no to before: just this message, else the newest that may be an earlier version."""
        if self._state(row) != "waiting":
            return None
        checks = second_checks.c
        same = checks.fingerprint == row.fingerprint
        before = select(second_checks).where(checks.state == "declined", checks.asked_at < row.asked_at)
        rows = self._rows(before.order_by(same.desc(), checks.asked_at.desc()).limit(_LISTED))
        draft, others = draft_of(found), self._found_of(rows)
        for each in rows:
            if each.fingerprint == row.fingerprint or (draft and draft == draft_of(others.get(each.decision_id))):
                return Declined(each.decision_id, each.fingerprint == row.fingerprint)
        return None

    def _asked(self, row: Row[Any], found: FoundDecision | None, newer: str | None = None) -> Asked:
        people = found.personal if found else None
        return Asked(
            decision_id=row.decision_id,
            state=self._state(row),
            asked_at=moment(row.asked_at),
            expires_at=moment(row.expires_at),
            sender=people.sender.address if people else "",
            people=len(people.to + people.cc + people.bcc) if people else 0,
            subject=people.subject if people else None,
            assurance=found.body.assurance if found else "claimed",
            newer=newer,
            revision=found.body.policy_revision if found else "",
        )

    def _standing(self, row: Row[Any]) -> SecondCheck:
        # What was held back after a yes has both.
        said = self._said(row.decision_id, DECLINED if row.state == "declined" else GRANTED)
        asked_at, expires_at = moment(row.asked_at), moment(row.expires_at)
        return SecondCheck(
            row.decision_id, self._state(row), asked_at, expires_at, said.get("by"), said.get("comment") or None
        )

    def _state(self, row: Row[Any]) -> State:
        over = row.state in {"waiting", "granted"} and row.expires_at <= micros(self._clock())
        state: State = "expired" if over else row.state
        return state

    def _said(self, decision_id: str, kind: str) -> dict[str, Any]:
        """Return what was said in the newest record of a kind; nothing once its personal data is deleted."""
        records = [each for each in self._reader.of_subject(decision_id) if each.kind == kind]
        return (self._reader.personal_of(records[-1].record_id) or {}) if records else {}


def _wrote(people: FoundPersonal, person: Person) -> bool:
    """Tell whether a person wrote the message, or may have: nobody knows of an account without an address."""
    if not person.email:
        return True
    verified = people.identity.address if people.identity else None
    return mailbox_key(person.email) in {mailbox_key(each) for each in (people.sender.address, verified) if each}
