"""The ports to the journal: an entry is durable before the call returns, or the call raises."""

import asyncio
from typing import Protocol

from atesaki.journal import Entry, RecordRef


class Records(Protocol):
    """Makes an entry durable from the event loop."""

    async def append(self, entry: Entry) -> RecordRef:
        """Return once the entry is durable; raises `JournalUnavailable`."""


class SubmitsRecords(Protocol):
    """Makes an entry durable while its caller does something else."""

    def submit(self, entry: Entry) -> "asyncio.Future[RecordRef]":
        """Return a future that is done once the entry is durable, or fails with `JournalUnavailable`."""


class RecordsBlocking(Protocol):
    """Makes an entry durable from a thread of its own."""

    def append_blocking(self, entry: Entry) -> RecordRef:
        """Return once the entry is durable; raises `JournalUnavailable`."""
