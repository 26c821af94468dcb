"""Legal holds: what must neither expire nor be erased until somebody lifts the hold."""

import datetime as dt
from typing import Any, Literal, get_args

from msgspec import Struct
from sqlalchemy import Connection, Row, insert, select, update

from atesaki.clock import Clock, utc_now
from atesaki.journal.record import uuid7
from atesaki.recorder import Recorder
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.sending.rights.errors import RightsInvalid, RightsNotFound
from atesaki.sending.rights.exclusive import changing
from atesaki.sending.rights.whom import Whom
from atesaki.storage.engine import Store, micros, moment
from atesaki.storage.rights_tables import legal_holds
from atesaki.storage.tables import records, rosters

Target = Literal["address", "record", "period", "roster"]
TARGETS: tuple[Target, ...] = get_args(Target)
MAX_TEXT = 500

_TEXTS = ("address", "mailbox", "record", "roster", "lifted_by", "lift_reason")
_MOMENTS = ("since", "until", "lifted_at")


class HoldDraft(Struct, frozen=True, kw_only=True):
    """What to hold and why; `until` is not included."""

    target: Target
    reason: str
    owner: str
    review_on: dt.date
    address: str = ""
    record: str = ""
    roster: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None


class Hold(HoldDraft, frozen=True, kw_only=True):
    """A hold as it is kept; `mailbox` is the keyed hash of its address."""

    id: str
    mailbox: str
    placed_at: dt.datetime
    placed_by: str
    lifted_at: dt.datetime | None = None
    lifted_by: str = ""
    lift_reason: str = ""

    @property
    def active(self) -> bool:
        """Whether it holds."""
        return self.lifted_at is None


class Holds:
    """Places, lifts and lists holds; each change is in the journal first."""

    def __init__(self, store: Store, pseudonyms: Pseudonyms, record: Recorder, clock: Clock = utc_now) -> None:
        self._store = store
        self._pseudonyms = pseudonyms
        self._record = record
        self._clock = clock

    def place(self, draft: HoldDraft, author: str) -> Hold:
        """Place a hold; raises `RightsInvalid`."""
        draft, mailbox = checked(draft, self._clock().date()), ""
        with self._store.read() as connection:
            _refuse_missing(connection, draft)
        if draft.target == "address":
            mailbox = self._pseudonyms.of(Whom(draft.address).key)
        now = self._clock()
        values: dict[str, Any] = {name: getattr(draft, name) for name in HoldDraft.__struct_fields__}
        hold = Hold(id=uuid7(micros(now)), mailbox=mailbox, placed_at=now, placed_by=author, **values)
        self._record("legal_hold.placed", hold.id, {"before": None, "after": _told(hold)}, _personal(hold, author))
        with changing(self._store) as connection:
            connection.execute(insert(legal_holds).values(_row(hold)))
        return hold

    def lift(self, hold_id: str, reason: str, author: str) -> None:
        """End a hold; what expired meanwhile is deleted within a day. Raises `RightsInvalid` or `RightsNotFound`."""
        hold = self.get(hold_id)
        if not hold.active:
            raise RightsNotFound("This hold has been lifted already.")
        reason = checked_text(reason, "lift_reason")
        personal = {"author": author, "reason": reason}
        self._record("legal_hold.lifted", hold.id, {"before": _told(hold), "after": None}, personal)
        lifted = {"lifted_at": micros(self._clock()), "lifted_by": author, "lift_reason": reason, "address": None}
        with changing(self._store) as connection:
            connection.execute(update(legal_holds).where(legal_holds.c.id == hold.id).values(lifted))

    def get(self, hold_id: str) -> Hold:
        """Return one hold; raises `RightsNotFound`."""
        with self._store.read() as connection:
            row = connection.execute(select(legal_holds).where(legal_holds.c.id == hold_id)).first()
        if row is None:
            raise RightsNotFound("There is no such hold.")
        return _hold(row)

    def all(self, *, active: bool = True) -> list[Hold]:
        """Return the holds in force, or the former ones; the next review first."""
        lifted = legal_holds.c.lifted_at.is_(None) if active else legal_holds.c.lifted_at.is_not(None)
        query = select(legal_holds).where(lifted).order_by(legal_holds.c.review_on, legal_holds.c.id)
        with self._store.read() as connection:
            return [_hold(row) for row in connection.execute(query)]


def active_holds(connection: Connection) -> list[Hold]:
    """Return the holds in force, as one transaction sees them."""
    return [_hold(row) for row in connection.execute(select(legal_holds).where(legal_holds.c.lifted_at.is_(None)))]


def checked(draft: HoldDraft, today: dt.date) -> HoldDraft:
    """Return the draft with nothing but what its target needs; raises `RightsInvalid`."""
    needed: dict[str, Any] = {"address": "", "record": "", "roster": "", "since": None, "until": None}
    match draft.target:
        case "address":
            Whom(draft.address)
            needed["address"] = draft.address.strip()
        case "record" | "roster":
            needed[draft.target] = checked_text(getattr(draft, draft.target), draft.target)
        case "period":
            needed |= {"since": draft.since, "until": draft.until}
            _check_period(draft)
    if draft.review_on < today:
        raise RightsInvalid("The day of review lies in the past.", field="review_on")
    needed |= {name: checked_text(getattr(draft, name), name) for name in ("reason", "owner")}
    return HoldDraft(target=draft.target, review_on=draft.review_on, **needed)


def checked_text(text: str, field: str) -> str:
    """Return a text on one line; raises `RightsInvalid` where there is none or too much."""
    cleaned = " ".join(text.replace("\x00", " ").split())
    if not cleaned or len(cleaned) > MAX_TEXT:
        raise RightsInvalid("Write 1 to 500 characters here.", field=field)
    return cleaned


def _refuse_missing(connection: Connection, draft: HoldDraft) -> None:
    """Raise `RightsInvalid` where a record or roster was never there: the hold would keep nothing."""
    subject = records.c.subject
    if draft.target == "record":
        either = (records.c.record_id == draft.record) | (subject == draft.record)
        if connection.scalar(select(records.c.record_id).where(either).limit(1)) is None:
            raise RightsInvalid("There is no mail and no record of this id.", field="record")
    if draft.target == "roster":
        # Mails about a roster outlive it.
        told = select(subject).where(subject == draft.roster, records.c.kind.startswith("roster."))
        there = select(rosters.c.name).where(rosters.c.name == draft.roster)
        if not any(connection.scalar(query.limit(1)) for query in (there, told)):
            raise RightsInvalid("There is no roster of this name, and none is recorded.", field="roster")


def _check_period(draft: HoldDraft) -> None:
    if draft.since is None and draft.until is None:
        raise RightsInvalid("A period needs its first or its last day.", field="since")
    if draft.since is not None and draft.until is not None and draft.until <= draft.since:
        raise RightsInvalid("The period ends before it begins.", field="until")


def _told(hold: Hold) -> dict[str, object]:
    """Return what everybody may read of a hold: no address."""
    told = {"target": hold.target, "mailbox": hold.mailbox, "record": hold.record, "roster": hold.roster}
    period = {"since": hold.since, "until": hold.until, "review_on": hold.review_on}
    return {name: value for name, value in {**told, **period}.items() if value}


def _personal(hold: Hold, author: str) -> dict[str, object]:
    return {"author": author, "reason": hold.reason, "owner": hold.owner}


def _row(hold: Hold) -> dict[str, object]:
    texts = {name: getattr(hold, name) or None for name in ("address", "mailbox", "record", "roster")}
    moments = {name: None if (at := getattr(hold, name)) is None else micros(at) for name in ("since", "until")}
    return {
        **texts,
        **moments,
        "id": hold.id,
        "target": hold.target,
        "reason": hold.reason,
        "owner": hold.owner,
        "review_on": hold.review_on.isoformat(),
        "placed_at": micros(hold.placed_at),
        "placed_by": hold.placed_by,
    }


def _hold(row: Row[Any]) -> Hold:
    known: dict[str, Any] = {name: getattr(row, name) or "" for name in _TEXTS}
    known |= {name: None if (at := getattr(row, name)) is None else moment(at) for name in _MOMENTS}
    return Hold(
        id=row.id,
        target=row.target,
        reason=row.reason,
        owner=row.owner,
        review_on=dt.date.fromisoformat(row.review_on),
        placed_at=moment(row.placed_at),
        placed_by=row.placed_by,
        **known,
    )
