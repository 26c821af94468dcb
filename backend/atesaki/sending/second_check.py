"""Second checks: a sender asks, another person looks, and exactly that message may then go once (ADR 0016)."""

import datetime as dt
import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, Update, func, insert, select, update

from atesaki.identity.person import Person
from atesaki.journal.read import Reader
from atesaki.judgement.address import mailbox_key
from atesaki.judgement.decision import Release
from atesaki.sending.clock import Clock, utc_now
from atesaki.sending.decisions import FindsManyDecisions, FoundDecision, FoundPersonal, still_stands
from atesaki.sending.errors import (
    DecisionExpired,
    DecisionNotFound,
    OwnMessage,
    ReleaseNotAllowed,
    RequestInvalid,
    SecondCheckAnswered,
    SecondCheckNotAsked,
)
from atesaki.sending.records import RecordsBlocking
from atesaki.sending.release import Released, Releases, refuse_others
from atesaki.sending.request import Caller
from atesaki.sending.second_check_records import DECLINED, GRANTED, REQUESTED, answer, requested
from atesaki.sending.second_check_state import (
    GRANTED_FOR,
    MAX_TEXT,
    Asked,
    Request,
    SecondCheck,
    SecondCheckRequest,
    State,
)
from atesaki.storage.check_tables import second_checks
from atesaki.storage.engine import Store, micros, moment

WAITS_FOR: Final = dt.timedelta(days=3)
"""How long a message waits for a checker: over a weekend."""

_LISTED: Final = 50
_TURNS: Final = 4
"""How many messages are asked about or answered at once; each keeps a connection to PostgreSQL meanwhile."""

_LOCK: Final = 0x636865636B00
"""The first of as many advisory locks, by which replicas wait for each other."""

_NOT_ASKED: Final = "Nobody asked for a second check of this message."

_GOOD: Final[tuple[State, ...]] = ("waiting", "granted")
"""What need not be asked for again."""


class SecondChecks:
    """Messages that wait for another person, in the store, so that they outlive a restart; every method blocks."""

    def __init__(
        self,
        store: Store,
        decisions: FindsManyDecisions,
        journal: RecordsBlocking,
        releases: Releases,
        clock: Clock = utc_now,
    ) -> None:
        self._store = store
        self._decisions = decisions
        self._journal = journal
        self._releases = releases
        self._reader = Reader(store)
        self._clock = clock
        self._turns = tuple(threading.Lock() for _ in range(_TURNS))

    def ask(self, decision_id: str, request: SecondCheckRequest, caller: Caller) -> SecondCheck:
        """Record that the sender wants the message checked, once for one message.

        Raises `DecisionNotFound`, `DecisionExpired`, `NotTheSender`, `ReleaseNotAllowed` and `JournalUnavailable`.
        """
        found, people = self._found(decision_id)
        refuse_others(people, caller)
        if found.body.release is not Release.SECOND_CHECK or people.fingerprint is None:
            raise ReleaseNotAllowed("This decision does not ask for a second check.")
        with self._turn(people.fingerprint):
            row = self._row_for(decision_id, people.fingerprint, _GOOD)
            if row is not None:
                return self._standing(row)
            if self._clock() >= found.body.expires_at:
                raise DecisionExpired("This decision is too old for a second check; press Send again.")
            self._journal.append_blocking(requested(decision_id, request.note or "", caller, people))
            return self._wait(decision_id, people.fingerprint)

    def state(self, decision_id: str, caller: Caller) -> SecondCheck:
        """Return how the check of this message stands; why it was declined is told at a newer decision, too.

        Raises `DecisionNotFound`, `NotTheSender` and `SecondCheckNotAsked`.
        """
        _, people = self._found(decision_id)
        refuse_others(people, caller)
        row = self._row_for(decision_id, people.fingerprint or "", (*_GOOD, "declined"))
        if row is None:
            raise SecondCheckNotAsked(_NOT_ASKED)
        return self._standing(row)

    def waiting(self) -> list[Asked]:
        """Return the checks that can be answered, oldest first."""
        return self._listed(select(second_checks).where(*self._open()).order_by(second_checks.c.asked_at))

    def count_waiting(self) -> int:
        """Return how many checks can be answered."""
        with self._store.read() as connection:
            return connection.scalar(select(func.count()).where(*self._open())) or 0

    def answered(self) -> list[Asked]:
        """Return the newest of the others, newest first."""
        checks = second_checks.c
        over = (checks.state != "waiting") | (checks.expires_at <= micros(self._clock()))
        return self._listed(select(second_checks).where(over).order_by(checks.asked_at.desc()).limit(_LISTED))

    def request(self, decision_id: str) -> Request:
        """Return one check; raises `SecondCheckNotAsked`."""
        row = self._row(select(second_checks).where(second_checks.c.decision_id == decision_id))
        if row is None:
            raise SecondCheckNotAsked(_NOT_ASKED)
        standing, asked = self._standing(row), self._said(decision_id, REQUESTED)
        found = self._decisions.find(decision_id)
        return Request(
            self._asked(row, found), asked.get("note"), standing.by, standing.comment, found.record_id if found else ""
        )

    def own(self, decision_id: str, person: Person) -> bool:
        """Tell whether this person wrote the message, or may have: nobody knows of an account without an address."""
        _, people = self._found(decision_id)
        if not person.email:
            return True
        verified = people.identity.address if people.identity else None
        return mailbox_key(person.email) in {mailbox_key(each) for each in (people.sender.address, verified) if each}

    def grant(self, decision_id: str, person: Person, comment: str = "") -> None:
        """Let the message go once.

        Raises `SecondCheckNotAsked`, `DecisionNotFound`, `SecondCheckAnswered`, `OwnMessage`, `RequestInvalid` and
        `JournalUnavailable`.
        """
        until = self._clock() + GRANTED_FOR
        with self._answering(decision_id, person, comment) as people:
            self._journal.append_blocking(answer(GRANTED, decision_id, person, comment))
            change = _changed(decision_id, state="granted", expires_at=micros(until))
            if not self._releases.keep_with(change, Released(decision_id, "second_check", until), people):
                raise _answered()

    def decline(self, decision_id: str, person: Person, comment: str) -> None:
        """Say why the message must not go as it is; raises the same as `grant`."""
        if not comment.strip():
            raise RequestInvalid("Say what has to be changed.", field="comment")
        with self._answering(decision_id, person, comment):
            self._journal.append_blocking(answer(DECLINED, decision_id, person, comment))
            # Whoever waited over a weekend reads why, also where the answer came in the last minute.
            change = _changed(decision_id, state="declined", expires_at=micros(self._clock() + WAITS_FOR))
            with self._store.write() as connection:
                if connection.execute(change).rowcount != 1:
                    raise _answered()

    @contextmanager
    def _answering(self, decision_id: str, person: Person, comment: str) -> Iterator[FoundPersonal]:
        """Hold off everybody else who would answer; raises where this person can't, or nobody any more."""
        if "\0" in comment:
            raise RequestInvalid("This text has no control characters.", field="comment")
        if len(comment) > MAX_TEXT:
            raise RequestInvalid(f"A comment has at most {MAX_TEXT} characters.", field="comment")
        _, people = self._found(decision_id)
        if self.own(decision_id, person):
            raise OwnMessage("Somebody else than who wrote the message has to check it.")
        with self._turn(people.fingerprint or ""):
            if self.request(decision_id).asked.state != "waiting":
                raise _answered()
            yield people

    @contextmanager
    def _turn(self, fingerprint: str) -> Iterator[None]:
        # Whoever asks or answers meanwhile, here or at another replica, must find what the first one has kept.
        turn = zlib.crc32(fingerprint.encode()) % _TURNS
        with self._turns[turn], self._store.sole(_LOCK + turn, wait=True):
            yield

    def _found(self, decision_id: str) -> tuple[FoundDecision, FoundPersonal]:
        found = self._decisions.find(decision_id)
        if found is None or found.personal is None:
            raise DecisionNotFound("There is no such decision; check the message again.")
        return found, found.personal

    def _wait(self, decision_id: str, fingerprint: str) -> SecondCheck:
        now = self._clock()
        check = SecondCheck(decision_id, "waiting", now, now + WAITS_FOR)
        values = {
            "decision_id": decision_id,
            "fingerprint": fingerprint,
            "state": check.state,
            "asked_at": micros(now),
            "expires_at": micros(check.expires_at),
        }
        with self._store.write() as connection:
            connection.execute(insert(second_checks).values(values))
        return check

    def _open(self) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return second_checks.c.state == "waiting", second_checks.c.expires_at > micros(self._clock())

    def _row_for(self, decision_id: str, fingerprint: str, states: Iterable[State]) -> Row[Any] | None:
        """Find the check of this decision, else the newest of the same message in one of these states."""
        checks = second_checks.c
        own = self._row(select(second_checks).where(checks.decision_id == decision_id))
        still = (checks.fingerprint == fingerprint) & (checks.expires_at > micros(self._clock()))
        others = select(second_checks).where(still, checks.state.in_(states))
        return own or self._newest_told(others.order_by(checks.asked_at.desc()))

    def _newest_told(self, query: Select[Any]) -> Row[Any] | None:
        with self._store.read() as connection:
            rows = connection.execute(query).all()
        found = self._decisions.find_all([row.decision_id for row in rows])
        return next((row for row in rows if still_stands(row, found.get(row.decision_id))), None)

    def _row(self, query: Select[Any]) -> Row[Any] | None:
        with self._store.read() as connection:
            return connection.execute(query).first()

    def _listed(self, query: Select[Any]) -> list[Asked]:
        with self._store.read() as connection:
            rows = connection.execute(query).all()
        found = self._decisions.find_all([row.decision_id for row in rows])
        return [self._asked(row, found.get(row.decision_id)) for row in rows]

    def _asked(self, row: Row[Any], found: FoundDecision | None) -> Asked:
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
        )

    def _standing(self, row: Row[Any]) -> SecondCheck:
        said = self._said(row.decision_id, GRANTED, DECLINED)
        asked_at, expires_at = moment(row.asked_at), moment(row.expires_at)
        return SecondCheck(
            row.decision_id, self._state(row), asked_at, expires_at, said.get("by"), said.get("comment") or None
        )

    def _state(self, row: Row[Any]) -> State:
        over = row.state in {"waiting", "granted"} and row.expires_at <= micros(self._clock())
        state: State = "expired" if over else row.state
        return state

    def _said(self, decision_id: str, *kinds: str) -> dict[str, Any]:
        """Return what was said in the record of one of these kinds; nothing once its personal data is deleted."""
        records = [each for each in self._reader.of_subject(decision_id) if each.kind in kinds]
        return (self._reader.personal_of(records[-1].record_id) or {}) if records else {}


def _changed(decision_id: str, **values: object) -> Update:
    waiting = (second_checks.c.decision_id == decision_id) & (second_checks.c.state == "waiting")
    return update(second_checks).where(waiting).values(**values)


def _answered() -> SecondCheckAnswered:
    return SecondCheckAnswered("Somebody has answered this check already, or its time is over.")
