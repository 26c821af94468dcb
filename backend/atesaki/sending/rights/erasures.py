"""Requests to erase a person: one asks, another one approves, and only then anything is erased."""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final, Literal, NamedTuple

import msgspec
from msgspec import Struct
from sqlalchemy import Row, func, insert, select, update

from atesaki.clock import Clock, utc_now
from atesaki.journal.record import uuid7
from atesaki.recorder import Recorder
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.sending.rights.errors import NotTheSecondPerson, RightsInvalid, RightsNotFound, UnderLegalHold
from atesaki.sending.rights.exclusive import changing
from atesaki.sending.rights.guard import guard
from atesaki.sending.rights.holds import checked_text
from atesaki.sending.rights.staff import can_sign_in
from atesaki.sending.rights.whom import MAX_NAME, Whom, usable_name
from atesaki.storage.engine import Store, micros, moment
from atesaki.storage.rights_tables import erasures

State = Literal["requested", "approved", "running", "held", "done", "refused", "lapsed"]
OPEN: Final[tuple[State, ...]] = ("requested", "approved", "running", "held")
LASTS: Final = dt.timedelta(days=30)
"""How long a request waits for its second person, since it holds the address."""

MAX_NAMES: Final = 20
PAGE: Final = 100


class Author(NamedTuple):
    """Who does something: the name that is kept, and the key that tells two people apart."""

    name: str
    key: str


class ErasureDraft(Struct, frozen=True, kw_only=True):
    """Whom to erase, and why; `names` are display names that other texts of the same records may hold."""

    address: str
    reason: str
    names: tuple[str, ...] = ()
    from_rosters: bool = False


class Result(Struct, frozen=True):
    """What was erased, and in which columns the address still stands for a reason that somebody has to look at."""

    erased: dict[str, int] = {}
    left: dict[str, int] = {}


class Erasure(Struct, frozen=True, kw_only=True):
    """A request and what became of it; `mailbox` is the keyed hash, address and names are gone once it is over."""

    id: str
    state: State
    address: str
    names: tuple[str, ...]
    mailbox: str
    from_rosters: bool
    reason: str
    requested_at: dt.datetime
    requested_by: str
    requester_key: str
    decided_at: dt.datetime | None
    decided_by: str
    held_by: tuple[str, ...]
    ended_at: dt.datetime | None
    result: Result
    scrubbed: bool | None


class Erasures:
    """Takes requests and their approval; each step is in the journal first, without the address."""

    def __init__(self, store: Store, pseudonyms: Pseudonyms, record: Recorder, clock: Clock = utc_now) -> None:
        self._store = store
        self._pseudonyms = pseudonyms
        self._record = record
        self._clock = clock

    def request(self, draft: ErasureDraft, author: Author) -> Erasure:
        """Ask for an erasure; raises `RightsInvalid` or `UnderLegalHold`."""
        whom, now = Whom(draft.address), self._clock()
        reason, names = checked_text(draft.reason, "reason"), _checked_names(draft.names)
        mailbox, erasure_id = self._pseudonyms.of(whom.key), uuid7(micros(now))
        self._refuse_held(mailbox)
        self._refuse_needless(whom, mailbox)
        body = {"mailbox": mailbox, "from_rosters": draft.from_rosters, "names": len(names)}
        # A reason may name the person, whose records are erased with it.
        self._record("erasure.requested", erasure_id, body, {"author": author.name, "reason": reason})
        values = {
            "id": erasure_id,
            "state": "requested",
            "address": draft.address.strip(),
            "names": msgspec.json.encode(names).decode(),
            "mailbox": mailbox,
            "from_rosters": draft.from_rosters,
            "reason": reason,
            "requested_at": micros(now),
            "requested_by": author.name,
            "requester_key": author.key,
        }
        with changing(self._store) as connection:
            connection.execute(insert(erasures).values(values))
        return self.get(erasure_id)

    def approve(self, erasure_id: str, author: Author) -> None:
        """Let it happen; raises `NotTheSecondPerson`, `RightsNotFound` or `UnderLegalHold`."""
        erasure = self._waiting(erasure_id)
        # Somebody with two ways to sign in has two keys, but one name.
        if author.key == erasure.requester_key or author.name == erasure.requested_by:
            raise NotTheSecondPerson("Somebody else than who asked has to approve an erasure.")
        self._refuse_held(erasure.mailbox)
        self._decide(erasure, "approved", author)

    def refuse(self, erasure_id: str, author: Author) -> None:
        """End a request without erasing anything, which whoever asked may do too; raises `RightsNotFound`."""
        self._decide(self._waiting(erasure_id), "refused", author)

    def get(self, erasure_id: str) -> Erasure:
        """Return one request; raises `RightsNotFound`."""
        with self._store.read() as connection:
            row = connection.execute(select(erasures).where(erasures.c.id == erasure_id)).first()
        if row is None:
            raise RightsNotFound("There is no such request.")
        return erasure_of(row)

    def newest(self, before: str = "", limit: int = PAGE) -> list[Erasure]:
        """Return requests, newest first; `before` is the last id of the page before."""
        query = select(erasures).order_by(erasures.c.id.desc()).limit(limit)
        with self._store.read() as connection:
            rows = connection.execute(query.where(erasures.c.id < before) if before else query).all()
        return [erasure_of(row) for row in rows]

    def count_waiting(self, approver: str) -> int:
        """Return how many requests the account with this key may decide on: those of others."""
        asked = (erasures.c.state == "requested") & (erasures.c.requester_key != approver)
        with self._store.read() as connection:
            return connection.scalar(select(func.count()).where(asked)) or 0

    def lapse(self) -> None:
        """End requests that nobody decided on in time."""
        late = (erasures.c.state == "requested") & (erasures.c.requested_at < micros(self._clock() - LASTS))
        with self._store.read() as connection:
            rows = connection.execute(select(erasures).where(late)).all()
        for erasure in map(erasure_of, rows):
            with suppress(RightsNotFound):  # Somebody decides at this moment after all.
                self._decide(erasure, "lapsed", Author("", ""))

    def _decide(self, erasure: Erasure, state: State, author: Author) -> None:
        personal = {"author": author.name} if author.name else None
        self._record(f"erasure.{state}", erasure.id, {"mailbox": erasure.mailbox}, personal)
        values: dict[str, Any] = {"state": state, "decided_at": micros(self._clock()), "decided_by": author.name}
        if state != "approved":
            values |= {"address": None, "names": None, "ended_at": micros(self._clock())}
        which = (erasures.c.id == erasure.id) & (erasures.c.state == "requested")
        with changing(self._store) as connection:
            if connection.execute(update(erasures).where(which).values(values)).rowcount == 0:
                raise _decided()

    def _waiting(self, erasure_id: str) -> Erasure:
        erasure = self.get(erasure_id)
        if erasure.state != "requested":
            raise _decided()
        return erasure

    def _refuse_held(self, mailbox: str) -> None:
        with self._store.read() as connection:
            held = guard(connection).of_mailbox(mailbox)
        if held:
            raise UnderLegalHold("This person is under a legal hold, so nothing about them may be erased.")

    def _refuse_needless(self, whom: Whom, mailbox: str) -> None:
        under_way = (erasures.c.mailbox == mailbox) & erasures.c.state.in_(OPEN)
        with self._store.read() as connection:
            if connection.scalar(select(erasures.c.id).where(under_way).limit(1)):
                raise RightsInvalid("The erasure of this person has been asked for already.", field="address")
            if can_sign_in(connection, whom):
                raise RightsInvalid(
                    "This person has an account for the console; disable the account first.", field="address"
                )


def _decided() -> RightsNotFound:
    return RightsNotFound("This request has been decided on already.")


def erasure_of(row: Row[Any]) -> Erasure:
    """Return a request as its row tells it."""
    return Erasure(
        id=row.id,
        state=row.state,
        address=row.address or "",
        names=tuple(msgspec.json.decode(row.names or "[]")),
        mailbox=row.mailbox,
        from_rosters=row.from_rosters,
        reason=row.reason,
        requested_at=moment(row.requested_at),
        requested_by=row.requested_by,
        requester_key=row.requester_key,
        decided_at=None if row.decided_at is None else moment(row.decided_at),
        decided_by=row.decided_by or "",
        held_by=tuple(msgspec.json.decode(row.held_by or "[]")),
        ended_at=None if row.ended_at is None else moment(row.ended_at),
        result=msgspec.json.decode(row.result or "{}", type=Result),
        scrubbed=row.scrubbed,
    )


def _checked_names(names: Sequence[str]) -> tuple[str, ...]:
    usable = tuple(dict.fromkeys(name for each in names if each.strip() and (name := usable_name(each))))
    if len(usable) > MAX_NAMES or len(usable) < len({each.strip() for each in names if each.strip()}):
        raise RightsInvalid(
            f"A name has 2 to {MAX_NAME} characters and is no address; up to {MAX_NAMES}.", field="names"
        )
    return usable
