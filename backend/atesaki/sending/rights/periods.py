"""How long personal data is kept: by class of record, and otherwise for decisions about people on some rosters."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Annotated, Final, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from atesaki.clock import Clock, utc_now
from atesaki.journal.changes import Change, newest_change
from atesaki.journal.read import Reader
from atesaki.judgement.facts import Handling
from atesaki.recorder import Recorder
from atesaki.sending import record, release
from atesaki.sending.rights.errors import RetentionChanged, RightsInvalid
from atesaki.sending.rights.exclusive import changing
from atesaki.storage.documents import Document, DocumentChanged, Kept
from atesaki.storage.engine import Store, micros

KIND: Final = "retention.changed"
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

    def __init__(self, store: Store, record: Recorder, default: int, clock: Clock = utc_now) -> None:
        self._store = store
        self._record = record
        self._clock = clock
        self._document = Document(store, NAME)
        self.default = default

    @property
    def state(self) -> PeriodsState:
        """The periods in force."""
        return _state(self._document.read())

    def put(self, periods: Periods, author: str, revision: int) -> PeriodsState:
        """Replace the periods that had this revision; raises `RetentionChanged` or `RightsInvalid`."""
        after = PeriodsState(checked(periods), revision + 1)
        with self._document.alone() as kept:
            before = _state(kept)
            if before.revision != revision:
                raise _changed()
            body = {"revision": after.revision, "before": before.periods, "after": periods, "default": self.default}
            self._record(KIND, NAME, body, {"author": author})
            self._write(periods, revision)
        return after

    def change_to(self, revision: int) -> Change | None:
        """Return who made this revision and when, as far as the journal still knows."""
        return newest_change(Reader(self._store), KIND, lambda body, _: body.get("revision") == revision)

    def _write(self, periods: Periods, seen: int) -> None:
        body = msgspec.json.encode(periods).decode()
        try:
            with changing(self._store) as connection:
                self._document.replace(connection, body, seen=seen, at=micros(self._clock()))
        except DocumentChanged as error:
            raise _changed() from error

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


def _state(kept: Kept) -> PeriodsState:
    periods = msgspec.json.decode(kept.body, type=Periods) if kept.revision else Periods()
    return PeriodsState(periods, kept.revision)


def _changed() -> RetentionChanged:
    return RetentionChanged("Somebody else changed the periods in the meantime; look at them again.")


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
