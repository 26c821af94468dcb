"""What everybody may expect of a journal: on SQLite, on PostgreSQL, and of the fake that other tests use."""

import asyncio
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.fakes.journal import FakeJournal
from tests.postgres import Cluster

from atesaki.journal import Entry, Journal, JournalUnavailable, RecordRef
from atesaki.journal.read import Reader, Search
from atesaki.storage.engine import open_store


class Subject(NamedTuple):
    """A journal, and how to see what it holds, oldest first."""

    journal: Journal | FakeJournal
    recorded: Callable[[], list[str]]


@pytest.fixture(params=["sqlite", "postgresql", "fake"])
def subject(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    """Each journal in turn, started."""
    if request.param == "fake":
        fake = FakeJournal()
        fake.start()
        yield Subject(fake, lambda: [entry.subject for entry in fake.entries])
        return
    cluster: Cluster | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    store = open_store(cluster.store() if cluster else tmp_path_factory.mktemp("store"))
    journal, reader = Journal(store, Ed25519PrivateKey.generate()), Reader(store)
    journal.start()
    yield Subject(journal, lambda: [record.subject for record in reader.newest(Search(), limit=10_000)][::-1])
    journal.stop()
    store.close()


def _entry(subject: str) -> Entry:
    return Entry("decision.recorded", subject, {"action": "block"}, {"to": ["v01@gmail.example"]})


def test_an_entry_is_there_as_soon_as_it_is_answered(subject: Subject) -> None:
    """Durable before answered: the record can be read when `append` returns."""
    ref = subject.journal.append_blocking(_entry("d1"))
    assert subject.recorded() == ["d1"]
    assert ref.position == 0


def test_many_at_once_get_positions_without_gaps(subject: Subject) -> None:
    """Every entry of a crowd is recorded once, each at a place of its own."""

    async def crowd() -> list[RecordRef]:
        return await asyncio.gather(*(subject.journal.append(_entry(f"d{number}")) for number in range(50)))

    refs = asyncio.run(crowd())
    assert sorted(ref.position for ref in refs) == list(range(50))
    assert len({ref.record_id for ref in refs}) == 50
    assert len({ref.stream for ref in refs}) == 1
    assert sorted(subject.recorded()) == sorted(f"d{number}" for number in range(50))


def test_threads_and_loops_may_append_side_by_side(subject: Subject) -> None:
    """The blocking form and the waiting form write to one stream."""

    async def both() -> None:
        await asyncio.gather(
            subject.journal.append(_entry("loop")),
            asyncio.to_thread(subject.journal.append_blocking, _entry("thread")),
        )

    asyncio.run(both())
    assert sorted(subject.recorded()) == ["loop", "thread"]


def test_a_closed_journal_refuses(subject: Subject) -> None:
    """After `stop` nothing is accepted, and nothing is lost silently."""
    subject.journal.append_blocking(_entry("d1"))
    subject.journal.stop()
    with pytest.raises(JournalUnavailable):
        subject.journal.append_blocking(_entry("d2"))
    with pytest.raises(JournalUnavailable):
        asyncio.run(subject.journal.append(_entry("d3")))
    assert subject.recorded() == ["d1"]
