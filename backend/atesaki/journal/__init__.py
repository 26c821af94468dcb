"""The journal: append-only records, durable before they are answered, in signed Merkle trees."""

from atesaki.journal.errors import JournalUnavailable
from atesaki.journal.journal import Journal, Limits
from atesaki.journal.record import Entry, Record, RecordRef

__all__ = ["Entry", "Journal", "JournalUnavailable", "Limits", "Record", "RecordRef"]
