"""Tells people by mail that records of one kind were made, such as a colleague's question."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select

from atesaki.clock import Clock
from atesaki.journal.feed.delivery import TakesNotices
from atesaki.journal.feed.duty import DutyFor
from atesaki.journal.record import first_id_at
from atesaki.storage.engine import Store, micros
from atesaki.storage.tables import RARE_KINDS, records


class Untold(NamedTuple):
    """A record that nobody was told of yet."""

    stream: str
    position: int
    subject: str
    recorded_at: int


class NoticesDuty(DutyFor):
    """What a worker does for one mailbox: one mail for all that came since the last."""

    def __init__(self, store: Store, target: TakesNotices, now: Clock) -> None:
        super().__init__(store, target, now)
        self._target = target
        self._positions: dict[str, int] = {}

    def begin(self) -> None:
        """Read what was told; of what was recorded before there was a mailbox nobody is told."""
        self._positions = self._begin(from_now=True)

    def turn(self) -> bool:
        """Tell what is new; raises `NotDelivered`."""
        new = untold(self._store, self._target, self._positions, self._now())
        if new:
            self._target.deliver([each.subject for each in new])
            ends = {each.stream: each.position + 1 for each in sorted(new)}
            self._cursors.save(ends, micros(self._now()))
            self._positions |= ends
        return False

    def rest(self) -> None:
        """Do nothing: each mail is made durable at once."""


def untold(store: Store, target: TakesNotices, positions: Mapping[str, int], now: dt.datetime) -> list[Untold]:
    """Give the records that are still worth a mail and behind these positions, oldest first."""
    query = select(records.c.stream, records.c.position, records.c.subject, records.c.recorded_at).where(
        records.c.kind == target.kind, RARE_KINDS, records.c.record_id >= first_id_at(micros(now - target.good_for))
    )
    with store.read() as connection:
        rows = connection.execute(query.order_by(records.c.record_id)).all()
    found = [Untold._make(row) for row in rows if row.position >= positions.get(row.stream, 0)]
    # Two records of one microsecond have no order of their own.
    return sorted(found, key=lambda each: (each.recorded_at, each.stream, each.position))
