"""Keeps every published policy set, numbered, with who published it, when and why."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping

from msgspec import Struct
from sqlalchemy import Connection, Row, func, select, text

from atesaki.policies.errors import PoliciesChanged
from atesaki.storage.engine import Store, micros, moment
from atesaki.storage.tables import policy_revisions as table

SHIPPED_BY = "atesaki"
"""The author of a first publication that holds what was shipped then."""


class Revision(Struct, frozen=True):
    """One published policy set; `revision` is the SHA-256 of its files, `number` counts publications."""

    number: int
    revision: str
    files: dict[str, str]
    author: str
    note: str
    published_at: dt.datetime


class Publication(Struct, frozen=True):
    """A publication without its files."""

    number: int
    revision: str
    author: str
    note: str
    published_at: dt.datetime


class RevisionStore:
    """The published policy sets in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def newest_number(self) -> int:
        """Return the number of the newest publication, 0 where there is none."""
        with self._store.read() as connection:
            return _newest(connection)

    def of(self, revision: str) -> Revision | None:
        """Return the first publication of exactly these files, `None` where there was none."""
        wanted = select(table).where(table.c.revision == revision).order_by(table.c.number).limit(1)
        with self._store.read() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else _revision(row)

    def newest_first(self) -> Iterator[Revision]:
        """Yield all publications, the newest first, one look-up each."""
        number = self.newest_number()
        while number:
            with self._store.read() as connection:
                wanted = select(table).where(table.c.number <= number).order_by(table.c.number.desc()).limit(1)
                row = connection.execute(wanted).first()
            if row is None:
                return
            yield _revision(row)
            number = row.number - 1

    def get(self, number: int) -> Revision | None:
        """Return one publication, `None` where there is no such number."""
        with self._store.read() as connection:
            row = connection.execute(select(table).where(table.c.number == number)).first()
        return _revision(row) if row else None

    def listed(self, before: int | None = None, limit: int = 50) -> list[Publication]:
        """Return publications without their files, the newest first, those before a number where it is given."""
        columns = [table.c.number, table.c.revision, table.c.author, table.c.note, table.c.published_at]
        wanted = select(*columns).order_by(table.c.number.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(table.c.number < before)
        with self._store.read() as connection:
            rows = connection.execute(wanted).all()
        return [Publication(row.number, row.revision, row.author, row.note, moment(row.published_at)) for row in rows]

    def add(
        self, revision: str, files: Mapping[str, str], author: str, note: str, *, after: int | None = None
    ) -> Revision:
        """Keep a publication and return it with its number.

        Raises `PoliciesChanged` where `after` is given and is no longer the newest number, in whatever process.
        """
        now = dt.datetime.now(dt.UTC)
        row = {
            "revision": revision,
            "files": json.dumps(dict(files), ensure_ascii=False, sort_keys=True),
            "author": author,
            "note": note,
            "published_at": micros(now),
        }
        with self._store.write() as connection:
            if after is not None:
                self._hold(connection, after)
            number: int = connection.execute(table.insert().returning(table.c.number), row).scalar_one()
        return Revision(number, revision, dict(files), author, note, now)

    def _hold(self, connection: Connection, after: int) -> None:
        """Let nobody else publish until the transaction ends; on SQLite it has the one write lock already."""
        if self._store.dialect == "postgresql":
            connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))
        if _newest(connection) != after:
            raise changed_in_between()


def changed_in_between() -> PoliciesChanged:
    """Return the error of a publication that would overwrite one that its author has not seen."""
    return PoliciesChanged("Other policies were published in between; look at the difference again, then publish.")


def _newest(connection: Connection) -> int:
    return connection.execute(select(func.max(table.c.number))).scalar() or 0


def _revision(row: Row[tuple[object, ...]]) -> Revision:
    return Revision(row.number, row.revision, json.loads(row.files), row.author, row.note, moment(row.published_at))
