"""How long personal data is kept: by class of record, and otherwise for decisions about people on some rosters."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Annotated, Final, Literal, get_args

import msgspec
from msgspec import Meta, Struct
from sqlalchemy import delete, insert, select

from atesaki.judgement.facts import Handling
from atesaki.sending import record, release
from atesaki.sending.clock import Clock, utc_now
from atesaki.sending.rights.errors import RetentionChanged, RightsInvalid
from atesaki.sending.rights.exclusive import changing
from atesaki.sending.rights.trail import Records
from atesaki.storage.engine import Store, micros
from atesaki.storage.tables import documents

NAME: Final = "retention"
MOST_DAYS: Final = 36_500

RecordClass = Literal["decision", "release", "roster", "policy", "sign_in", "account", "view", "right", "other"]
CLASSES: tuple[RecordClass, ...] = get_args(RecordClass)
HANDLINGS: tuple[Handling, ...] = ("protected", "sensitive", "open")
Days = Annotated[int, Meta(ge=1, le=MOST_DAYS)]

_CLASS_OF: Mapping[str, RecordClass] = {
    record.KIND: "decision",
    release.KIND: "release",
    "second_check": "release",
    "roster": "roster",
    "policy": "policy",
    "policies": "policy",
    "draft": "policy",
    "organization": "policy",
    "person": "sign_in",
    "sign_in": "sign_in",
    "account": "account",
    "invitation": "account",
    "personal_data": "view",
    "erasure": "right",
    "legal_hold": "right",
    "retention": "right",
}
_ABOUT_ROSTERS: Final[frozenset[RecordClass]] = frozenset({"decision", "release"})


class Periods(Struct, frozen=True, forbid_unknown_fields=True):
    """Days by class of record, and by handling of the rosters that a decision touched; what is left out has no own."""

    classes: dict[RecordClass, Days] = {}
    handlings: dict[Handling, Days] = {}

    def days(self, kind: str, handlings: Iterable[Handling], default: int) -> int:
        """Return how long the personal data of a record is kept: of several rosters, the shortest period counts."""
        which = class_of(kind)
        own = [self.handlings[each] for each in handlings if each in self.handlings] if which in _ABOUT_ROSTERS else []
        return min(own) if own else self.classes.get(which, default)


class PeriodsState(Struct, frozen=True):
    """The periods in force; revision 0 is what nobody has changed yet."""

    periods: Periods = Periods()
    revision: int = 0


class Retention:
    """Keeps the periods; a change is in the journal first. `default` is the period of what has no own, in days."""

    def __init__(self, store: Store, record: Records, default: int, clock: Clock = utc_now) -> None:
        self._store = store
        self._record = record
        self._clock = clock
        self.default = default

    @property
    def state(self) -> PeriodsState:
        """The periods in force."""
        query = select(documents.c.revision, documents.c.body).where(documents.c.name == NAME)
        with self._store.read() as connection:
            row = connection.execute(query).first()
        return (
            PeriodsState() if row is None else PeriodsState(msgspec.json.decode(row.body, type=Periods), row.revision)
        )

    def put(self, periods: Periods, author: str, revision: int) -> PeriodsState:
        """Replace the periods that had this revision; raises `RetentionChanged` or `RightsInvalid`."""
        before, periods = self.state, checked(periods)
        if before.revision != revision:
            raise RetentionChanged("Somebody else changed the periods in the meantime; look at them again.")
        after = PeriodsState(periods, before.revision + 1)
        body = {"revision": after.revision, "before": before.periods, "after": periods, "default": self.default}
        self._record("retention.changed", NAME, body, {"author": author})
        values = {"name": NAME, "revision": after.revision, "body": msgspec.json.encode(periods).decode()}
        with changing(self._store) as connection:
            connection.execute(delete(documents).where(documents.c.name == NAME))
            connection.execute(insert(documents).values(updated_at=micros(self._clock()), **values))
        return after

    def plan(self) -> "Plan":
        """Return what expiry goes by."""
        return Plan(self.state.periods, self.default)


class Plan(Struct, frozen=True):
    """The periods with the default of this process."""

    periods: Periods
    default: int

    @property
    def name(self) -> str:
        """A text that is another one whenever any period is."""
        return msgspec.json.encode(self, order="deterministic").decode()

    @property
    def asks_for_rosters(self) -> bool:
        """Whether a decision's period depends on rosters at all."""
        return bool(self.periods.handlings)

    def expires_at(self, kind: str, recorded_at: int, handlings: Iterable[Handling]) -> int:
        """Return when the personal data of a record goes, in microseconds UTC."""
        days = self.periods.days(kind, handlings, self.default)
        return recorded_at + days * (dt.timedelta(days=1) // dt.timedelta(microseconds=1))


def class_of(kind: str) -> RecordClass:
    """Return the class of a kind of record, such as `decision.recorded`."""
    return _CLASS_OF.get(kind) or _CLASS_OF.get(kind.partition(".")[0], "other")


def checked(periods: Periods) -> Periods:
    """Return the periods; raises `RightsInvalid` for one that is no number of days."""
    fields: list[tuple[str, int]] = [*periods.classes.items(), *periods.handlings.items()]
    for field, days in fields:
        if not 1 <= days <= MOST_DAYS:
            raise RightsInvalid("A period is 1 to 36,500 days.", field=field)
    return periods
