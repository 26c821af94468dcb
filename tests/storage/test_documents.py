"""A document is replaced only by who has seen its newest revision, on both databases and by all replicas."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from atesaki.storage.documents import Document, DocumentChanged, Kept
from atesaki.storage.engine import Store

NAME = "settings"


def replace(store: Store, body: str, seen: int) -> None:
    """Replace the document in a transaction of its own, as any replica would."""
    with store.write() as connection:
        Document(store, NAME).replace(connection, body, seen=seen, at=0)


def test_who_has_seen_the_newest_revision_replaces_it(store: Store) -> None:
    """The first one begins from revision 0, and each change makes the next."""
    assert Document(store, NAME).read() == Kept(0, "")
    replace(store, "first", 0)
    replace(store, "second", 1)
    assert Document(store, NAME).read() == Kept(2, "second")


@pytest.mark.parametrize("seen", [0, 1, 3])
def test_who_has_seen_another_revision_replaces_nothing(store: Store, seen: int) -> None:
    """Neither a former revision, nor one that there never was, nor none at all."""
    replace(store, "first", 0)
    replace(store, "second", 1)
    with pytest.raises(DocumentChanged):
        replace(store, "mine", seen)
    assert Document(store, NAME).read() == Kept(2, "second")


@pytest.mark.parametrize("seen", [0, 1])
def test_of_many_who_have_seen_the_same_one_replaces_it(store: Store, seen: int) -> None:
    """Their transactions begin together; the database itself decides."""
    if seen:
        replace(store, "first", 0)
    start = threading.Barrier(4)

    def change(body: str) -> str | None:
        start.wait()
        try:
            replace(store, body, seen)
        except DocumentChanged:
            return None
        return body

    with ThreadPoolExecutor(4) as threads:
        accepted = [body for body in threads.map(change, "abcd") if body]
    assert [Document(store, NAME).read()] == [Kept(seen + 1, body) for body in accepted]


def test_who_changes_a_document_is_alone_with_it(store: Store) -> None:
    """Each sees what the one before has made of it; on PostgreSQL other replicas wait too."""
    here = Document(store, NAME)

    def append(letter: str) -> None:
        document = here if store.dialect == "sqlite" else Document(store, NAME)
        with document.alone() as kept, store.write() as connection:
            document.replace(connection, kept.body + letter, seen=kept.revision, at=0)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(append, "abcd"))
    assert sorted(here.read().body) == list("abcd")
