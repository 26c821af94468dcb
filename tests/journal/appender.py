"""A program that records without end and prints every answer, for the test that kills it."""

import asyncio
import sys
from pathlib import Path

from atesaki.journal import Entry, Journal
from atesaki.journal.key import load_or_create_key
from atesaki.storage.engine import open_store

CLIENTS = 16


async def _client(journal: Journal) -> None:
    while True:
        ref = await journal.append(Entry("decision.recorded", "d1", {"action": "warn"}, {"to": ["v01@gmail.example"]}))
        sys.stdout.write(f"{ref.record_id} {ref.stream} {ref.position}\n")
        sys.stdout.flush()


async def _run(journal: Journal) -> None:
    await asyncio.gather(*(_client(journal) for _ in range(CLIENTS)))


if __name__ == "__main__":
    url, key_file = sys.argv[1:]
    running = Journal(open_store(url), load_or_create_key(Path(key_file)))
    running.start()
    asyncio.run(_run(running))
