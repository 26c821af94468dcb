"""A journal in memory that keeps the contract of the real one, for tests of whatever records."""

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

from atesaki.journal import Entry, JournalUnavailable, RecordRef
from atesaki.journal.record import uuid7

STREAM = "atesaki/fake"


class Recorded(NamedTuple):
    """One entry that was handed to the journal."""

    kind: str
    subject: str
    body: Mapping[str, Any]
    personal: Any


class ListedJournal:
    """Keeps what is recorded in a list, and can be told to be out of order."""

    def __init__(self) -> None:
        self.entries: list[Recorded] = []
        self.broken: Exception | None = None

    def __call__(
        self, kind: str, subject: str, body: Mapping[str, object], personal: Mapping[str, object] | None
    ) -> None:
        """Keep the entry."""
        if self.broken:
            raise self.broken
        self.entries.append(Recorded(kind, subject, body, personal))


class FakeJournal:
    """Keeps entries in a list; set `problem` to make it unavailable."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.problem: str | None = None
        self._running = False

    def start(self) -> None:
        """Begin to accept entries."""
        self._running = True

    def stop(self) -> None:
        """Refuse what comes later."""
        self._running = False

    async def append(self, entry: Entry) -> RecordRef:
        """Keep the entry, or raise `JournalUnavailable`."""
        return self.append_blocking(entry)

    def submit(self, entry: Entry) -> "asyncio.Future[RecordRef]":
        """Keep the entry and return a future that is done, or raise `JournalUnavailable`."""
        future: asyncio.Future[RecordRef] = asyncio.get_running_loop().create_future()
        future.set_result(self.append_blocking(entry))
        return future

    def append_blocking(self, entry: Entry) -> RecordRef:
        """Keep the entry, or raise `JournalUnavailable`."""
        if self.problem or not self._running:
            raise JournalUnavailable("The journal can't be written at the moment; try again in a few seconds.")
        self.entries.append(entry)
        return RecordRef(uuid7(0), STREAM, len(self.entries) - 1)
