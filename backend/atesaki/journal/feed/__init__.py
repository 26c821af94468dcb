"""What leaves the journal by itself: every record to a SIEM, every checkpoint to a second place."""

from atesaki.journal.feed.feed import Feed
from atesaki.journal.feed.lag import Lag, TellsLag

__all__ = ["Feed", "Lag", "TellsLag"]
