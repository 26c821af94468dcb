"""One contract for both directories: what they know they say whole, and what they can't say is an error."""

from typing import SupportsIndex

import pytest
from tests.fakes.directories import Answer, World
from typing_extensions import override

from atesaki.directory.errors import (
    DirectoryBusy,
    DirectoryError,
    DirectoryFaulty,
    DirectoryRefused,
    DirectoryUnavailable,
    GroupMissing,
)
from atesaki.directory.patience import LONGEST_WAIT, TRIES
from atesaki.directory.port import Directory, Group, Person


def addresses(people: tuple[Person, ...]) -> list[str]:
    """Where they get their mail."""
    return sorted(person.address for person in people)


@pytest.fixture(autouse=True)
def hall(world: World) -> None:
    """Some volunteers, a group within their group, and colleagues."""
    for name in "abcde":
        world.person(f"{name}@hall.example", name.upper(), aliases=(f"{name}.alias@hall.example",))
    world.person("gone@hall.example", "Gone", enabled=False)
    world.group("g2", "Night shift", "night@hall.example", "d@hall.example", "e@hall.example", "a@hall.example")
    world.group(
        "g1", "Volunteers", "volunteers@hall.example", "a@hall.example", "b@hall.example", "g2", "c@hall.example"
    )


def test_members_of_groups_within_are_members(directory: Directory) -> None:
    """Over several pages, through nested groups, everybody once and no group as a person."""
    found = directory.members("g1")
    assert addresses(found.people) == [f"{name}@hall.example" for name in "abcde"]
    assert found.unresolved == 0


def test_members_without_an_address_are_counted(directory: Directory, world: World) -> None:
    """Whoever the directory doesn't tell is unresolved, never forgotten."""
    world.group("g3", "Mixed", "", "hidden", "outsider:x@gmail.com", "a@hall.example")
    found = directory.members("g3")
    assert addresses(found.people) == ["a@hall.example", "x@gmail.com"]
    assert found.unresolved == 1


def test_an_empty_group_is_empty(directory: Directory, world: World) -> None:
    """No members is an answer too."""
    world.group("g4", "Empty", "")
    assert directory.members("g4").people == ()


def test_groups_in_a_circle_end(directory: Directory, world: World) -> None:
    """Two groups that hold each other are read once each."""
    world.groups["g2"].members.append("g1")
    assert len(directory.members("g1").people) == 5


@pytest.mark.parametrize("group_id", ["nothing", "a/b", "../users", "?x", "ü"])
def test_a_missing_group_is_said(directory: Directory, group_id: str) -> None:
    """An id from a form goes into a path as one segment, and what isn't there is missing."""
    with pytest.raises(GroupMissing):
        directory.members(group_id)


def test_groups_are_listed_and_found_by_name_or_address(directory: Directory) -> None:
    """Whoever sets up a roster finds the group by how it begins."""
    volunteers = Group("g1", "Volunteers", "volunteers@hall.example")
    assert set(directory.groups("").groups) == {volunteers, Group("g2", "Night shift", "night@hall.example")}
    assert directory.groups("volun").groups == (volunteers,)
    assert [group.id for group in directory.groups("night@").groups] == ["g2"]
    assert directory.groups("nobody").groups == ()


@pytest.mark.parametrize("search", ['"', 'a"b', "O'Neil team", "\\", "*", "x:y"])
def test_a_search_is_only_a_search(directory: Directory, world: World, search: str) -> None:
    """Characters with a meaning in a query have none in what a person types."""
    world.group("g5", "O'Neil team", "oneil@hall.example")
    found = directory.groups(search)
    assert ("g5" in {group.id for group in found.groups}) or search != "O'Neil team"


def test_a_long_list_says_that_there_is_more(directory: Directory, world: World) -> None:
    """Whoever doesn't see their group learns that they should search."""
    world.group("g6", "Third", "third@hall.example")
    assert directory.groups("").more
    assert not directory.groups("third").more


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("a@hall.example", "active"),
        ("A.Alias@hall.example", "active"),
        ("gone@hall.example", "disabled"),
        ("volunteers@hall.example", "active"),
        ("nobody@hall.example", "missing"),
        ("o'brien@hall.example", "missing"),
    ],
)
def test_an_address_is_known_or_not(directory: Directory, address: str, expected: str) -> None:
    """Aliases and groups count; a switched-off account is told from one that isn't there."""
    assert directory.standing(address) == expected


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_names_what_to_grant(directory: Directory, world: World, status: int) -> None:
    """Without rights nothing is known, and the sentence says what an admin can do."""
    world.always = (status, {}, {"error": {"code": status, "message": "no"}})
    with pytest.raises(DirectoryRefused, match=r"grant|delegation"):
        directory.members("g1")


def test_a_directory_that_asks_to_wait_is_waited_for(directory: Directory, world: World, naps: list[float]) -> None:
    """429 with Retry-After: as long as it says, then the answer."""
    world.troubles = [(429, {"Retry-After": "3"}, {})]
    assert len(directory.members("g1").people) == 5
    assert naps == [3]


def test_a_directory_that_stays_busy_is_given_up(directory: Directory, world: World, naps: list[float]) -> None:
    """After some tries the caller learns how long it should wait."""
    world.always = (429, {"Retry-After": "2"}, {})
    with pytest.raises(DirectoryBusy) as caught:
        directory.members("g1")
    assert caught.value.retry_after == 2
    assert len(world.asked) == TRIES
    assert naps == [2] * (TRIES - 1)


def test_nobody_waits_for_long(directory: Directory, world: World, naps: list[float]) -> None:
    """A directory that asks for minutes is left alone until the next sync."""
    world.always = (429, {"Retry-After": str(round(LONGEST_WAIT) + 50)}, {})
    with pytest.raises(DirectoryBusy):
        directory.members("g1")
    assert naps == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_passing_fault_is_tried_again(directory: Directory, world: World, status: int) -> None:
    """One stumble is nobody's concern."""
    world.troubles = [(status, {}, b"<html>oops</html>")]
    assert len(directory.members("g1").people) == 5


@pytest.mark.parametrize(
    "answer",
    [
        (500, {}, {}),
        (503, {}, b""),
        (302, {"Location": "http://127.0.0.1:1/"}, {}),
        (200, {}, b"<html>not what was asked for</html>"),
        (200, {}, ["a list"]),
        (200, {}, {"value": "text", "members": "text"}),
        (200, {}, {"value": [1], "members": [1]}),
    ],
)
def test_a_broken_directory_is_unavailable(directory: Directory, world: World, answer: Answer) -> None:
    """An answer that nobody can read is no empty group."""
    world.always = answer
    with pytest.raises(DirectoryUnavailable):
        directory.members("g1")


@pytest.mark.parametrize(("status", "error"), [(500, DirectoryUnavailable), (401, DirectoryRefused)])
@pytest.mark.parametrize("page", [1, 2])
def test_a_fault_on_a_later_page_is_no_shorter_group(
    directory: Directory, world: World, status: int, error: type[DirectoryError], page: int
) -> None:
    """Half a group would unprotect the other half; in Google's group within the group, too."""
    fault: Answer = (status, {}, {"error": {"code": status, "message": "no"}})
    directory.members("g1")
    pages = len(world.asked)
    world.asked.clear()
    real = world.troubles

    class Later(list[Answer]):
        """Nothing for the first pages, then faults."""

        def __bool__(self) -> bool:
            return len(world.asked) > page

        @override
        def pop(self, index: SupportsIndex = -1) -> Answer:
            return fault

    world.troubles = Later(real)
    assert pages > page
    with pytest.raises(error):
        directory.members("g1")


def test_a_silent_directory_is_unavailable(directory: Directory, world: World) -> None:
    """Nobody hangs on a directory that doesn't answer."""
    world.delay = 2.0
    with pytest.raises(DirectoryUnavailable):
        directory.groups("")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((401, {}, {"error": "invalid_client"}), DirectoryRefused),
        ((400, {}, {"error": "unauthorized_client", "error_description": "no delegation"}), DirectoryRefused),
        ((500, {}, {"error": "server_error"}), DirectoryUnavailable),
        ((200, {}, b"not json"), DirectoryError),
    ],
)
def test_a_failed_sign_in_is_said(
    directory: Directory, world: World, answer: Answer, error: type[DirectoryError]
) -> None:
    """A wrong secret is a refusal; a fault of the sign-in service is not."""
    world.token_trouble = answer
    with pytest.raises(error):
        directory.members("g1")
    assert world.asked == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_fault_of_the_directory_is_told_from_one_of_ours(directory: Directory, world: World, status: int) -> None:
    """Nobody looks for a mistake in settings, or in the firewall, that is not there."""
    world.always = (status, {}, b"<html>oops</html>")
    with pytest.raises(DirectoryFaulty, match="has a fault"):
        directory.members("g1")


@pytest.mark.parametrize("body", [b"<html>oops</html>", {"error": "temporarily_unavailable"}])
def test_a_sign_in_service_at_fault_is_told_from_a_wrong_secret(
    directory: Directory, world: World, body: object
) -> None:
    """Nobody makes a new secret because a service had a bad hour."""
    world.token_trouble = (503, {}, body)
    with pytest.raises(DirectoryFaulty, match=r"sign-in service .*has a fault"):
        directory.members("g1")


def test_one_token_serves_many_questions(directory: Directory, world: World) -> None:
    """The sign-in service is asked once an hour, not once a question."""
    for _ in range(3):
        directory.members("g1")
    assert world.tokens == 1


@pytest.mark.parametrize("status", [401, 403, 429, 500])
def test_no_error_holds_an_address(directory: Directory, world: World, status: int) -> None:
    """What goes wrong about a person is said without the person."""
    world.always = (status, {"Retry-After": "99"}, {"error": {"message": "secret@hall.example"}})
    with pytest.raises(DirectoryError) as caught:
        directory.standing("secret@hall.example")
    assert "secret" not in str(caught.value)
