"""Members who can't be read any more, and faults that nobody expected, take nobody off a roster in silence."""

import pytest
from msgspec import structs
from tests.rosters.files import draft
from tests.rosters.test_sync import Person, Room

from atesaki.storage.engine import Store


@pytest.fixture
def room(store: Store) -> Room:
    """A roster that follows a group of three."""
    room = Room(store)
    room.connect()
    return room


def test_whoever_may_only_have_become_unreadable_stays(room: Room) -> None:
    """A right that was withdrawn, or a group within that closed, is no reason to protect fewer people."""
    room.directory.become("a@x.example", "b@x.example", "d@x.example", unresolved=1)
    for _ in range(2):
        room.sync.run_all()
        assert room.members() == ["a@x.example", "b@x.example", "c@x.example", "d@x.example"]
        assert room.problem() == "group-less-readable"


def test_they_leave_an_open_roster_at_once(room: Room) -> None:
    """Its members may see each other: whoever is kept on it without being sure would be warned about less."""
    room.rosters.edit(structs.replace(draft(), handling="open"))
    room.directory.become("a@x.example", "b@x.example", unresolved=1)
    room.sync.run_all()
    assert (room.members(), room.problem()) == (["a@x.example", "b@x.example"], "group-incomplete")


def test_they_leave_once_the_group_can_be_read_again(room: Room) -> None:
    """What the directory tells whole is followed again by itself."""
    room.directory.become("a@x.example", "b@x.example", unresolved=1)
    room.sync.run_all()
    room.directory.become("a@x.example", "b@x.example")
    room.sync.run_all()
    assert (room.members(), room.problem()) == (["a@x.example", "b@x.example"], None)


def test_they_leave_once_a_person_confirms(room: Room) -> None:
    """From then on the number that can't be read is a known one, and others may leave."""
    room.directory.become("a@x.example", "b@x.example", unresolved=1)
    room.sync.run_all()
    room.connect()
    assert (room.members(), room.problem()) == (["a@x.example", "b@x.example"], "group-incomplete")
    room.directory.become("a@x.example", "e@x.example", unresolved=1)
    room.sync.run_all()
    assert (room.members(), room.problem()) == (["a@x.example", "e@x.example"], "group-incomplete")


def test_a_fault_that_nobody_expected_is_shown_too(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the roster would grow stale under the date of its last good sync."""

    def broken(_: str) -> None:
        raise UnicodeError

    monkeypatch.setattr(room.directory, "members", broken)
    room.sync.run_all()
    assert room.problem() == "sync-failed"


def test_a_name_that_no_file_can_hold_stops_no_sync(room: Room) -> None:
    """JSON may hold half a character, which neither database takes."""
    room.directory.listing.people.append(Person("d@x.example", "Dee \ud800"))
    room.sync.run_all()
    assert "d@x.example" in room.members()
