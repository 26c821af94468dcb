"""Searches that auditors keep under a name: links without addresses, shared by all who may read the journal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar, Final

import msgspec
from msgspec import Struct

from atesaki.journal.changes import Change, newest_change
from atesaki.journal.read import Reader
from atesaki.judgement.errors import AtesakiError
from atesaki.recorder import Recorder
from atesaki.storage.documents import Document, DocumentChanged
from atesaki.storage.engine import Store, micros

NAME: Final = "saved_searches"
KEPT: Final = "search.kept"
REMOVED: Final = "search.removed"
MOST = 200
MAX_NAME = 100

"""Writes the journal: kind, subject, body, and what is personal."""


class SearchNotKept(AtesakiError):
    """A search that can't be kept."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "search-not-kept"


class SearchChanged(AtesakiError):
    """Another search is kept under the name than the one that somebody saw."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "search-changed"


class Searches(Struct, frozen=True):
    """The links by name; revision 0 is the one before anybody kept a search."""

    links: Mapping[str, str] = {}
    revision: int = 0


class SavedSearches:
    """The kept searches by name; every method blocks."""

    def __init__(self, store: Store, record: Recorder) -> None:
        self._store = store
        self._record = record
        self._document = Document(store, NAME)

    @property
    def state(self) -> Searches:
        """The searches that are kept now."""
        kept = self._document.read()
        return Searches(_links(kept.body), kept.revision)

    def keep(self, name: str, link: str, author: str, revision: int) -> None:
        """Keep a search under a name, in place of the one that had it in the revision that was seen.

        Changes of other names in the meantime are kept. Raises `SearchNotKept`, and `SearchChanged` where the name
        may have another search than in that revision.
        """
        name = plain(name)
        if not 0 < len(name) <= MAX_NAME:
            raise SearchNotKept(f"The name of a search has 1 to {MAX_NAME} characters.", field="name")
        with self._document.alone() as kept:
            before = Searches(_links(kept.body), kept.revision)
            if before.revision != revision and before.links.get(name, link) != link:
                raise _changed()
            if len(before.links) >= MOST and name not in before.links:
                raise SearchNotKept(f"No more than {MOST} searches are kept; remove one first.", field="name")
            self._change(KEPT, before, {**before.links, name: link}, name, author)

    def remove(self, name: str, link: str, author: str) -> None:
        """Remove the search that was seen under a name; one that is gone already is no error.

        Raises `SearchChanged` where it is another search by now.
        """
        with self._document.alone() as kept:
            before = Searches(_links(kept.body), kept.revision)
            if before.links.get(name, link) != link:
                raise _changed()
            if name in before.links:
                after = {each: link for each, link in before.links.items() if each != name}
                self._change(REMOVED, before, after, name, author)

    def change_of(self, name: str) -> Change | None:
        """Return who kept the search of this name last and when, as far as the journal still knows."""
        return newest_change(Reader(self._store), KEPT, lambda _, personal: personal.get("name") == name)

    def _change(self, kind: str, before: Searches, after: dict[str, str], name: str, author: str) -> None:
        links = {"before": before.links.get(name), "after": after.get(name)}
        counts = {"before": len(before.links), "after": len(after)}
        # Apart: a link holds no address, but the hashes of two.
        self._record(kind, NAME, counts, {"name": name, "author": author, **links})
        text, now = msgspec.json.encode(dict(sorted(after.items()))).decode(), micros(dt.datetime.now(dt.UTC))
        try:
            with self._store.write() as connection:
                self._document.replace(connection, text, seen=before.revision, at=now)
        except DocumentChanged as error:
            raise _changed() from error


def plain(name: str) -> str:
    """Return a name as it is kept, on one line."""
    return " ".join(name.split())


def _links(body: str) -> dict[str, str]:
    return msgspec.json.decode(body, type=dict[str, str]) if body else {}


def _changed() -> SearchChanged:
    return SearchChanged("Somebody else changed this search in the meantime; look at it again.")
