"""Correspondents: whom a sender has mailed before, as keyed hashes only."""

import asyncio
import datetime as dt

from sqlalchemy import select

from atesaki.sending.history import SETTLED, Correspondents
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.storage.engine import Store
from atesaki.storage.tables import correspondents

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
SENDER, FRIEND = "staff@hall.example", "friend@x.example"


def known(memory: Correspondents, at: dt.datetime) -> frozenset[str]:
    """Return whom the sender knows."""
    return asyncio.run(memory.known(SENDER, [FRIEND, "stranger@y.example"], at))


def opened(store: Store) -> Correspondents:
    """Return the memory of a process that has just started."""
    return Correspondents(store, Pseudonyms(b"key"))


def test_correspondent_counts_an_hour_after_an_allowed_check(store: Store) -> None:
    """Checks while a mail is written must not make its recipients known before it is sent."""
    memory = opened(store)
    assert known(memory, NOW) == frozenset()
    memory.learn(SENDER, [FRIEND], NOW)
    assert known(memory, NOW) == frozenset()
    assert known(memory, NOW + SETTLED) == {FRIEND}


def test_correspondent_of_a_sent_message_counts_at_once_and_outlives_a_restart(store: Store) -> None:
    """What was sent was sent."""
    memory = opened(store)
    known(memory, NOW)
    memory.learn(SENDER, [FRIEND], NOW)
    memory.learn(SENDER, [FRIEND], NOW, sent=True)
    memory.flush()
    assert known(memory, NOW) == {FRIEND}
    assert known(opened(store), NOW) == {FRIEND}


def test_store_holds_no_address(store: Store) -> None:
    """A stolen table names nobody."""
    memory = opened(store)
    known(memory, NOW)
    memory.learn(SENDER, [FRIEND], NOW)
    memory.flush()
    with store.read() as connection:
        rows = connection.execute(select(correspondents)).all()
    assert len(rows) == 1
    assert "@" not in repr(rows)


def test_other_senders_know_nobody(store: Store) -> None:
    """Each sender has a circle of their own."""
    memory = opened(store)
    known(memory, NOW)
    memory.learn(SENDER, [FRIEND], NOW, sent=True)
    assert asyncio.run(memory.known("other@hall.example", [FRIEND], NOW)) == frozenset()
