"""A server that starts while its directory is away knows which addresses were lists."""

import asyncio
import contextlib
import hashlib
import time
from collections.abc import Callable, Iterator

import msgspec
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs
from tests.directory.test_at_send import answered, expanded
from tests.fakes.directory import FakeDirectory
from tests.judgement.drafts import HALL, message

from atesaki.directory.at_send import DirectoryFacts
from atesaki.directory.errors import DirectoryUnavailable
from atesaki.directory.kept_lists import KeptLists
from atesaki.judgement.people import People
from atesaki.storage.documents import Document
from atesaki.storage.engine import Store


@pytest.fixture
def directory() -> FakeDirectory:
    """Two lists of the hall."""
    made = FakeDirectory()
    made.put("volunteers", "Volunteers", "v1@gmail.com", "v2@docomo.ne.jp")
    made.put("interns", "Interns", "staff@hall.example")
    return made


def pseudonym(content: bytes) -> str:
    """Stand for a keyed hash."""
    return hashlib.sha256(content).hexdigest()


@contextlib.contextmanager
def started(
    store: Store, directory: FakeDirectory, clock: Callable[[], float] = time.monotonic
) -> Iterator[DirectoryFacts]:
    """Start a server on a store, and stop it."""
    known = KeptLists(store, pseudonym)
    known.read("microsoft")
    facts = DirectoryFacts({"microsoft": directory}, 3_600.0, known=known, clock=clock)
    yield facts
    facts.stop()


def test_a_restart_knows_which_addresses_were_lists(store: Store, directory: FakeDirectory) -> None:
    """Gmail shows a list as a person; while the directory is away, mail to one warns and all other mail does not."""
    with started(store, directory) as before:
        assert expanded(before, "volunteers@hall.example") != {}
    directory.broken = DirectoryUnavailable("Away.")
    with started(store, directory) as after:
        assert expanded(after, "a@hall.example", "p@gmail.com") == {}
        with pytest.raises(DirectoryUnavailable):
            expanded(after, "Volunteers@hall.example")
        told = answered(after, lambda: asyncio.sleep(0, after.index()))
        assert (told.pending, "lists (microsoft)" in (told.problem or "")) == (None, True)


def test_what_is_known_from_before_serves_no_longer_than_memory_does(store: Store, directory: FakeDirectory) -> None:
    """A restart must not make a server quiet that warns because its directory has failed for long."""
    with started(store, directory) as before:
        expanded(before)
    directory.broken = DirectoryUnavailable("Away.")
    moments = [0.0]
    with started(store, directory, lambda: moments[0]) as after:
        expanded(after)
        assert not after.may_hide_lists
        moments[0] = 3_600
        assert after.may_hide_lists


def test_a_list_that_is_known_from_before_is_waited_for(store: Store, directory: FakeDirectory) -> None:
    """In the second after a restart nobody is warned for nothing."""
    with started(store, directory) as before:
        expanded(before)
    with started(store, directory) as after:
        people = People(message(to=["volunteers@hall.example"]), HALL)
        found = asyncio.run(after.expansions(people))
        assert found == {"volunteers@hall.example": ("v1@gmail.com", "v2@docomo.ne.jp")}


def test_the_store_holds_hashes_of_lists_and_the_newest_ones(store: Store, directory: FakeDirectory) -> None:
    """Whoever reads the store can't read the addresses of an organization in it; equal answers write nothing."""
    found = []
    for _ in range(3):
        with started(store, directory) as server:
            expanded(server)
        kept = Document(store, "lists_microsoft").read()
        assert "hall" not in kept.body
        found.append((kept.revision, len(msgspec.json.decode(kept.body))))
        if len(found) == 2:
            del directory.known["volunteers"]
    assert found == [(1, 2), (1, 2), (2, 1)]


@pytest.mark.parametrize("body", ["", "{}", "no JSON"])
def test_an_altered_document_stops_no_start(store: Store, directory: FakeDirectory, body: str) -> None:
    """It is replaced by the next answer."""
    with store.write() as connection:
        Document(store, "lists_microsoft").replace(connection, body, seen=0, at=1)
    with started(store, directory) as server:
        expanded(server)
    assert len(msgspec.json.decode(Document(store, "lists_microsoft").read().body)) == 2


def test_a_store_that_takes_nothing_costs_no_answer(store: Store, directory: FakeDirectory) -> None:
    """Who reads a list is of more use than what a restart would know."""
    with started(store, directory) as server:
        with store.write() as connection:
            connection.execute(text("DROP TABLE documents"))
        with capture_logs() as lines:
            assert expanded(server, "volunteers@hall.example") != {}
    assert [line["event"] for line in lines] == ["directory.lists_not_kept"]
