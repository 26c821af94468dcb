"""How far each receiver has come, durable: a cursor for every stream, and what is wrong with the receiver."""

from collections.abc import Mapping

from sqlalchemy import Connection, Table, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from atesaki.journal.stored import all_streams
from atesaki.storage.engine import Store
from atesaki.storage.feed_tables import feed_cursors, feed_targets


class Cursors:
    """The cursors of one receiver; they only move forward, whoever else moved them."""

    def __init__(self, store: Store, target: str) -> None:
        self._store = store
        self._target = target

    def begin(self, at: int, *, from_now: bool) -> None:
        """Make the receiver known, once; `from_now` leaves out what is recorded already."""
        with self._store.write() as connection:
            if self._is_known(connection):
                return
            connection.execute(insert(feed_targets).values(target=self._target, since=at))
            if from_now:
                self._save(connection, {row.stream: row.size for row in all_streams(connection)})

    def known(self) -> bool:
        """Tell whether the receiver was ever fed."""
        with self._store.read() as connection:
            return self._is_known(connection)

    def load(self) -> dict[str, int]:
        """Give the position of the next record of each stream, or the size of its last checkpoint there."""
        query = select(feed_cursors.c.stream, feed_cursors.c.position).where(feed_cursors.c.target == self._target)
        with self._store.read() as connection:
            return {row.stream: row.position for row in connection.execute(query)}

    def save(self, positions: Mapping[str, int], at: int) -> None:
        """Move the cursors on; the receiver is well."""
        with self._store.write() as connection:
            self._save(connection, positions)
            self._update(connection, acknowledged_at=at, problem=None)

    def fail(self, problem: str) -> None:
        """Keep what is wrong, for those who look from another process."""
        with self._store.write() as connection:
            self._update(connection, problem=problem)

    def _is_known(self, connection: Connection) -> bool:
        query = select(feed_targets.c.since).where(feed_targets.c.target == self._target)
        return connection.scalar(query) is not None

    def _update(self, connection: Connection, **values: object) -> None:
        connection.execute(update(feed_targets).where(feed_targets.c.target == self._target).values(values))

    def _save(self, connection: Connection, positions: Mapping[str, int]) -> None:
        for stream, position in positions.items():
            row = {"target": self._target, "stream": stream, "position": position}
            connection.execute(_upsert(connection, feed_cursors), row)


def _upsert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    made: postgresql.Insert | sqlite.Insert
    made = postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
    return made.on_conflict_do_update(
        index_elements=["target", "stream"],
        set_={"position": made.excluded.position},
        where=table.c.position < made.excluded.position,
    )
