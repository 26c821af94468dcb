"""Erases a person once two people have said so: from the journal's personal data, then from everywhere else."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, select, update

from atesaki.clock import Clock, utc_now
from atesaki.journal.redactions import KIND as REDACTED
from atesaki.journal.redactions import RedactedBody, Redaction
from atesaki.journal.retention import Replacement, redact, replacement
from atesaki.recorder import Recorder
from atesaki.sending.rights import kept
from atesaki.sending.rights.erasures import Erasure, Erasures, Result, erasure_of
from atesaki.sending.rights.exclusive import changing
from atesaki.sending.rights.guard import Guard, guard, held_among
from atesaki.sending.rights.index import Index
from atesaki.sending.rights.kept import Kept
from atesaki.sending.rights.redaction import content_of, names_in, redacted
from atesaki.sending.rights.remains import remains
from atesaki.sending.rights.scrub import scrub
from atesaki.sending.rights.search import found_in_journal
from atesaki.sending.rights.staff import erase_staff
from atesaki.sending.rights.traces import (
    TakesFromRosters,
    count_correspondents,
    erase_answers,
    erase_correspondents,
    erase_trials,
    erase_uploads,
    memberships,
)
from atesaki.sending.rights.whom import Whom
from atesaki.storage.engine import Store, micros
from atesaki.storage.rights_tables import erasures

REDACTED_AT_ONCE: Final = 100
LOOKED_AGAIN_FOR: Final = dt.timedelta(minutes=10)
"""How long what is written in the background is looked through again after an erasure."""

_OWN = ("erasures.address", "erasures.names")


class _Held(Exception):
    """A record of the person is under these holds."""

    def __init__(self, holds: Iterable[str]) -> None:
        super().__init__()
        self.holds = sorted(holds)


class _Person(NamedTuple):
    """All that is known of the person: in which records they stand, how they are written and named there."""

    whom: Whom
    record_ids: list[str]
    spellings: frozenset[str]


class Eraser:
    """Does what was approved, in small transactions; begun again after a stop, it finds what is left to do.

    `forget` is told the keyed hash of who is gone, for what a process remembers.
    """

    def __init__(  # noqa: PLR0913  # Each is a place that people are erased from.
        self,
        store: Store,
        *,
        requests: Erasures,
        record: Recorder,
        index: Index,
        rosters: TakesFromRosters,
        forget: Callable[[str], object] = lambda _: None,
        clock: Clock = utc_now,
    ) -> None:
        self._store = store
        self._requests = requests
        self._record = record
        self._index = index
        self._rosters = rosters
        self._forget = forget
        self._clock = clock

    def turn(self, stopped: Callable[[], bool] = lambda: False) -> None:
        """Erase whoever is to be erased."""
        self._requests.lapse()
        for erasure in self._due():
            if stopped():
                return
            self.erase(erasure)
        self._look_again()
        self._scrub_again()

    def erase(self, erasure: Erasure) -> None:
        """Erase one person, or note which holds keep that from happening."""
        try:
            person = self._find(erasure)
            self._set(erasure, state="running", names=msgspec.json.encode(sorted(person.whom.names)).decode())
            erased = {"records": self._redact_all(erasure, person), **self._elsewhere(erasure, person.whom)}
        except _Held as held:
            self._record("erasure.held", erasure.id, {"mailbox": erasure.mailbox, "holds": held.holds}, None)
            self._set(erasure, state="held", held_by=msgspec.json.encode(held.holds).decode())
            return
        result = Result(erased, remains(self._store, person.spellings, without=_OWN))
        self._record("personal_data.erased", erasure.id, {"mailbox": erasure.mailbox, "result": result}, None)
        self._end(erasure, result)
        # Where the address still stands for a reason, the files can't be searched for it.
        clean = scrub(self._store, () if result.left else person.spellings)
        self._set(erasure, scrubbed=clean)

    def _look_again(self) -> None:
        """Take out what others had read before the erasure and wrote after it: index and correspondents."""
        lately = (erasures.c.state == "done") & (erasures.c.ended_at > micros(self._clock() - LOOKED_AGAIN_FOR))
        with self._store.read() as connection:
            rows = connection.execute(select(erasures.c.mailbox, erasures.c.ended_at).where(lately)).all()
        for row in rows:
            self._index.forget(row.mailbox, row.ended_at)
            with self._store.read() as connection:
                late = count_correspondents(connection, row.mailbox, row.ended_at)
            if late:
                with self._store.write() as connection:
                    erase_correspondents(connection, row.mailbox, row.ended_at)

    def _scrub_again(self) -> None:
        """Do the last step of an erasure that was stopped before it."""
        with self._store.read() as connection:
            unfinished = (erasures.c.state == "done") & erasures.c.scrubbed.is_(None)
            ids = connection.scalars(select(erasures.c.id).where(unfinished)).all()
        if ids:
            clean = scrub(self._store)
            with self._store.write() as connection:
                connection.execute(update(erasures).where(erasures.c.id.in_(ids)).values(scrubbed=clean))

    def _due(self) -> list[Erasure]:
        waiting = erasures.c.state.in_(("approved", "running", "held"))
        with self._store.read() as connection:
            rows = connection.execute(select(erasures).where(waiting).order_by(erasures.c.id)).all()
            active = guard(connection).ids
        found = [erasure_of(row) for row in rows]
        return [each for each in found if each.state != "held" or not active.intersection(each.held_by)]

    def _find(self, erasure: Erasure) -> _Person:
        """Find every record that names the person, and those of the same decisions, which may do so by name alone."""
        whom = Whom(erasure.address, erasure.names)
        subjects: dict[str, None] = {}
        names, spellings, ids = set(whom.names), {whom.key, erasure.address}, []
        for found in found_in_journal(self._store, whom):
            ids.append(found.kept.record_id)
            subjects[found.kept.subject] = None
            names |= names_in(found.mentions)
            spellings |= {each for mention in found.mentions for each in whom.spellings(mention.text)}
        siblings = (each.record_id for page in kept.of_subjects(self._store, subjects) for each in page)
        return _Person(whom.also_named(names), list(dict.fromkeys([*ids, *siblings])), frozenset(spellings))

    def _redact_all(self, erasure: Erasure, person: _Person) -> int:
        self._refuse_held(erasure, person)
        changed = 0
        for ids in _chunks(person.record_ids):
            with self._store.read() as connection:
                rows = kept.of_records(connection, ids)
            new = [fresh for row in rows if (fresh := _replaced(row, person.whom)) is not None]
            if not new:
                continue
            told = RedactedBody(tuple(Redaction(each.record_id, each.commitment) for each in new))
            self._record(REDACTED, erasure.id, msgspec.to_builtins(told), None)
            with changing(self._store) as connection:
                _refuse_held_rows(connection, erasure, ids)
                changed += sum(redact(connection, each) for each in new)
        return changed

    def _refuse_held(self, erasure: Erasure, person: _Person) -> None:
        watch = self._refuse_held_rosters(erasure, person.whom)
        for ids in _chunks(person.record_ids) if watch.ids else ():
            with self._store.read() as connection:
                _refuse_held_rows(connection, erasure, ids)

    def _refuse_held_rosters(self, erasure: Erasure, whom: Whom) -> Guard:
        rosters = memberships(self._store, whom.key) if erasure.from_rosters else []
        with self._store.read() as connection:
            watch = guard(connection)
        if held := {hold for roster, _ in rosters for hold in watch.of_roster(roster.name)}:
            raise _Held(held)
        return watch

    def _elsewhere(self, erasure: Erasure, whom: Whom) -> dict[str, int]:
        with changing(self._store) as connection:
            _refuse_held_rows(connection, erasure, ())
            erased = {
                "correspondents": erase_correspondents(connection, erasure.mailbox, micros(self._clock())),
                "answers": erase_answers(connection, whom),
                "uploads": erase_uploads(connection, whom),
                "trials": erase_trials(connection, whom),
                **erase_staff(connection, whom),
            }
        self._forget(erasure.mailbox)
        self._refuse_held_rosters(erasure, whom)
        by = f"{erasure.requested_by}, {erasure.decided_by}"
        rosters = self._rosters.take_out(whom.key, by) if erasure.from_rosters else []
        return {**erased, "index": self._index.forget(erasure.mailbox, micros(self._clock())), "rosters": len(rosters)}

    def _end(self, erasure: Erasure, result: Result) -> None:
        over = {"address": None, "names": None, "held_by": None, "ended_at": micros(self._clock())}
        self._set(erasure, state="done", result=msgspec.json.encode(result).decode(), **over)

    def _set(self, erasure: Erasure, **values: Any) -> None:  # noqa: ANN401  # Columns of one table.
        with self._store.write() as connection:
            connection.execute(update(erasures).where(erasures.c.id == erasure.id).values(values))


def _refuse_held_rows(connection: Connection, erasure: Erasure, record_ids: Sequence[str]) -> None:
    watch = guard(connection)
    if not watch.ids:
        return
    found = held_among(connection, watch, kept.of_records(connection, record_ids))
    if held := watch.of_mailbox(erasure.mailbox).union(*found.values()):
        raise _Held(held)


def _replaced(row: Kept, whom: Whom) -> Replacement | None:
    """Return what stands in the place of a blob, `None` where the person isn't in it."""
    blob = redacted(row.blob, whom)
    if content_of(blob) == content_of(row.blob):
        return None
    return replacement(row.record_id, row.salt, blob)


def _chunks(record_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(record_ids), REDACTED_AT_ONCE):
        yield record_ids[start : start + REDACTED_AT_ONCE]
