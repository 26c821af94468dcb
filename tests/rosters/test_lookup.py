"""Looking up recipients: right, fresh, bounded, and never silent about a store that can't be asked."""

import asyncio
import datetime as dt
import threading
import time
from collections.abc import Mapping, Sequence

import pytest
from tests.fakes.journal import ListedJournal
from tests.judgement.drafts import HALL, message
from tests.rosters.files import draft, file_of, many

from atesaki.judgement.facts import RosterHit
from atesaki.judgement.people import People
from atesaki.rosters import lookup as lookup_module
from atesaki.rosters.errors import RostersUnavailable
from atesaki.rosters.lookup import RosterLookup
from atesaki.rosters.members import find_hits
from atesaki.rosters.registry import roster_named
from atesaki.rosters.rosters import Rosters
from atesaki.rosters.sources import Source, Synced, keep_source, note_sync
from atesaki.storage.engine import Store

LATE_AFTER = dt.timedelta(hours=3)
ON_IT = (RosterHit("volunteers", "protected"),)


async def hits(lookup: RosterLookup, addresses: Sequence[str]) -> dict[str, tuple[RosterHit, ...]]:
    """Return the rosters of each recipient of a message to these addresses."""
    people = People(message(to=addresses), HALL)
    found = await lookup.find(people)
    return {key: found.get(key, ()) for key in people.keys}


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


@pytest.fixture
def rosters(store: Store) -> Rosters:
    """Rosters of another process, with one member, a@x.jp."""
    with_one = Rosters(store, ListedJournal())
    with_one.create(draft())
    with_one.replace_members("volunteers", file_of("a@x.jp\n"))
    return with_one


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many keys each query of the look-up asked for."""
    asked: list[int] = []

    def counted(store: Store, keys: Sequence[str]) -> dict[str, tuple[RosterHit, ...]]:
        asked.append(len(keys))
        return find_hits(store, keys)

    monkeypatch.setattr(lookup_module, "find_hits", counted)
    return asked


@pytest.mark.usefixtures("rosters")
def test_members_and_strangers_are_told_apart(store: Store) -> None:
    """Every key is answered; the hit names roster and handling."""

    async def scenario() -> None:
        lookup = RosterLookup(store, LATE_AFTER)
        await lookup.start()
        assert await hits(lookup, ["a@x.jp", "b@x.jp", "odd"]) == {"a@x.jp": ON_IT, "b@x.jp": (), "?odd": ()}
        assert await hits(lookup, []) == {}
        await lookup.stop()

    asyncio.run(scenario())


@pytest.mark.usefixtures("rosters")
def test_known_keys_are_answered_from_memory(store: Store, queries: list[int]) -> None:
    """One query for all that is new, none for what was found or not found before."""

    async def scenario() -> None:
        lookup = RosterLookup(store, LATE_AFTER)
        await lookup.start()
        await hits(lookup, ["a@x.jp", "b@x.jp"])
        await hits(lookup, ["b@x.jp", "a@x.jp", "a@x.jp"])
        assert queries == [2]
        await hits(lookup, ["a@x.jp", "c@x.jp", "c@x.jp"])
        assert queries == [2, 1]
        await lookup.stop()

    asyncio.run(scenario())


def test_change_in_this_process_is_in_force_at_once(store: Store) -> None:
    """The next message after an import is judged by the new members."""

    async def scenario() -> None:
        lookup = RosterLookup(store, LATE_AFTER, poll_seconds=3600)
        here = Rosters(store, ListedJournal(), changed=lookup.forget)
        await lookup.start()
        here.create(draft())
        assert await hits(lookup, ["a@x.jp"]) == {"a@x.jp": ()}
        await asyncio.to_thread(here.replace_members, "volunteers", file_of("a@x.jp\n"))
        assert await hits(lookup, ["a@x.jp"]) == {"a@x.jp": ON_IT}
        await asyncio.to_thread(here.delete, "volunteers")
        assert await hits(lookup, ["a@x.jp"]) == {"a@x.jp": ()}
        await lookup.stop()

    asyncio.run(scenario())


def test_change_of_another_process_is_noticed(store: Store, rosters: Rosters) -> None:
    """A roster that is deleted and made anew has new members although its number and revision look the same."""

    async def scenario() -> None:
        lookup = RosterLookup(store, LATE_AFTER, poll_seconds=0.01)
        await lookup.start()
        assert await hits(lookup, ["a@x.jp", "b@x.jp"]) == {"a@x.jp": ON_IT, "b@x.jp": ()}
        rosters.delete("volunteers")
        rosters.create(draft())
        rosters.replace_members("volunteers", file_of("b@x.jp\n"))
        found: Mapping[str, tuple[RosterHit, ...]] = {}
        for _ in range(500):
            found = await hits(lookup, ["a@x.jp", "b@x.jp"])
            if found["b@x.jp"]:
                break
            await asyncio.sleep(0.02)
        assert found == {"a@x.jp": (), "b@x.jp": ON_IT}
        await lookup.stop()

    asyncio.run(scenario())


def test_old_answer_under_way_does_not_outlive_a_change(
    store: Store, rosters: Rosters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query that began before a change may answer its own message, and no later one."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(store: Store, keys: Sequence[str]) -> dict[str, tuple[RosterHit, ...]]:
        found = find_hits(store, keys)
        begun.set()
        go_on.wait(10)
        return found

    async def scenario() -> None:
        lookup = RosterLookup(store, LATE_AFTER, poll_seconds=3600)
        await lookup.start()
        monkeypatch.setattr(lookup_module, "find_hits", slow)
        under_way = asyncio.create_task(hits(lookup, ["b@x.jp"]))
        await asyncio.to_thread(begun.wait, 10)
        rosters.replace_members("volunteers", file_of("b@x.jp\n"))
        lookup.forget()
        go_on.set()
        await under_way
        assert await hits(lookup, ["b@x.jp"]) == {"b@x.jp": ON_IT}
        await lookup.stop()

    asyncio.run(scenario())


def test_look_up_that_was_never_started_is_unavailable(store: Store) -> None:
    """Not knowing is never taken for being on no roster."""
    with pytest.raises(RostersUnavailable):
        asyncio.run(hits(RosterLookup(store, LATE_AFTER), ["a@x.jp"]))


@pytest.mark.usefixtures("rosters")
def test_memory_is_not_trusted_when_polls_fail(store: Store) -> None:
    """After ten seconds without a poll the rosters count as unknown, although the answer is in memory."""

    async def scenario() -> None:
        clock = Clock()
        lookup = RosterLookup(store, LATE_AFTER, poll_seconds=3600, clock=clock)
        await lookup.start()
        await hits(lookup, ["a@x.jp"])
        clock.now = 10.0
        assert await hits(lookup, ["a@x.jp"]) == {"a@x.jp": ON_IT}
        clock.now = 10.1
        with pytest.raises(RostersUnavailable):
            await hits(lookup, ["a@x.jp"])
        await lookup.stop()

    asyncio.run(scenario())


@pytest.mark.usefixtures("rosters")
def test_failing_query_is_told(store: Store) -> None:
    """A table that can't be read makes the rosters unavailable, and they recover with it."""

    async def scenario() -> None:
        lookup = RosterLookup(store, LATE_AFTER, poll_seconds=0.01)
        await lookup.start()
        with store.write() as connection:
            connection.exec_driver_sql("ALTER TABLE roster_members RENAME TO moved")
        with pytest.raises(RostersUnavailable):
            await hits(lookup, ["a@x.jp"])
        with store.write() as connection:
            connection.exec_driver_sql("ALTER TABLE moved RENAME TO roster_members")
        assert await hits(lookup, ["a@x.jp"]) == {"a@x.jp": ON_IT}
        await lookup.stop()

    asyncio.run(scenario())


def test_five_hundred_recipients_are_found_among_hundred_thousand(store: Store, rosters: Rosters) -> None:
    """A large message against a large roster: one query, then memory, without loading the roster."""
    rosters.replace_members("volunteers", file_of(many(100_000)))
    members = [f"user{at}@host{at % 500}.example.jp" for at in range(0, 100_000, 400)]
    strangers = [f"stranger{at}@else{at}.example.com" for at in range(250)]

    async def scenario() -> None:
        lookup = RosterLookup(store, LATE_AFTER)
        await lookup.start()
        for _ in range(2):
            began = time.monotonic()
            found = await hits(lookup, [*members, *strangers])
            assert [key for key in found if found[key]] == members
            assert time.monotonic() - began < 2
        await lookup.stop()

    asyncio.run(scenario())


def test_more_combinations_than_fit_into_a_byte_are_told_apart(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many combinations of rosters there are, each address has its own."""
    texts = [f"p{number}@x.jp" for number in range(600)]
    kept = {text: (RosterHit(f"roster{number}", "open"),) for number, text in enumerate(texts)}
    monkeypatch.setattr(lookup_module, "find_hits", lambda _store, keys: {key: kept[key] for key in keys})

    async def scenario() -> None:
        lookup = RosterLookup(store, LATE_AFTER)
        await lookup.start()
        assert await hits(lookup, texts[:200]) == {text: kept[text] for text in texts[:200]}
        assert await hits(lookup, texts) == kept
        await lookup.stop()

    asyncio.run(scenario())


@pytest.mark.usefixtures("rosters")
def test_a_roster_that_its_group_left_behind_is_late(store: Store) -> None:
    """Whoever asks about people is told that it can't be trusted, until it is in step again; one without a group is."""
    roster, group = roster_named(store, "volunteers"), Source("microsoft", "g1", "Volunteers")

    async def late_after(hours: int) -> frozenset[str]:
        note_sync(store, roster.id, group, Synced(None, dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours)))
        lookup = RosterLookup(store, LATE_AFTER)
        await lookup.start()
        await lookup.stop()
        return lookup.late

    assert asyncio.run(late_after(4)) == frozenset()
    keep_source(store, roster.id, group)
    assert asyncio.run(late_after(4)) == {"volunteers"}
    assert asyncio.run(late_after(2)) == frozenset()
