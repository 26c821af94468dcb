"""Keeps rosters in step with groups of a directory, and asks a person before a group empties or halves one."""

import asyncio
import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import ClassVar, Protocol

import structlog
from msgspec import Struct

from atesaki.clock import Clock, utc_now
from atesaki.deadline import within
from atesaki.judgement.address import parse_address
from atesaki.judgement.errors import AtesakiError
from atesaki.rosters import registry
from atesaki.rosters.comparison import Comparison, SideBySide, side_by_side
from atesaki.rosters.errors import RosterBusy, RosterChanged
from atesaki.rosters.import_csv import cleaned_name
from atesaki.rosters.members import each_member
from atesaki.rosters.registry import Registered
from atesaki.rosters.roster import Member
from atesaki.rosters.rosters import ImportReport, Origin, Rosters, base_of
from atesaki.rosters.sources import (
    INCOMPLETE,
    Source,
    Synced,
    keep_source,
    note_sync,
    out_of_step,
    remove_source,
    source_of,
    sources,
)
from atesaki.storage.engine import Store

LESS_READABLE = "group-less-readable"
"""The problem of a sync that let nobody leave: whoever is missing may be one of those who can't be read any more."""

UNEXPECTED = "sync-failed"
"""The problem of a sync that failed in a way that nobody expected; it is shown like any other."""

FIRST_AFTER = dt.timedelta(minutes=1)
"""When syncs begin after a start: a server that is restarted each night must not wait for a day that never passes."""

WHOLE = 600.0
"""Seconds for all pages of one group; a directory that takes longer leaves the roster as it was."""

# "sync" in ASCII; any constant will do, as long as all replicas use the same.
_LOCK = 0x73796E63

_log = structlog.get_logger(__name__)


class DirectoryMissing(AtesakiError):
    """A roster has a source in a directory that this server is no longer told about."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "directory-missing"


class SyncWouldEmpty(AtesakiError):
    """The group has no members that could be read, so the roster keeps its own."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "sync-would-empty"


class SyncWouldShrink(AtesakiError):
    """More than half of the roster's members are no longer in the group; a person must say that this is right."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "sync-would-shrink"


class GroupChanged(AtesakiError):
    """The group has other members than those that a person was shown."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "group-changed"


class Listed(Protocol):
    """Somebody in a group."""

    @property
    def address(self) -> str:
        """Where they get their mail."""

    @property
    def name(self) -> str:
        """What they are called; empty where the directory doesn't say."""


class Listing(Protocol):
    """The members of a group; `unresolved` counts those that the directory would not tell."""

    @property
    def people(self) -> Sequence[Listed]:
        """Everybody in the group and in the groups within it."""

    @property
    def unresolved(self) -> int:
        """How many members have no address that could be read."""


class Groups(Protocol):
    """A directory, as a sync sees it."""

    def members(self, group_id: str) -> Listing:
        """Everybody in a group; raises an `AtesakiError` where that can't be known as a whole."""


class SyncPreview(Struct, frozen=True):
    """What a sync would do; `seen` names exactly these members of the group."""

    comparison: Comparison
    unresolved: int
    seen: str


class Sync:
    """Brings rosters in step with their groups; `directories` are those that this server is told about, by name."""

    def __init__(
        self,
        store: Store,
        rosters: Rosters,
        directories: Mapping[str, Groups],
        now: Clock = utc_now,
    ) -> None:
        self._store = store
        self._rosters = rosters
        self._directories = directories
        self._now = now

    def preview(self, name: str, source: Source) -> SyncPreview:
        """Tell what a sync with this group would do; raises what the directory raises."""
        with self._beside(registry.roster_named(self._store, name), source) as group:
            return SyncPreview(group.both.comparison(), group.unresolved, group.seen())

    def connect(self, name: str, source: Source, origin: Origin, seen: str) -> ImportReport:
        """Import the group that was previewed and keep the roster in step with it from now on.

        Raises `GroupChanged`, `SyncWouldEmpty`, and what `Rosters.replace` and the directory raise.
        """
        roster = registry.roster_named(self._store, name)
        with self._beside(roster, source) as group:
            if group.seen() != seen:
                raise GroupChanged("The group has changed since you looked at the preview; look at it again.")
            _require_people(group.both.comparison())
            whole = Origin(origin.author, origin.base, source.told())
            report = self._rosters.replace(roster.name, group.both.members(), whole)
            done = group.synced(self._now())
        keep_source(self._store, roster.id, source)
        note_sync(self._store, roster.id, source, done)
        return report

    def disconnect(self, name: str, author: str) -> None:
        """Keep the members and stop keeping them in step."""
        roster = registry.roster_named(self._store, name)
        source = source_of(self._store, roster.id)
        if source is not None:
            self._rosters.source_removed(roster, source.told(), author)
            remove_source(self._store, roster.id)

    def run(self, name: str) -> Source | None:
        """Bring one roster in step and return its source with what became of it; never empties or halves it."""
        roster = registry.roster_named(self._store, name)
        source = source_of(self._store, roster.id)
        if source is None:
            return None
        try:
            self._import_changes_anew(roster, source)
        except Exception as error:  # noqa: BLE001  # Whatever it is, the roster must not grow stale in silence.
            problem = error.type if isinstance(error, AtesakiError) else UNEXPECTED
            _log.warning("roster.sync_failed", provider=source.provider, problem=problem, error=type(error).__name__)
            note_sync(self._store, roster.id, source, Synced(problem))
        return source_of(self._store, roster.id)

    def run_all(self, not_since: dt.timedelta = dt.timedelta()) -> None:
        """Bring every roster that has a source in step, but not one that another process syncs or has just synced."""
        with self._store.sole(_LOCK) as alone:
            if alone:
                self._run_each(not_since)

    def out_of_step(self, late: dt.timedelta) -> list[str]:
        """The names of rosters whose last sync met a problem, or was so long ago."""
        return out_of_step(sources(self._store), self._now() - late)

    def _run_each(self, not_since: dt.timedelta) -> None:
        for name, source in sources(self._store).items():
            if source.synced_at is not None and self._now() - source.synced_at < not_since:
                continue
            try:
                self.run(name)
            except Exception as error:  # noqa: BLE001  # One roster's trouble must not stop the others.
                _log.warning("roster.sync_failed", error=type(error).__name__)

    async def keep_in_step(self, every: dt.timedelta) -> None:
        """Do so from time to time, until cancelled."""
        wait = min(FIRST_AFTER, every)
        while True:
            await asyncio.sleep(wait.total_seconds())
            wait = every
            try:
                await asyncio.to_thread(self.run_all, every / 2)
            except Exception as error:  # noqa: BLE001  # The next round tries again.
                _log.warning("roster.sync_failed", error=type(error).__name__)

    def _import_changes_anew(self, roster: Registered, source: Source) -> None:
        try:
            self._import_changes(roster, source)
        except (RosterBusy, RosterChanged):
            # Another sync or an import was faster; it has done our work, or we look at what it has left.
            self._import_changes(registry.roster_named(self._store, roster.name), source)

    def _import_changes(self, roster: Registered, source: Source) -> None:
        with self._beside(roster, source) as group:
            comparison = group.both.comparison()
            if comparison.differs:
                _require_people(comparison)
                if comparison.many_leave:
                    raise SyncWouldShrink("More than half of the members have left the group; look at it and confirm.")
                # Whoever stands on an open roster is warned about less, so there it is safer to let them leave.
                kept = roster.handling != "open" and group.keep_unseen(source.unresolved)
                origin = Origin(base=base_of(roster), source=source.told())
                if not kept or group.both.comparison().differs:
                    self._rosters.replace(roster.name, group.both.members(), origin)
            note_sync(self._store, roster.id, source, group.synced(self._now()))

    @contextmanager
    def _beside(self, roster: Registered, source: Source) -> Iterator["_Group"]:
        directory = self._directories.get(source.provider)
        if directory is None:
            raise DirectoryMissing("This server isn't told how to reach the directory of this group.")
        with within(WHOLE):
            listing = directory.members(source.group_id)
        with side_by_side(each_member(self._store, roster)) as both:
            unreadable = sum(not _add(both, person) for person in listing.people)
            both.keep_names()
            yield _Group(both, listing.unresolved + unreadable)


class _Group:
    """The group beside the roster."""

    def __init__(self, both: SideBySide, unresolved: int) -> None:
        self.both = both
        self.unresolved = unresolved
        self._kept = False

    def keep_unseen(self, unresolved: int) -> bool:
        """Let nobody leave where more members can't be read than the `unresolved` ones of the last sync."""
        self._kept = self.unresolved > unresolved and self.both.keep_former() > 0
        return self._kept

    def synced(self, now: dt.datetime) -> Synced:
        """What is noted of a sync that was done; as long as somebody was kept, the last number holds."""
        if self._kept:
            return Synced(LESS_READABLE, now)
        return Synced(INCOMPLETE if self.unresolved else None, now, self.unresolved)

    def seen(self) -> str:
        return _digest(self.both.members())


def _add(both: SideBySide, person: Listed) -> bool:
    address = parse_address(person.address)
    if address.readable:
        both.add(Member(address.key, address.spec, cleaned_name(person.name)))
    return address.readable


def _digest(members: Iterable[Member]) -> str:
    digest = hashlib.sha256()
    for member in members:
        digest.update(f"{member.address}\0{member.name}\0".encode())
    return digest.hexdigest()


def _require_people(comparison: Comparison) -> None:
    if comparison.new == 0:
        raise SyncWouldEmpty("The group has no members with an address, so the roster keeps its own.")
