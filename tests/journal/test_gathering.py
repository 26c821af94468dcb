"""Entries of one event loop on their way to the writer."""

import asyncio

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from atesaki.journal import Entry, Journal
from atesaki.journal.batch import Waiting
from atesaki.journal.journal import MOST_GATHERED
from atesaki.journal.writer import Item, Writer
from atesaki.storage.engine import Store

ENTRY = Entry("decision.recorded", "d1", {"action": "allow"})


@pytest.mark.parametrize("entries", [1, 5, MOST_GATHERED + 6])
def test_entries_that_come_one_after_the_other_go_to_the_writer_together(
    store: Store, monkeypatch: pytest.MonkeyPatch, entries: int
) -> None:
    """While each turn of the event loop brings another one they are gathered, but not for ever."""
    events: list[str] = []
    put = Writer.put

    def watched(writer: Writer, item: Item) -> None:
        if isinstance(item, Waiting):
            events.append("handed over")
        put(writer, item)

    async def scenario(journal: Journal) -> None:
        recorded = []
        for _ in range(entries):
            recorded.append(journal.submit(ENTRY))
            events.append("gathered")
            await asyncio.sleep(0)
        await asyncio.gather(*recorded)

    monkeypatch.setattr(Writer, "put", watched)
    journal = Journal(store, Ed25519PrivateKey.generate())
    journal.start()
    asyncio.run(scenario(journal))
    journal.stop()
    together = min(entries, MOST_GATHERED)
    assert events[: 2 * together] == ["gathered"] * together + ["handed over"] * together
    assert sorted(events) == ["gathered"] * entries + ["handed over"] * entries
