"""Both directories tell which addresses are lists, and which groups somebody is in."""

import pytest
from tests.fakes.directories import World

from atesaki.directory.errors import DirectoryUnavailable
from atesaki.directory.port import Directory


@pytest.fixture(autouse=True)
def hall(world: World) -> None:
    """Interns within the temporary staff, and a group that gets no mail."""
    for name in "ab":
        world.person(f"{name}@hall.example", name.upper(), aliases=(f"{name}.alias@hall.example",))
    world.group("g1", "Interns", "interns@hall.example", "a@hall.example")
    world.group("g2", "Temporary staff", "temporary@hall.example", "g1", "b@hall.example")
    world.group("g3", "Everybody", "all@hall.example", "g2")
    world.groups["g3"].aliases = ("everyone@hall.example",)


def test_every_address_of_a_group_leads_to_it(directory: Directory) -> None:
    """Over several pages, aliases too, and nothing that is no address for mail."""
    assert directory.mailing_lists() == {
        "interns@hall.example": "g1",
        "temporary@hall.example": "g2",
        "all@hall.example": "g3",
        "everyone@hall.example": "g3",
    }


@pytest.mark.parametrize("address", ["a@hall.example", "a.alias@hall.example"])
def test_groups_around_a_group_count(directory: Directory, address: str) -> None:
    """Whoever is an intern is temporary staff, where interns are; no role or other thing is a group."""
    found = {(group.name, group.address) for group in directory.groups_of(address)}
    assert found == {
        ("Interns", "interns@hall.example"),
        ("Temporary staff", "temporary@hall.example"),
        ("Everybody", "all@hall.example"),
    }


def test_groups_in_a_circle_are_told_once(directory: Directory, world: World) -> None:
    """Two groups that hold each other end."""
    world.groups["g1"].members.append("g3")
    assert len(directory.groups_of("b@hall.example")) == 3


@pytest.mark.parametrize("address", ["nobody@hall.example", "o'brien@hall.example"])
def test_who_is_not_known_is_in_no_group(directory: Directory, address: str) -> None:
    """That is an answer; only a directory that fails leaves it open."""
    assert directory.groups_of(address) == ()


def test_a_fault_is_no_empty_answer(directory: Directory, world: World) -> None:
    """Neither question is answered with nothing where the directory stumbles."""
    world.always = (500, {}, {})
    with pytest.raises(DirectoryUnavailable):
        directory.mailing_lists()
    with pytest.raises(DirectoryUnavailable):
        directory.groups_of("a@hall.example")


def test_addresses_that_nobody_can_read_are_a_fault(directory: Directory, world: World) -> None:
    """A list of aliases that is none must not make a list look like a person."""
    row = {"id": "g1", "mail": "x@hall.example", "email": "x@hall.example", "proxyAddresses": "x", "aliases": "x"}
    world.always = (200, {}, {"value": [row], "groups": [row]})
    with pytest.raises(DirectoryUnavailable):
        directory.mailing_lists()
