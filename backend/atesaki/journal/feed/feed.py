"""The feed of one process: a worker for each receiver that the settings name, and one for the nodes of the trees."""

import datetime as dt
import time
from collections.abc import Sequence
from typing import Protocol

from atesaki.clock import Clock, utc_now
from atesaki.journal.export.selection import viewed
from atesaki.journal.feed.checkpoints_duty import CheckpointsDuty
from atesaki.journal.feed.delivery import TakesCheckpoints, TakesEvents, TakesNotices
from atesaki.journal.feed.lag import Lag, lag_of, notice_lag_of
from atesaki.journal.feed.nodes_duty import NodesDuty
from atesaki.journal.feed.notices_duty import NoticesDuty
from atesaki.journal.feed.records_duty import RecordsDuty
from atesaki.journal.feed.worker import Duty, Patience, Worker
from atesaki.journal.record import Entry, RecordRef
from atesaki.storage.engine import Store

STOP_SECONDS = 5.0


class Receivers(Protocol):
    """Who is fed, and with what."""

    @property
    def records(self) -> Sequence[TakesEvents]:
        """Who gets every record."""

    @property
    def checkpoints(self) -> Sequence[TakesCheckpoints]:
        """Who keeps checkpoints."""

    @property
    def notices(self) -> Sequence[TakesNotices]:
        """Who is told of records of one kind."""

    @property
    def every(self) -> dt.timedelta:
        """How often checkpoints are delivered."""

    @property
    def from_now(self) -> bool:
        """Whether a new receiver starts with what comes, and not at the beginning."""

    @property
    def purpose(self) -> str | None:
        """What personal data is sent for, `None` where none is sent."""


class Records(Protocol):
    """Makes entries durable."""

    def append_blocking(self, entry: Entry) -> RecordRef:
        """Return once the entry is durable."""


class Feed:
    """Feeds all receivers from `start` to `stop`, and tells at any time how far they are behind."""

    def __init__(
        self,
        store: Store,
        receivers: Receivers,
        journal: Records,
        *,
        now: Clock = utc_now,
        patience: Patience = Patience(),  # noqa: B008  # It is immutable.
    ) -> None:
        self._store = store
        self._receivers = receivers
        self._journal = journal
        self._now = now
        personal, from_now = receivers.purpose is not None, receivers.from_now
        duties: list[Duty] = [NodesDuty(store)]
        duties += [
            RecordsDuty(store, each, now, with_personal=personal, from_now=from_now) for each in receivers.records
        ]
        duties += [CheckpointsDuty(store, each, now, receivers.every) for each in receivers.checkpoints]
        duties += [NoticesDuty(store, each, now) for each in receivers.notices]
        self._workers = [Worker(store, duty, patience) for duty in duties]

    def start(self) -> None:
        """Record where personal data leaves, then begin to feed."""
        if self._receivers.purpose is not None and self._receivers.records:
            self._journal.append_blocking(viewed("feed", purpose=self._receivers.purpose, by="settings"))
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        """Stop feeding; what is not acknowledged is delivered after the next start."""
        deadline = time.monotonic() + STOP_SECONDS
        for worker in self._workers:
            worker.ask_to_stop()
        for worker in self._workers:
            worker.join(max(0.0, deadline - time.monotonic()))

    def lag(self) -> list[Lag]:
        """Give how far each receiver of records is behind; blocks."""
        return [lag_of(self._store, target, self._now()) for target in self._receivers.records]

    def checkpoint_lag(self) -> list[Lag]:
        """Give how much each place that keeps checkpoints has none over; blocks."""
        return [lag_of(self._store, target, self._now()) for target in self._receivers.checkpoints]

    def notice_lag(self) -> list[Lag]:
        """Give what each mailbox was not told of; blocks."""
        return [notice_lag_of(self._store, target, self._now()) for target in self._receivers.notices]
