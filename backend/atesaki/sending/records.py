"""The ports to the journal: an entry is durable before the call returns, or the call raises."""

from typing import Protocol

from atesaki.journal import Entry, RecordRef


class Records(Protocol):
    """Makes an entry durable from the event loop."""

    async def append(self, entry: Entry) -> RecordRef:
        """Return once the entry is durable; raises `JournalUnavailable`."""


class RecordsBlocking(Protocol):
    """Makes an entry durable from a thread of its own."""

    def append_blocking(self, entry: Entry) -> RecordRef:
        """Return once the entry is durable; raises `JournalUnavailable`."""
