"""A roster is kept in step with a group, and whatever goes wrong, its people stay protected."""

import datetime as dt
import math
from typing import ClassVar

import pytest
from msgspec import Struct
from tests.fakes.journal import ListedJournal
from tests.rosters.files import draft, file_of

from atesaki.deadline import left
from atesaki.judgement.errors import AtesakiError
from atesaki.rosters.errors import RosterChanged
from atesaki.rosters.members import each_member
from atesaki.rosters.registry import roster_named
from atesaki.rosters.rosters import Origin, Rosters, base_of
from atesaki.rosters.sources import Source, source_of
from atesaki.rosters.sync import WHOLE, GroupChanged, Sync, SyncWouldEmpty
from atesaki.storage.engine import Store

GROUP = Source("microsoft", "g1", "Volunteers")
NOW = dt.datetime(2026, 11, 27, 9, 0, tzinfo=dt.UTC)


class Away(AtesakiError):
    """The directory can't be reached."""

    type: ClassVar[str] = "directory-unavailable"


class Person(Struct, frozen=True):
    """Somebody in a group."""

    address: str
    name: str = ""


class Listing(Struct, frozen=True):
    """The members of a group."""

    people: list[Person]
    unresolved: int = 0


class Directory:
    """A directory with one group."""

    def __init__(self, *addresses: str) -> None:
        self.listing = Listing([Person(address) for address in addresses])
        self.broken: AtesakiError | None = None
        self.seconds = math.inf

    def members(self, group_id: str) -> Listing:
        """Everybody in the group."""
        self.seconds = left()
        assert group_id == "g1"
        if self.broken:
            raise self.broken
        return self.listing

    def become(self, *addresses: str, unresolved: int = 0) -> None:
        """Change the group."""
        self.listing = Listing([Person(address) for address in addresses], unresolved)


class Room:
    """A roster “volunteers”, a directory, and the sync between them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.journal = ListedJournal()
        self.rosters = Rosters(store, self.journal)
        self.rosters.create(draft())
        self.directory = Directory("a@x.example", "b@x.example", "c@x.example")
        self.sync = Sync(store, self.rosters, {"microsoft": self.directory}, lambda: NOW)

    def connect(self) -> None:
        """Preview and confirm."""
        base = base_of(self.rosters.get("volunteers"))
        seen = self.sync.preview("volunteers", GROUP).seen
        self.sync.connect("volunteers", GROUP, Origin("mori@hall.example", base), seen)

    def members(self) -> list[str]:
        """The addresses in force."""
        return [member.address for member in each_member(self.store, roster_named(self.store, "volunteers"))]

    def problem(self) -> str | None:
        """What the roster's source says went wrong."""
        source = source_of(self.store, roster_named(self.store, "volunteers").id)
        assert source
        return source.problem


@pytest.fixture
def room(store: Store) -> Room:
    """Everything that a test needs."""
    return Room(store)


def test_preview_imports_nothing(room: Room) -> None:
    """A preview tells what would be, and changes nothing."""
    assert room.sync.preview("volunteers", GROUP).comparison.counts["joined"] == 3
    assert room.members() == []


def test_connecting_imports_and_is_journaled_with_its_source(room: Room) -> None:
    """Who let a group in, and which group, can be read from the journal."""
    room.connect()
    assert room.members() == ["a@x.example", "b@x.example", "c@x.example"]
    entry = room.journal.entries[-1]
    assert entry.body["source"] == {"kind": "group", "provider": "microsoft", "group": "g1"}
    assert entry.personal == {"author": "mori@hall.example"}


def test_connecting_to_another_membership_than_shown_is_refused(room: Room) -> None:
    """What a person confirmed is what they saw."""
    seen = room.sync.preview("volunteers", GROUP).seen
    room.directory.become("evil@y.example")
    with pytest.raises(GroupChanged):
        room.sync.connect("volunteers", GROUP, Origin(), seen)
    assert room.members() == []


def test_connecting_a_roster_that_changed_is_refused(room: Room) -> None:
    """The comparison was made with other members."""
    base, seen = base_of(room.rosters.get("volunteers")), room.sync.preview("volunteers", GROUP).seen
    room.rosters.replace_members("volunteers", file_of("email\nz@x.example\n"))
    with pytest.raises(RosterChanged):
        room.sync.connect("volunteers", GROUP, Origin(base=base), seen)


def test_an_empty_group_is_never_connected(room: Room) -> None:
    """A group that can't be read looks empty."""
    room.directory.become()
    with pytest.raises(SyncWouldEmpty):
        room.sync.connect("volunteers", GROUP, Origin(), room.sync.preview("volunteers", GROUP).seen)


def test_a_sync_follows_small_changes(room: Room) -> None:
    """Who joins the group is on the roster within the hour; who leaves it is not."""
    room.connect()
    room.directory.become("a@x.example", "b@x.example", "d@x.example")
    room.sync.run_all()
    assert room.members() == ["a@x.example", "b@x.example", "d@x.example"]
    assert room.problem() is None


def test_a_sync_without_changes_writes_nothing(room: Room) -> None:
    """The journal isn't filled by groups that stay as they are."""
    room.connect()
    before = len(room.journal.entries)
    source = room.sync.run("volunteers")
    assert len(room.journal.entries) == before
    assert source
    assert source.synced_at == NOW


@pytest.mark.parametrize(("left", "problem"), [((), "sync-would-empty"), (("a@x.example",), "sync-would-shrink")])
def test_a_sync_that_would_empty_or_halve_stops(room: Room, left: tuple[str, ...], problem: str) -> None:
    """A person is asked before a group takes away the protection of most people."""
    room.connect()
    room.directory.become(*left)
    room.sync.run_all()
    assert len(room.members()) == 3
    assert room.problem() == problem


def test_a_person_may_confirm_the_smaller_group(room: Room) -> None:
    """Asked, a person decides, and the problem is gone."""
    room.connect()
    room.directory.become("a@x.example")
    room.sync.run_all()
    room.connect()
    assert room.members() == ["a@x.example"]
    assert room.problem() is None


def test_a_failing_directory_changes_nothing_and_is_shown(room: Room) -> None:
    """Failure never empties a roster; the next success clears the problem."""
    room.connect()
    room.directory.broken = Away("The directory is away.")
    room.sync.run_all()
    assert len(room.members()) == 3
    assert room.problem() == "directory-unavailable"
    room.directory.broken = None
    room.sync.run_all()
    assert room.problem() is None


def test_a_group_has_its_time(room: Room) -> None:
    """One that comes page by page without end would hold up the rosters behind it."""
    room.connect()
    room.sync.run_all()
    assert room.directory.seconds <= WHOLE


def test_a_directory_that_is_no_longer_configured_is_a_problem(room: Room) -> None:
    """The roster says so instead of growing stale in silence."""
    room.connect()
    Sync(room.store, room.rosters, {}).run_all()
    assert room.problem() == "directory-missing"


def test_members_without_a_readable_address_are_said(room: Room) -> None:
    """Those whom the directory would not tell aren't protected, so somebody must know."""
    room.directory.become("a@x.example", "b@x.example", "not an address", unresolved=2)
    assert room.sync.preview("volunteers", GROUP).unresolved == 3
    room.connect()
    assert room.problem() == "group-incomplete"
    assert room.members() == ["a@x.example", "b@x.example"]


def test_a_group_without_names_keeps_those_of_the_roster(room: Room) -> None:
    """Google doesn't name the members of a group; what somebody once typed isn't lost for that."""
    room.rosters.replace_members("volunteers", file_of("name,email\nAnn,a@x.example\n"))
    room.connect()
    members = each_member(room.store, roster_named(room.store, "volunteers"))
    assert [member.name for member in members] == ["Ann", None, None]


def test_a_disconnected_roster_keeps_its_members(room: Room) -> None:
    """Leaving the group behind is journaled, and takes nobody off the roster."""
    room.connect()
    room.sync.disconnect("volunteers", "mori@hall.example")
    assert len(room.members()) == 3
    assert room.sync.run("volunteers") is None
    assert room.journal.entries[-1].body["change"] == "source_removed"


def test_what_another_process_has_just_synced_is_left_alone(room: Room) -> None:
    """Several processes share the work instead of asking the directory several times."""
    room.connect()
    room.directory.become("a@x.example", "b@x.example", "d@x.example")
    room.sync.run_all(dt.timedelta(minutes=30))
    assert "d@x.example" not in room.members()
    room.sync.run_all()
    assert "d@x.example" in room.members()


def test_one_broken_roster_does_not_stop_the_others(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where something fails that nobody expected."""
    room.connect()
    room.rosters.create(draft("a first one"))
    room.sync.connect("a first one", GROUP, Origin(), room.sync.preview("a first one", GROUP).seen)
    room.directory.become("a@x.example", "b@x.example", "d@x.example")
    run = room.sync.run

    def broken(name: str) -> Source | None:
        if name == "a first one":
            raise ValueError
        return run(name)

    monkeypatch.setattr(room.sync, "run", broken)
    room.sync.run_all()
    assert "d@x.example" in room.members()
