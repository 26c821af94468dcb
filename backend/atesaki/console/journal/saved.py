"""Searches that auditors keep under a name: links without addresses, shared by all who may read the journal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import ClassVar

import msgspec
from sqlalchemy import delete, insert, select

from atesaki.judgement.errors import AtesakiError
from atesaki.storage.engine import Store, micros
from atesaki.storage.tables import documents

NAME = "saved_searches"
MOST = 200
MAX_NAME = 100

Record = Callable[[str, str, Mapping[str, object], Mapping[str, object]], object]
"""Writes the journal: kind, subject, body, and what is personal."""


class SearchNotKept(AtesakiError):
    """A search that can't be kept."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "search-not-kept"


class SavedSearches:
    """The kept searches by name; every method blocks."""

    def __init__(self, store: Store, record: Record) -> None:
        self._store = store
        self._record = record

    def all(self) -> dict[str, str]:
        """Return the links by name."""
        with self._store.read() as connection:
            body = connection.scalar(select(documents.c.body).where(documents.c.name == NAME))
        return msgspec.json.decode(body, type=dict[str, str]) if body else {}

    def keep(self, name: str, link: str, author: str) -> None:
        """Keep a search under a name, in place of the one that had it; raises `SearchNotKept`."""
        name = " ".join(name.split())
        before = self.all()
        if not 0 < len(name) <= MAX_NAME:
            raise SearchNotKept(f"The name of a search has 1 to {MAX_NAME} characters.", field="name")
        if len(before) >= MOST and name not in before:
            raise SearchNotKept(f"No more than {MOST} searches are kept; remove one first.", field="name")
        self._change("search.kept", before, {**before, name: link}, name, author)

    def remove(self, name: str, author: str) -> None:
        """Remove a search; one that is gone already is no error."""
        before = self.all()
        if name in before:
            after = {each: link for each, link in before.items() if each != name}
            self._change("search.removed", before, after, name, author)

    def _change(self, kind: str, before: dict[str, str], after: dict[str, str], name: str, author: str) -> None:
        links = {"before": before.get(name), "after": after.get(name)}
        # Apart: a link holds no address, but the hashes of two.
        self._record(
            kind, NAME, {"before": len(before), "after": len(after)}, {"name": name, "author": author, **links}
        )
        text = msgspec.json.encode(dict(sorted(after.items()))).decode()
        now = micros(dt.datetime.now(dt.UTC))
        with self._store.write() as connection:
            connection.execute(delete(documents).where(documents.c.name == NAME))
            connection.execute(insert(documents).values(name=NAME, revision=1, body=text, updated_at=now))
