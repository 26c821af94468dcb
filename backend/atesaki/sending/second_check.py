"""Second checks: a sender asks, another person looks, and exactly that message may then go once (ADR 0016)."""

import datetime as dt
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Update, delete, insert, update

from atesaki.clock import Clock, utc_now
from atesaki.identity.person import Person
from atesaki.judgement.decision import Release
from atesaki.sending.decisions import FindsManyDecisions, FoundPersonal
from atesaki.sending.errors import (
    DecisionExpired,
    OwnMessage,
    ReleaseNotAllowed,
    RequestInvalid,
    SecondCheckAnswered,
    SecondCheckNotAsked,
)
from atesaki.sending.known_second_checks import KnownSecondChecks
from atesaki.sending.records import RecordsBlocking
from atesaki.sending.release import Released, Releases, refuse_others
from atesaki.sending.request import Caller
from atesaki.sending.second_check_records import DECLINED, GRANTED, answer, requested, withdrawn
from atesaki.sending.second_check_state import (
    GRANTED_FOR,
    MAX_TEXT,
    NOT_ASKED,
    SecondCheck,
    SecondCheckRequest,
    State,
)
from atesaki.storage.check_tables import second_checks
from atesaki.storage.engine import Store, micros

WAITS_FOR: Final = dt.timedelta(days=3)
"""How long a message waits for a checker: over a weekend."""

_TURNS: Final = 4
"""How many messages are asked about or answered at once; each keeps a connection to PostgreSQL meanwhile."""

_LOCK: Final = 0x636865636B00
"""The first of as many advisory locks, by which replicas wait for each other."""

_GOOD: Final[tuple[State, ...]] = ("waiting", "granted")
"""What need not be asked for again."""


class SecondChecks(KnownSecondChecks):
    """Messages that wait for another person, in the store, so that they outlive a restart; every method blocks."""

    def __init__(
        self,
        store: Store,
        decisions: FindsManyDecisions,
        journal: RecordsBlocking,
        releases: Releases,
        clock: Clock = utc_now,
    ) -> None:
        super().__init__(store, decisions, clock)
        self._journal = journal
        self._releases = releases
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

    def withdraw(self, decision_id: str, caller: Caller) -> SecondCheck:
        """Take back the question that was asked for just this decision; said twice, it is recorded once.

        Raises `DecisionNotFound`, `NotTheSender`, `SecondCheckNotAsked`, `SecondCheckAnswered` and
        `JournalUnavailable`.
        """
        _, people = self._found(decision_id)
        refuse_others(people, caller)
        with self._turn(people.fingerprint or ""):
            state = self.request(decision_id).asked.state
            if state not in {"waiting", "withdrawn"}:
                raise _answered()
            if state == "waiting":
                self._journal.append_blocking(withdrawn(decision_id, caller, people))
                self._change(_changed(decision_id, state="withdrawn", expires_at=micros(self._clock())))
        return self._standing(self._row_of(decision_id))

    def state(self, decision_id: str, caller: Caller) -> SecondCheck:
        """Return how the check of this message stands; why it was declined is told at a newer decision, too.

        Raises `DecisionNotFound`, `NotTheSender` and `SecondCheckNotAsked`.
        """
        _, people = self._found(decision_id)
        refuse_others(people, caller)
        row = self._row_for(decision_id, people.fingerprint or "", (*_GOOD, "declined"))
        if row is None:
            raise SecondCheckNotAsked(NOT_ASKED)
        return self._standing(row)

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
        with self._refusing(decision_id, person, comment) as change:
            self._change(change)

    def take_back(self, decision_id: str, person: Person, comment: str) -> None:
        """Say after all why the message must not go, as long as it was not sent by its check.

        Raises the same as `grant`; `SecondCheckAnswered` where it was sent, or nobody has granted it.
        """
        with self._refusing(decision_id, person, comment, "granted") as change:
            if not self._releases.drop_with(change, decision_id):
                raise _answered("granted")

    @contextmanager
    def _refusing(
        self, decision_id: str, person: Person, comment: str, standing: State = "waiting"
    ) -> Iterator[Update]:
        """Record a no to what stands like this, and yield what changes the check."""
        if not comment.strip():
            raise RequestInvalid("Say what has to be changed.", field="comment")
        with self._answering(decision_id, person, comment, standing):
            self._journal.append_blocking(answer(DECLINED, decision_id, person, comment))
            # Whoever waited over a weekend reads why, also where the answer came in the last minute.
            until = micros(self._clock() + WAITS_FOR)
            yield _changed(decision_id, standing, state="declined", expires_at=until)

    @contextmanager
    def _answering(
        self, decision_id: str, person: Person, comment: str, standing: State = "waiting"
    ) -> Iterator[FoundPersonal]:
        """Hold off everybody else who would answer; raises where this person can't, or nobody any more."""
        if "\0" in comment:
            raise RequestInvalid("This text has no control characters.", field="comment")
        if len(comment) > MAX_TEXT:
            raise RequestInvalid(f"A comment has at most {MAX_TEXT} characters.", field="comment")
        _, people = self._found(decision_id)
        if self.own(decision_id, person):
            raise OwnMessage("Somebody else than who wrote the message has to check it.")
        with self._turn(people.fingerprint or ""):
            if self.request(decision_id).asked.state != standing:
                raise _answered(standing)
            yield people

    @contextmanager
    def _turn(self, fingerprint: str) -> Iterator[None]:
        # Whoever asks or answers meanwhile, here or at another replica, must find what the first one has kept.
        turn = zlib.crc32(fingerprint.encode()) % _TURNS
        with self._turns[turn], self._store.sole(_LOCK + turn, wait=True):
            yield

    def _change(self, change: Update) -> None:
        with self._store.write() as connection:
            if connection.execute(change).rowcount != 1:
                raise _answered()

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
            # Whoever withdrew a question may ask it once more.
            own = second_checks.c.decision_id == decision_id
            connection.execute(delete(second_checks).where(own, second_checks.c.state == "withdrawn"))
            connection.execute(insert(second_checks).values(values))
        return check


def _changed(decision_id: str, standing: State = "waiting", **values: object) -> Update:
    stands = (second_checks.c.decision_id == decision_id) & (second_checks.c.state == standing)
    return update(second_checks).where(stands).values(**values)


def _answered(standing: State = "waiting") -> SecondCheckAnswered:
    if standing == "granted":
        return SecondCheckAnswered("It was sent already, somebody has held it back, or its time is over.")
    return SecondCheckAnswered(
        "Somebody has answered this check already, its sender has withdrawn it, or its time is over."
    )
