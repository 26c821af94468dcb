"""Keeps every published policy set, numbered, with who published it, when and why."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping

from msgspec import Struct
from sqlalchemy import Row, func, select

from atesaki.storage.engine import Store, micros, moment
from atesaki.storage.tables import policy_revisions as table


class Revision(Struct, frozen=True):
    """One published policy set; `revision` is the SHA-256 of its files, `number` counts publications."""

    number: int
    revision: str
    files: dict[str, str]
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
            return connection.execute(select(func.max(table.c.number))).scalar() or 0

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

    def add(self, revision: str, files: Mapping[str, str], author: str, note: str) -> Revision:
        """Keep a publication and return it with its number."""
        now = dt.datetime.now(dt.UTC)
        row = {
            "revision": revision,
            "files": json.dumps(dict(files), ensure_ascii=False, sort_keys=True),
            "author": author,
            "note": note,
            "published_at": micros(now),
        }
        with self._store.write() as connection:
            number: int = connection.execute(table.insert().returning(table.c.number), row).scalar_one()
        return Revision(number, revision, dict(files), author, note, now)


def _revision(row: Row[tuple[object, ...]]) -> Revision:
    return Revision(row.number, row.revision, json.loads(row.files), row.author, row.note, moment(row.published_at))
