"""What all duties of a worker for one receiver have."""

from atesaki.clock import Clock
from atesaki.journal.feed.cursors import Cursors
from atesaki.journal.feed.delivery import Named
from atesaki.storage.engine import Store, micros


class DutyFor:
    """Knows the receiver by name and key, and keeps durable how far it is and what is wrong."""

    def __init__(self, store: Store, target: Named, now: Clock) -> None:
        self.name = target.name
        self.key = target.key
        self._store = store
        self._now = now
        self._cursors = Cursors(store, target.key)

    def fail(self, problem: str) -> None:
        """Make known what is wrong."""
        self._cursors.fail(problem)

    def _begin(self, *, from_now: bool) -> dict[str, int]:
        """Make the receiver known, and give how far it is."""
        self._cursors.begin(micros(self._now()), from_now=from_now)
        return self._cursors.load()
