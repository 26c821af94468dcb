"""At Send, lists are what their members are and senders are in their groups, or it is unknown."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import pytest
from tests.fakes.directory import FakeDirectory
from tests.judgement.drafts import HALL, message

from atesaki.directory import at_send
from atesaki.directory.at_send import DirectoryFacts
from atesaki.directory.errors import DirectoryRefused, DirectoryUnavailable
from atesaki.judgement.people import Expansions, People

T = TypeVar("T")


@pytest.fixture
def directory() -> FakeDirectory:
    """Two lists of the hall."""
    made = FakeDirectory()
    made.put("volunteers", "Volunteers", "v1@gmail.com", "v2@docomo.ne.jp")
    made.put("interns", "Interns", "staff@hall.example", unresolved=1)
    return made


@pytest.fixture
def facts(directory: FakeDirectory) -> Iterator[DirectoryFacts]:
    """What is asked at Send, of a directory and of another one that knows nobody."""
    made = DirectoryFacts({"microsoft": directory, "google": FakeDirectory()}, 3_600.0)
    yield made
    made.stop()


def answered(facts: DirectoryFacts, ask: Callable[[], Awaitable[T]]) -> T:
    """Start, wait until all lists were told, and ask."""

    async def play() -> T:
        facts.start()
        while facts._lists._asked:  # noqa: ASYNC110  # There is no other end to wait for.
            await asyncio.sleep(0.001)
        return await ask()

    return asyncio.run(play())


def expanded(facts: DirectoryFacts, *to: object) -> Expansions:
    """Expand the lists among these recipients."""
    return answered(facts, lambda: facts.expansions(People(message(to=to), HALL)))


def test_a_list_is_its_members_whatever_the_client_calls_it(facts: DirectoryFacts) -> None:
    """Gmail sees an address and nothing else; spelling does not matter; people are no lists."""
    found = expanded(facts, "Volunteers@HALL.example", "staff@hall.example")
    assert found == {"volunteers@hall.example": ("v1@gmail.com", "v2@docomo.ne.jp")}


def test_members_who_are_not_told_leave_a_list_unknown(facts: DirectoryFacts) -> None:
    """One member without an address may be anybody."""
    assert expanded(facts, "interns@hall.example") == {"interns@hall.example": ("staff@hall.example", None)}


@pytest.mark.parametrize("trouble", ["gone", "huge"])
def test_a_list_that_is_not_told_is_unknown(
    facts: DirectoryFacts, directory: FakeDirectory, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """A group that was deleted a minute ago, or one too large to judge, is still a list."""
    if trouble == "huge":
        monkeypatch.setattr(at_send, "MOST_MEMBERS", 1)

    def ask() -> Awaitable[Expansions]:
        if trouble == "gone":
            del directory.known["volunteers"]
        return facts.expansions(People(message(to=["volunteers@hall.example"]), HALL))

    assert answered(facts, ask) == {"volunteers@hall.example": (None,)}


def test_a_directory_that_fails_raises(facts: DirectoryFacts, directory: FakeDirectory) -> None:
    """Whoever gathers facts must hear of it, so that the decision warns."""

    def ask() -> Awaitable[Expansions]:
        directory.broken = DirectoryRefused("The secret has expired.")
        return facts.expansions(People(message(to=["volunteers@hall.example"]), HALL))

    with pytest.raises(DirectoryRefused):
        answered(facts, ask)


def test_an_answer_of_many_pages_has_its_time(facts: DirectoryFacts, directory: FakeDirectory) -> None:
    """A directory that gives page after page must not keep a thread from everybody else."""
    assert answered(facts, lambda: asyncio.sleep(0, directory.seconds)) <= at_send.WHOLE_OF_LISTS
    expanded(facts, "volunteers@hall.example")
    assert directory.seconds <= at_send.WHOLE
    answered(facts, lambda: facts.groups_of("staff@hall.example"))
    assert directory.seconds <= at_send.WHOLE


def test_without_any_answer_yet_only_lists_are_unknown(facts: DirectoryFacts, directory: FakeDirectory) -> None:
    """A directory that is away since the start must not make every mail warn, only those to lists of ours."""
    directory.broken = DirectoryUnavailable("Away.")
    assert expanded(facts, "a@hall.example", {"address": "l@x.example", "kind": "distribution_list"}) == {}
    with pytest.raises(DirectoryUnavailable):
        expanded(facts, {"address": "volunteers@hall.example", "kind": "distribution_list"})


def test_groups_of_a_sender_have_names_and_addresses(facts: DirectoryFacts) -> None:
    """A rule may call a group either way; who is in none is in none."""
    assert answered(facts, lambda: facts.groups_of("staff@hall.example")) == {"Interns", "interns@hall.example"}
    assert answered(facts, lambda: facts.groups_of("other@hall.example")) == frozenset()


def test_groups_that_one_directory_does_not_tell_are_unknown(facts: DirectoryFacts, directory: FakeDirectory) -> None:
    """Half of the groups is no answer."""
    directory.broken = DirectoryUnavailable("Away.")
    with pytest.raises(DirectoryUnavailable):
        answered(facts, lambda: facts.groups_of("staff@hall.example"))


def test_a_directory_that_fails_for_long_may_hide_new_lists(directory: FakeDirectory) -> None:
    """A secret that ran out weeks ago must not let a list made since pass for a person without a word."""
    clock = [0.0]
    facts = DirectoryFacts({"microsoft": directory}, 3_600.0, clock=lambda: clock[0])
    seen: list[tuple[bool, tuple[str, ...]]] = []

    async def asked(at: float) -> None:
        clock[0] = at
        facts.start()
        while facts._lists._asked:  # noqa: ASYNC110  # There is no other end to wait for.
            await asyncio.sleep(0.001)
        seen.append((facts.may_hide_lists, facts.untold()))

    async def scene() -> None:
        await asked(0)
        directory.broken = DirectoryRefused("The secret has expired.")
        await asked(3_000)
        await asked(3_600)
        with pytest.raises(DirectoryUnavailable):
            await facts.know_lists()
        assert "an address of your own" in (facts.index().problem or "")
        directory.broken = None
        await asked(3_700)
        await facts.know_lists()

    asyncio.run(scene())
    facts.stop()
    assert seen == [(False, ()), (False, ()), (True, ("microsoft",)), (False, ())]
