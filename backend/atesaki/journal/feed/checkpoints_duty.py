"""Delivers the newest checkpoints to a second place every so many minutes."""

import datetime as dt
import time

from atesaki.clock import Clock
from atesaki.journal.checkpoint import read_note
from atesaki.journal.feed.delivery import TakesCheckpoints
from atesaki.journal.feed.duty import DutyFor
from atesaki.journal.stored import all_streams, newest_note
from atesaki.storage.engine import Store, micros


class CheckpointsDuty(DutyFor):
    """What a worker does for a place that keeps checkpoints; only what is newer than the last delivery goes there."""

    def __init__(self, store: Store, target: TakesCheckpoints, now: Clock, every: dt.timedelta) -> None:
        super().__init__(store, target, now)
        self._target = target
        self._every = every.total_seconds()
        self._sizes: dict[str, int] = {}
        self._due = 0.0

    def begin(self) -> None:
        """Read what was delivered."""
        self._sizes = self._begin(from_now=False)

    def turn(self) -> bool:
        """Deliver what is new, where it is time to; raises `NotDelivered`."""
        if time.monotonic() < self._due:
            return False
        notes = self._new()
        if notes:
            self._target.deliver(list(notes.values()))
            sizes = {stream: read_note(note).size for stream, note in notes.items()}
            self._cursors.save(sizes, micros(self._now()))
            self._sizes |= sizes
            self._due = time.monotonic() + self._every
        return False

    def rest(self) -> None:
        """Do nothing: each delivery is made durable at once."""

    def _new(self) -> dict[str, str]:
        with self._store.read() as connection:
            found = {row.stream: newest_note(connection, row.stream) for row in all_streams(connection)}
        return {
            stream: note
            for stream, note in found.items()
            if note is not None and read_note(note).size > self._sizes.get(stream, 0)
        }
