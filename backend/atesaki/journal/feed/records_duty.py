"""Delivers every record of every stream to one receiver, in order, at least once."""

import time
from itertools import accumulate

from atesaki.clock import Clock
from atesaki.journal.feed.delivery import Event, NotDelivered, TakesEvents
from atesaki.journal.feed.duty import DutyFor
from atesaki.journal.feed.event import event_of
from atesaki.journal.pages import Stretch, record_pages
from atesaki.journal.stored import all_streams
from atesaki.storage.engine import Store, micros

MOST_EVENTS = 500
MOST_BYTES = 1_000_000
SMALL_SECONDS = 300.0
"""How long deliveries stay small after one was too large; what is tried too soon is refused each time."""

SAVE_SECONDS = 1.0
"""How often cursors are made durable: on SQLite each time takes the write lock for a moment."""


class RecordsDuty(DutyFor):
    """What a worker does for a receiver of records.

    Only durable records are read, and no more of them than one delivery holds: a receiver that stalls costs
    no memory, and whoever records never waits for it.
    """

    def __init__(
        self,
        store: Store,
        target: TakesEvents,
        now: Clock,
        *,
        with_personal: bool,
        from_now: bool,
    ) -> None:
        super().__init__(store, target, now)
        self._target = target
        self._personal = with_personal
        self._from_now = from_now
        self._positions: dict[str, int] = {}
        self._moved: dict[str, int] = {}
        self._save_due = 0.0
        self._most = MOST_EVENTS
        self._small_until = 0.0
        self._without_people = False
        self._last = ""

    def begin(self) -> None:
        """Read how far the receiver is."""
        self._positions = self._begin(from_now=self._from_now)
        self._moved = {}

    def turn(self) -> bool:
        """Deliver the next records of one stream and tell whether there were any; raises `NotDelivered`."""
        ready = self._ready()
        if ready is None:
            return False
        events = self._read(ready)
        try:
            self._target.deliver(events)
        except NotDelivered as error:
            if error.too_large and self._can_shrink(len(events)):
                raise
            raise NotDelivered(str(error), retry_after=error.retry_after) from error
        self._grow()
        self._last = ready.stream
        self._positions[ready.stream] = self._moved[ready.stream] = events[-1].record.position + 1
        if time.monotonic() >= self._save_due:
            self.rest()
        return True

    def rest(self) -> None:
        """Make durable how far the receiver is."""
        self._save_due = time.monotonic() + SAVE_SECONDS
        if self._moved:
            self._cursors.save(self._moved, micros(self._now()))
            self._moved = {}

    def _can_shrink(self, count: int) -> bool:
        """Make the next delivery smaller and tell whether that was possible.

        One record that is too large even alone goes without people, so that it does not hold up all that follow.
        """
        self._small_until = time.monotonic() + SMALL_SECONDS
        if count > 1:
            self._most = count // 2
            return True
        may_omit = self._personal and not self._without_people
        self._without_people = may_omit
        return may_omit

    def _grow(self) -> None:
        if self._without_people or time.monotonic() >= self._small_until:
            self._most = MOST_EVENTS
        self._without_people = False

    def _ready(self) -> Stretch | None:
        """Give what is to come of the stream whose turn it is, so that a busy one does not starve the others."""
        with self._store.read() as connection:
            rows = all_streams(connection)
        behind = sorted(
            Stretch(row.stream, self._positions.get(row.stream, 0), row.size)
            for row in rows
            if self._positions.get(row.stream, 0) < row.size
        )
        return next((each for each in behind if each.stream > self._last), behind[0] if behind else None)

    def _read(self, stretch: Stretch) -> list[Event]:
        pages = record_pages(
            self._store, stretch, with_personal=self._personal and not self._without_people, size=self._most
        )
        events = [event_of(row) for row in next(pages)]
        sizes = accumulate(len(event.body) for event in events)
        return events[: max(1, sum(size <= MOST_BYTES for size in sizes))]
