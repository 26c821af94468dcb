"""`atesaki doctor` asks the directories, and tells which rosters are not in step with their groups."""

import datetime as dt
from pathlib import Path

import pytest
from tests.fakes.directory import FakeDirectory
from tests.rosters.test_sync import NOW, Away, Room

from atesaki.cli import examined_directories
from atesaki.cli.examined_directories import directories, in_step
from atesaki.directory.errors import (
    DirectoryBusy,
    DirectoryError,
    DirectoryFaulty,
    DirectoryRefused,
    DirectoryUnavailable,
)
from atesaki.settings import read_settings
from atesaki.storage.engine import Store

SOON = NOW + dt.timedelta(minutes=60)


@pytest.fixture
def room(store: Store) -> Room:
    """A roster that follows a group."""
    room = Room(store)
    room.connect()
    return room


def test_a_directory_that_refuses_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret that ran out is found before somebody misses the new members."""
    directory = FakeDirectory()
    monkeypatch.setattr(examined_directories, "open_directories", lambda *_: {"microsoft": directory})
    assert [found.state for found in directories(read_settings())] == ["ok"]
    directory.broken = DirectoryRefused("Microsoft doesn't sign this server in.")
    (found,) = directories(read_settings())
    assert (found.state, found.subject) == ("problem", "directory")
    assert "doesn't sign this server in" in found.sentence
    assert "where it has never answered, or not for three rounds of sync, also mail to any address" in found.sentence


ADVICE = {
    "asked too often": (DirectoryBusy("Graph asks us to wait.", 90), "run this again in 90 seconds"),
    "a fault of its own": (DirectoryFaulty("Graph has a fault."), "Service health"),
    "a right that is missing": (DirectoryRefused("Grant it."), "docs/directory.md"),
    "not reached": (DirectoryUnavailable("Graph can't be reached."), "HTTPS_PROXY"),
}


@pytest.mark.parametrize(("error", "said"), ADVICE.values(), ids=ADVICE)
def test_the_advice_is_what_helps(monkeypatch: pytest.MonkeyPatch, error: DirectoryError, said: str) -> None:
    """Whoever is told to check the settings of a directory that is only busy breaks what was right."""
    directory = FakeDirectory()
    directory.broken = error
    monkeypatch.setattr(examined_directories, "open_directories", lambda *_: {"microsoft": directory})
    (found,) = directories(read_settings())
    assert error.detail in found.sentence
    assert said in found.mend
    assert ("settings" in found.mend) == (type(error) is DirectoryUnavailable)


def test_a_key_that_can_not_be_used_is_a_problem(tmp_path: Path) -> None:
    """The server would not start with it."""
    file = tmp_path / "account.json"
    file.write_text("{}")
    settings = read_settings(google_service_account_file=file, google_admin="admin@hall.example")
    (found,) = directories(settings)
    assert found.state == "problem"
    assert "ATESAKI_GOOGLE_SERVICE_ACCOUNT_FILE" in found.sentence


def test_rosters_in_step_are_well(room: Room) -> None:
    """Also where some members of the group are known not to be readable."""
    room.directory.become("a@x.example", "b@x.example", "c@x.example", unresolved=1)
    room.sync.run_all()
    assert [found.state for found in in_step(read_settings(), room.store, SOON)] == ["ok"]


def test_a_roster_whose_sync_failed_is_a_problem(room: Room) -> None:
    """By its name and why, without the address of anybody."""
    room.directory.broken = Away("The directory is away.")
    room.sync.run_all()
    (found,) = in_step(read_settings(), room.store, SOON)
    assert found.state == "problem"
    assert "volunteers (directory-unavailable)" in found.sentence
    assert "@" not in found.sentence


def test_a_roster_that_was_not_synced_for_long_is_a_problem(room: Room) -> None:
    """Even if nothing said why."""
    (found,) = in_step(read_settings(), room.store, NOW + dt.timedelta(days=1))
    assert found.state == "problem"
    assert "volunteers (not synced for long)" in found.sentence


def test_without_rosters_that_follow_there_is_nothing_to_say(store: Store) -> None:
    """An installation without a directory hears nothing about one."""
    assert list(in_step(read_settings(), store, NOW)) == []
