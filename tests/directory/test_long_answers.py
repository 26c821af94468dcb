"""Pages that come slowly, or without end, hold nobody up: an answer as a whole has its time, and a group its size."""

import time
from collections.abc import Callable

import pytest
from tests.fakes.directories import World

from atesaki.deadline import within
from atesaki.directory.errors import DirectoryBusy, DirectoryUnavailable, GroupTooLarge
from atesaki.directory.port import Directory

SECONDS = 1.0
"""What an answer may take here."""

PATIENCE = 5.0
"""Seconds after which it is not the limit that ended it; a machine under load is slow."""

ASKED: list[Callable[[Directory], object]] = [
    lambda directory: directory.members("g1"),
    lambda directory: directory.mailing_lists(),
    lambda directory: directory.groups_of("a@hall.example"),
]


@pytest.fixture(autouse=True)
def hall(world: World) -> None:
    """Three volunteers."""
    for name in "abc":
        world.person(f"{name}@hall.example", name.upper())
    world.group("g1", "Volunteers", "volunteers@hall.example", *world.people)


@pytest.mark.parametrize("ask", ASKED, ids=["members", "lists", "groups"])
def test_pages_without_end_end_in_time(directory: Directory, world: World, ask: Callable[[Directory], object]) -> None:
    """Each page by itself comes soon enough; by their number alone they would hold a thread for hours."""
    world.endless, world.delay = True, 0.05
    began = time.monotonic()
    with within(SECONDS), pytest.raises(DirectoryUnavailable, match="too long"):
        ask(directory)
    assert SECONDS <= time.monotonic() - began < PATIENCE


@pytest.mark.parametrize(("status", "error"), [(429, DirectoryBusy), (500, DirectoryUnavailable)])
def test_nobody_waits_beyond_the_time_that_is_left(
    directory: Directory, world: World, naps: list[float], status: int, error: type[Exception]
) -> None:
    """A directory that asks for more seconds than there are is not waited for in vain."""
    world.always = (status, {"Retry-After": "3"}, {})
    with within(0.9), pytest.raises(error):
        directory.members("g1")
    assert naps == []


def test_a_group_is_read_up_to_its_size(directory: Directory, world: World) -> None:
    """Members without an address count; what is not of use is not read to its end."""
    world.groups["g1"].members.append("hidden")
    assert len(directory.members("g1", 4).people) == 3
    with pytest.raises(GroupTooLarge, match="more than 3 members"):
        directory.members("g1", 3)
    world.asked.clear()
    world.groups["g1"].members.extend(f"outsider:p{number}@x.example" for number in range(10))
    with pytest.raises(GroupTooLarge):
        directory.members("g1", 1)
    assert len(world.asked) == 1
