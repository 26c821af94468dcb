"""What can be done with rosters; every change is in the journal before it is in force."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import islice
from typing import IO

from msgspec import Struct

from atesaki.clock import Clock, utc_now
from atesaki.judgement.address import mailbox_key
from atesaki.judgement.facts import RosterHit
from atesaki.recorder import Recorder
from atesaki.rosters import members, registry
from atesaki.rosters.errors import RosterChanged, RosterExists, RosterNotFound, RostersUnavailable, RosterWouldBeEmpty
from atesaki.rosters.export_csv import members_as_csv
from atesaki.rosters.import_csv import Rejection, read_members
from atesaki.rosters.registry import Registered
from atesaki.rosters.roster import Member, Roster, RosterDraft, checked_draft, description_of
from atesaki.storage.engine import Store, micros

MAX_REPORTED = 1_000
"""So many rejections of one import are listed; `rejected_count` counts all of them."""


class ImportReport(Struct, frozen=True):
    """What became of a file: members accepted, repeated ones, and the first `MAX_REPORTED` rejections."""

    accepted: int
    duplicates: int
    rejected: tuple[Rejection, ...]
    rejected_count: int


class Origin(Struct, frozen=True):
    """Where new members come from and who lets them in.

    `base` is the `base_of` the roster that they were compared with, `None` where they replace whatever is there.
    """

    author: str = ""
    base: str | None = None
    source: Mapping[str, object] | None = None


def base_of(roster: Roster) -> str:
    """A text that tells exactly these members of exactly this roster from any others, also of a later namesake."""
    return f"{micros(roster.created_at)}.{roster.revision}"


class Rosters:
    """The registered lists of people.

    `record` writes the journal; `changed` is told in this process whenever a look-up may have a new answer;
    `now` tells the time in UTC.
    """

    def __init__(
        self,
        store: Store,
        record: Recorder,
        changed: Callable[[], None] = lambda: None,
        now: Clock = utc_now,
    ) -> None:
        self._store = store
        self._record = record
        self._changed = changed
        self._now = now

    def all(self) -> list[Roster]:
        """Every roster, by name."""
        return list[Roster](registry.all_rosters(self._store))

    def get(self, name: str) -> Roster:
        """One roster; raises `RosterNotFound`."""
        return registry.roster_named(self._store, name)

    def create(self, draft: RosterDraft, author: str = "") -> Roster:
        """Register an empty roster; raises `RosterInvalid` or `RosterExists`."""
        draft = checked_draft(draft)
        with suppress(RosterNotFound):
            self.get(draft.name)
            raise RosterExists("A roster of this name is registered already.", field="name")
        after = {"members": 0, "revision": 0, "handling": draft.handling}
        personal = {"after": _personal(draft), **_by(author)}
        with self._recorded(draft.name, _Change("created", None, after, personal)):
            registry.add_roster(self._store, draft, self._now())
        return self.get(draft.name)

    def edit(self, draft: RosterDraft, author: str = "", *, seen: str | None = None) -> Roster:
        """Change owner, purpose or handling of the roster `draft.name`; `seen` is the `description_of` the former ones.

        Raises `RosterInvalid`, `RosterNotFound`, or `RosterChanged` where there are others by now.
        """
        draft = checked_draft(draft)
        roster = registry.roster_named(self._store, draft.name)
        if seen not in {None, description_of(roster)}:
            raise registry.changed_description()
        before, after = _state(roster), {**_state(roster), "handling": draft.handling}
        personal = {"before": _personal(roster), "after": _personal(draft), **_by(author)}
        with self._recorded(draft.name, _Change("edited", before, after, personal)):
            registry.change_roster(self._store, roster, draft, self._now())
        return self.get(draft.name)

    def delete(self, name: str, author: str = "") -> None:
        """Delete a roster with its members; raises `RosterNotFound`."""
        roster = registry.roster_named(self._store, name)
        personal = {"before": _personal(roster), **_by(author)}
        with self._recorded(roster.name, _Change("deleted", _state(roster), None, personal)):
            registry.put_in_force(self._store, roster.id, None, self._now())
        members.sweep(self._store, roster.id)
        registry.remove_roster(self._store, roster.id)
        self._changed()

    def replace_members(
        self,
        name: str,
        file: IO[bytes],
        *,
        allow_empty: bool = False,
        progress: Callable[[int], None] = lambda _: None,
    ) -> ImportReport:
        """Import a CSV file; its members take the place of all former ones at one moment, or nothing changes.

        `progress` is called with the number of members read so far.
        Raises `RosterNotFound`, what `read_members` raises, `RosterWouldBeEmpty`, `RosterBusy` or `RostersUnavailable`.
        """
        return self.replace(name, read_members(file), Origin(), allow_empty=allow_empty, progress=progress)

    def replace(
        self,
        name: str,
        rows: Iterable[Member | Rejection],
        origin: Origin,
        *,
        allow_empty: bool = False,
        progress: Callable[[int], None] = lambda _: None,
    ) -> ImportReport:
        """Let `rows` take the place of all former members; raises `RosterChanged` and what `replace_members` does."""
        roster = registry.roster_named(self._store, name)
        if origin.base not in {None, base_of(roster)}:
            raise RosterChanged("This roster has changed since you looked at the preview; look at it again.")
        reading = _Reading(rows)
        with self._staged(roster, reading, progress) as revision:
            if reading.accepted == 0 and roster.members and not allow_empty:
                raise RosterWouldBeEmpty(reading.report())
            after = {**_state(roster), "members": reading.accepted, "revision": revision or roster.revision + 1}
            change = _Change("members_replaced", _state(roster), after, _by(origin.author) or None, origin.source)
            expected = None if origin.base is None else roster.revision
            with self._recorded(roster.name, change):
                registry.put_in_force(self._store, roster.id, revision, self._now(), expected)
        self._clear_away(roster)
        return reading.report()

    def export(self, name: str, author: str = "") -> str:
        """All members as CSV; that someone looked at them is recorded first."""
        roster = registry.roster_named(self._store, name)
        self.viewed(roster.name, "roster_members", roster.members, author)
        return members_as_csv(members.members_in_force(self._store, roster.id))

    def source_removed(self, roster: Roster, source: Mapping[str, object], author: str) -> None:
        """Record that a roster is no longer kept in step with its group; its members stay."""
        state = _state(roster)
        body = {"change": "source_removed", "before": {**state, "source": source}, "after": state}
        self._record("roster.changed", roster.name, body, _by(author) or None)

    def viewed(self, name: str, what: str, people: int, author: str) -> None:
        """Record that somebody is about to be shown so many people of a roster."""
        self._record("personal_data.viewed", name, {"what": what, "members": people}, _by(author) or None)

    def find(self, address: str) -> tuple[RosterHit, ...]:
        """The rosters that an address is on; that someone asked is recorded first."""
        self._record("personal_data.viewed", "rosters", {"what": "roster_membership"}, {"address": address})
        key = mailbox_key(address)
        return members.find_hits(self._store, [key]).get(key, ())

    @contextmanager
    def _staged(self, roster: Registered, reading: "_Reading", progress: Callable[[int], None]) -> Iterator[int | None]:
        revision = None
        try:
            while chunk := list(islice(reading, members.CHUNK)):
                revision = members.stage(self._store, roster.id, revision, chunk)
                progress(reading.accepted)
            yield revision
        except BaseException:
            if revision is not None:
                with suppress(RostersUnavailable):
                    members.discard(self._store, roster.id, revision)
            raise

    @contextmanager
    def _recorded(self, name: str, change: "_Change") -> Iterator[None]:
        """Record a change, then make it: the journal may tell of a change that failed, never miss one."""
        self._record("roster.changed", name, change.body(), change.personal)
        try:
            yield
        except BaseException:
            undone = {"change": f"{change.kind}_failed", "before": change.before, "after": change.before}
            self._record("roster.changed", name, undone, None)
            raise
        self._changed()

    def _clear_away(self, roster: Registered) -> None:
        # The new members are in force; what remains of the old ones is found again at the next import.
        with suppress(RostersUnavailable):
            members.sweep(self._store, roster.id)


class _Change(Struct, frozen=True):
    """One change as the journal tells it."""

    kind: str
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None
    personal: Mapping[str, object] | None = None
    source: Mapping[str, object] | None = None

    def body(self) -> dict[str, object]:
        told: dict[str, object] = {"change": self.kind, "before": self.before, "after": self.after}
        return told if self.source is None else {**told, "source": self.source}


class _Reading:
    """Goes through the rows once, hands on each member the first time, and counts the rest."""

    def __init__(self, rows: Iterable[Member | Rejection]) -> None:
        self._rows = rows
        self._seen: set[str] = set()
        self._duplicates = 0
        self._rejected: list[Rejection] = []
        self._rejected_count = 0
        self._members = self._first_times()

    @property
    def accepted(self) -> int:
        return len(self._seen)

    def __iter__(self) -> Iterator[Member]:
        return self._members

    def report(self) -> ImportReport:
        return ImportReport(self.accepted, self._duplicates, tuple(self._rejected), self._rejected_count)

    def _first_times(self) -> Iterator[Member]:
        for row in self._rows:
            if isinstance(row, Rejection):
                self._reject(row)
            elif row.mailbox_key in self._seen:
                self._duplicates += 1
            else:
                self._seen.add(row.mailbox_key)
                yield row

    def _reject(self, rejection: Rejection) -> None:
        self._rejected_count += 1
        if len(self._rejected) < MAX_REPORTED:
            self._rejected.append(rejection)


def _state(roster: Roster) -> dict[str, object]:
    return {"members": roster.members, "revision": roster.revision, "handling": roster.handling}


def _personal(described: Roster | RosterDraft) -> dict[str, object]:
    return {"owner": described.owner, "purpose": described.purpose}


def _by(author: str) -> dict[str, object]:
    return {"author": author} if author else {}
