"""Correspondents: whom a sender has mailed before, as keyed hashes only."""

import asyncio
import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from tests.judgement.drafts import HALL, message
from tests.postgres import Cluster

from atesaki.judgement import profiles
from atesaki.judgement.people import People
from atesaki.sending.history import SETTLED, Correspondents
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.storage.engine import Store, open_store
from atesaki.storage.tables import correspondents

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
SENDER, FRIEND = "staff@hall.example", "friend@x.example"


def known(
    memory: Correspondents, at: dt.datetime, *, sender: str = SENDER, to: Sequence[str] = (FRIEND, "stranger@y.example")
) -> frozenset[str]:
    """Return whom of a message's recipients the sender knows."""
    return asyncio.run(memory.known(People(message(sender={"address": sender}, to=to), HALL), at))


def learn(memory: Correspondents, at: dt.datetime, to: Sequence[str] = (FRIEND,)) -> None:
    """Let the memory learn from a message that may go."""
    people = People(message(to=to), HALL)
    memory.learn(SENDER, people.known, people.mailboxes, at)


def opened(store: Store) -> Correspondents:
    """Return the memory of a process that has just started."""
    return Correspondents(store, Pseudonyms(b"key"))


def test_correspondent_counts_an_hour_after_an_allowed_check(store: Store) -> None:
    """Checks while a mail is written must not make its recipients known before it is sent."""
    memory = opened(store)
    assert known(memory, NOW) == frozenset()
    learn(memory, NOW)
    assert known(memory, NOW) == frozenset()
    assert known(memory, NOW + SETTLED) == {FRIEND}


def test_correspondent_of_a_sent_message_counts_at_once_and_outlives_a_restart(store: Store) -> None:
    """What was sent was sent."""
    memory = opened(store)
    known(memory, NOW)
    learn(memory, NOW)
    memory.learn_sent(SENDER, [FRIEND], NOW)
    memory.flush()
    assert known(memory, NOW) == {FRIEND}
    assert known(opened(store), NOW) == {FRIEND}


def test_replicas_that_write_the_same_people_lose_nobody(store: Store) -> None:
    """Each holds rows that the other one waits for, so all take them in one order."""
    people = [[f"p{number}@x.example" for number in range(start, start + 40)] for start in range(0, 400, 40)]
    here, there = opened(store), opened(store)
    for memory, order, own in ((here, people, "here"), (there, [group[::-1] for group in people[::-1]], "there")):
        known(memory, NOW)
        for group in order:
            learn(memory, NOW, group)
        learn(memory, NOW, [f"{own}@x.example"])
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(Correspondents.flush, (here, there)))
    assert len(known(opened(store), NOW + SETTLED, to=["here@x.example", "there@x.example"])) == 2


def test_what_another_replica_learned_is_heard_of_within_a_minute(postgres: Cluster) -> None:
    """Else each replica would call the same recipient new, for as long as it runs."""
    store, moment = open_store(postgres.store()), [0.0]
    here, there = opened(store), Correspondents(store, Pseudonyms(b"key"), lambda: moment[0])
    assert known(here, NOW) == known(there, NOW) == frozenset()
    learn(here, NOW)
    here.flush()
    assert known(there, NOW + SETTLED) == frozenset()
    moment[0] += 61
    assert known(there, NOW + SETTLED) == {FRIEND}
    store.close()


def test_the_first_meeting_counts_whichever_replica_writes_last(store: Store) -> None:
    """Nobody who was mailed a month ago is new again since another replica met them today."""
    here, there, month = opened(store), opened(store), dt.timedelta(days=30)
    known(there, NOW)
    for memory, at in ((here, NOW), (there, NOW + month)):
        known(memory, NOW)
        learn(memory, at)
        memory.flush()
    assert known(opened(store), NOW + month) == {FRIEND}


def test_store_holds_no_address(store: Store) -> None:
    """A stolen table names nobody."""
    memory = opened(store)
    known(memory, NOW)
    learn(memory, NOW)
    memory.flush()
    with store.read() as connection:
        rows = connection.execute(select(correspondents)).all()
    assert len(rows) == 1
    assert "@" not in repr(rows)


def test_other_senders_know_nobody(store: Store) -> None:
    """Each sender has a circle of their own."""
    memory = opened(store)
    known(memory, NOW)
    memory.learn_sent(SENDER, [FRIEND], NOW)
    assert known(memory, NOW, sender="other@hall.example") == frozenset()


def test_correspondent_is_known_however_late_they_are_met(store: Store) -> None:
    """What is stored of a mailbox counts whether it was met before the sender's others, with them, or after."""
    many = [f"friend{number}@x.example" for number in range(20)]
    memory = opened(store)
    known(memory, NOW)
    memory.learn_sent(SENDER, many, NOW)
    memory.flush()
    later = opened(store)
    assert known(later, NOW, to=["late1@y.example"]) == frozenset()
    for friend in many:
        assert known(later, NOW, to=[friend.replace("@", "+tag@"), "late2@y.example"]) == {friend}
    assert known(later, NOW, to=many) == set(many)
    later.learn_sent(SENDER, ["late1@y.example", "late3@y.example"], NOW)
    assert known(later, NOW, to=["late1@y.example"]) == {"late1@y.example"}
    assert known(later, NOW, to=["late3@y.example"]) == {"late3@y.example"}


def test_correspondents_outlive_the_memory_of_addresses(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """When addresses get new numbers, nobody is taken for somebody else."""
    memory = opened(store)
    known(memory, NOW)
    memory.learn_sent(SENDER, [FRIEND], NOW)
    assert known(memory, NOW) == {FRIEND}
    monkeypatch.setattr(profiles, "MOST_ADDRESSES", 1)
    assert known(memory, NOW, to=["somebody@z.example", "else@z.example", FRIEND]) == {FRIEND}
    assert known(memory, NOW, to=["somebody@z.example"]) == frozenset()


def test_whoever_is_forgotten_is_new_again(store: Store) -> None:
    """Here at once; what is stored is erased by the one who asks for it."""
    memory, pseudonyms = opened(store), Pseudonyms(b"key")
    known(memory, NOW)
    memory.learn_sent(SENDER, [FRIEND], NOW)
    assert known(memory, NOW) == {FRIEND}
    memory.forget(pseudonyms.of(FRIEND))
    memory.flush()
    assert known(memory, NOW) == known(opened(store), NOW) == frozenset()


def test_lesson_of_addresses_that_were_numbered_anew_teaches_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message may be answered after the memory of addresses has begun afresh."""
    memory = opened(store)
    known(memory, NOW)
    before = People(message(to=["first@x.example", FRIEND]), HALL)
    monkeypatch.setattr(profiles, "MOST_ADDRESSES", 1)
    known(memory, NOW, to=["other@x.example", "first@x.example"])
    memory.learn(SENDER, before.known, before.mailboxes, NOW)
    assert known(memory, NOW + SETTLED, to=["other@x.example", "first@x.example"]) == {"first@x.example"}
    assert known(memory, NOW + SETTLED, to=["new@x.example", FRIEND]) == {FRIEND}
