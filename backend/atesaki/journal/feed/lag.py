"""How far a receiver is behind, as every process can see it."""

import datetime as dt
from typing import Protocol

from msgspec import Struct
from sqlalchemy import Connection, select

from atesaki.journal.feed.cursors import Cursors
from atesaki.journal.feed.delivery import Named, TakesNotices
from atesaki.journal.feed.notices_duty import untold
from atesaki.journal.stored import StreamRow, all_streams
from atesaki.storage.engine import Store, micros, moment
from atesaki.storage.feed_tables import feed_targets
from atesaki.storage.tables import records


class Lag(Struct, frozen=True):
    """What a receiver has not acknowledged yet: how many records, and how old the oldest is in seconds.

    Of a place that keeps checkpoints, the records that no checkpoint there covers; of a mailbox that is told of
    records, those that it was not told of.

    `problem` is `None` while the last delivery was acknowledged.
    """

    target: str
    records: int
    seconds: float
    acknowledged_at: dt.datetime | None
    problem: str | None


class TellsLag(Protocol):
    """Knows how far everybody who is fed is behind; blocks."""

    def lag(self) -> list[Lag]:
        """Give what each receiver of records has not acknowledged."""

    def checkpoint_lag(self) -> list[Lag]:
        """Give what each place that keeps checkpoints has none over."""

    def notice_lag(self) -> list[Lag]:
        """Give what each mailbox was not told of."""


def lag_of(store: Store, target: Named, now: dt.datetime) -> Lag:
    """Give the lag of a receiver; of one that was never fed, all that is recorded."""
    positions = Cursors(store, target.key).load()
    with store.read() as connection:
        behind = {row: positions.get(row.stream, 0) for row in all_streams(connection)}
        behind = {row: position for row, position in behind.items() if position < row.size}
        oldest = _oldest(connection, behind)
    return _lag(store, target, sum(row.size - position for row, position in behind.items()), oldest, now)


def notice_lag_of(store: Store, target: TakesNotices, now: dt.datetime) -> Lag:
    """Give the lag of a mailbox; one that was never told of anything waits for nothing."""
    cursors = Cursors(store, target.key)
    behind = untold(store, target, cursors.load(), now) if cursors.known() else []
    return _lag(store, target, len(behind), behind[0].recorded_at if behind else None, now)


def _lag(store: Store, target: Named, count: int, oldest: int | None, now: dt.datetime) -> Lag:
    with store.read() as connection:
        state = connection.execute(select(feed_targets).where(feed_targets.c.target == target.key)).first()
    return Lag(
        target.name,
        count,
        0.0 if oldest is None else max(0.0, (micros(now) - oldest) / 1_000_000),
        moment(state.acknowledged_at) if state and state.acknowledged_at is not None else None,
        state.problem if state else None,
    )


def _oldest(connection: Connection, behind: dict[StreamRow, int]) -> int | None:
    found = [
        connection.scalar(
            select(records.c.recorded_at).where(records.c.stream == row.stream, records.c.position == position)
        )
        for row, position in behind.items()
    ]
    return min((at for at in found if at is not None), default=None)
