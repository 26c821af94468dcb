"""A document of the store that several people may change: one at a time, and never over a newer one unseen."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from atesaki.storage.engine import Store
from atesaki.storage.tables import documents

# "docs" in ASCII; any constant will do, as long as all replicas use the same.
_LOCK = 0x646F6373


class Kept(NamedTuple):
    """A document as it is kept; revision 0 is the one that nobody has written yet."""

    revision: int = 0
    body: str = ""


class DocumentChanged(Exception):
    """Somebody else has replaced the document since the revision that was seen."""


class Document:
    """One document by its name; every method blocks."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name
        self._turn = threading.Lock()

    def read(self) -> Kept:
        """Return the document."""
        query = select(documents.c.revision, documents.c.body).where(documents.c.name == self._name)
        with self._store.read() as connection:
            row = connection.execute(query).first()
        return Kept() if row is None else Kept(row.revision, row.body)

    @contextmanager
    def alone(self) -> Iterator[Kept]:
        """Give the document to one who changes it, while all others wait: nobody records a change that then fails.

        No transaction is open on SQLite meanwhile, since the journal has to write.
        """
        with self._turn, nullcontext() if self._store.path else self._locked():
            yield self.read()

    def replace(self, connection: Connection, body: str, *, seen: int, at: int) -> None:
        """Replace the revision that was seen; raises `DocumentChanged` where another one is kept.

        `at` is the moment in microseconds. Whatever locks there are, this decides.
        """
        values = {"revision": seen + 1, "body": body, "updated_at": at}
        if not (self._add(connection, values) if seen == 0 else self._update(connection, values, seen)):
            raise DocumentChanged(self._name)

    def _add(self, connection: Connection, values: dict[str, object]) -> bool:
        try:
            connection.execute(insert(documents).values(name=self._name, **values))
        except IntegrityError:
            return False
        return True

    def _update(self, connection: Connection, values: dict[str, object], seen: int) -> bool:
        same = (documents.c.name == self._name) & (documents.c.revision == seen)
        return connection.execute(update(documents).where(same).values(values)).rowcount == 1

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep the other replicas waiting until the block ends; a transaction's lock goes with its connection."""
        with self._store.engine.connect() as connection, connection.begin():
            key = {"lock": _LOCK, "name": self._name}
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock, hashtext(:name))"), key)
            yield
