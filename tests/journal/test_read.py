"""Records are found by id, by subject, by kind and by time, and proven one at a time."""

import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update

from atesaki.journal import Entry, Journal, RecordRef
from atesaki.journal.checkpoint import open_note, public_key_of
from atesaki.journal.errors import RecordUnreadable
from atesaki.journal.merkle import includes
from atesaki.journal.read import Reader, Search
from atesaki.storage.engine import Store
from atesaki.storage.tables import RARE_KINDS, records

START = dt.datetime(2026, 4, 4, 9, 0, tzinfo=dt.UTC)


def _at(minute: int) -> dt.datetime:
    return START + dt.timedelta(minutes=minute)


@pytest.fixture
def refs(store: Store) -> list[RecordRef]:
    """Ten records, one a minute: a decision and its outcome in turn."""
    now = START
    journal = Journal(store, Ed25519PrivateKey.generate(), now=lambda: now)
    journal.start()
    found = []
    for number in range(10):
        now = _at(number)
        kind = "outcome.reported" if number % 2 else "decision.recorded"
        personal = None if number % 2 else {"to": ["v01@gmail.example"]}
        found.append(journal.append_blocking(Entry(kind, f"d{number // 2}", {"number": number}, personal)))
    journal.stop()
    return found


def _numbers(reader: Reader, search: Search, before: str | None = None) -> list[object]:
    return [record.body["number"] for record in reader.newest(search, limit=3, before=before)]


def test_a_record_is_found_by_its_id(store: Store, refs: list[RecordRef]) -> None:
    """The record is whole; an unknown id gives none."""
    record = Reader(store).get(refs[4].record_id)
    assert record is not None
    assert (record.position, record.kind, record.subject, record.recorded_at) == (4, "decision.recorded", "d2", _at(4))
    assert Reader(store).get("unknown") is None


def test_all_that_happened_to_a_decision_is_found_in_order(store: Store, refs: list[RecordRef]) -> None:
    """The decision first, then its outcome."""
    assert [record.record_id for record in Reader(store).of_subject("d2")] == [ref.record_id for ref in refs[4:6]]


@pytest.mark.parametrize(
    ("search", "numbers"),
    [
        (Search(), [9, 8, 7]),
        (Search(kind="decision.recorded"), [8, 6, 4]),
        (Search(subject="d1"), [3, 2]),
        (Search(since=_at(2), until=_at(5)), [4, 3, 2]),
        (Search(kind="outcome.reported", until=_at(2)), [1]),
        (Search(since=_at(100)), []),
    ],
)
@pytest.mark.usefixtures("refs")
def test_a_search_gives_the_newest_first(store: Store, search: Search, numbers: list[int]) -> None:
    """Every key narrows it; `since` is included and `until` is not."""
    assert _numbers(Reader(store), search) == numbers


def test_the_next_page_begins_where_the_last_one_ended(store: Store, refs: list[RecordRef]) -> None:
    """Pages neither repeat nor leave out."""
    assert _numbers(Reader(store), Search(), before=refs[7].record_id) == [6, 5, 4]


def test_personal_data_is_read_apart(store: Store, refs: list[RecordRef]) -> None:
    """It belongs to its record; a record without any gives none."""
    assert Reader(store).personal_of(refs[0].record_id) == {"to": ["v01@gmail.example"]}
    assert Reader(store).personal_of(refs[1].record_id) is None


def test_following_gives_each_new_record_once(store: Store, refs: list[RecordRef]) -> None:
    """From the beginning, from the end, and across a new stream."""
    reader, seen = Reader(store), Reader(store).ends()
    assert len(reader.follow({})) == len(refs)
    assert reader.follow(seen) == []
    journal = Journal(store, Ed25519PrivateKey.generate())
    journal.start()
    journal.append_blocking(Entry("decision.recorded", "new", {}))
    journal.stop()
    assert [record.subject for record in reader.follow(seen)] == ["new"]
    assert reader.follow(seen) == []


def test_following_an_altered_record_is_one_sentence(store: Store, refs: list[RecordRef]) -> None:
    """`journal tail -f` says what to do, as `tail` does."""
    with store.write() as connection:
        connection.execute(update(records).where(records.c.record_id == refs[0].record_id).values(body=b"\xff"))
    with pytest.raises(RecordUnreadable, match="verify"):
        Reader(store).follow({})


def test_one_record_is_proven_without_the_rest(store: Store, refs: list[RecordRef]) -> None:
    """The proof leads from the record to the root that was signed."""
    reader = Reader(store)
    record = reader.get(refs[6].record_id)
    assert record is not None
    proof = reader.proof_of(record)
    assert proof is not None
    signed = open_note(proof.checkpoint, public_key_of(proof.public_key))
    hashes = [bytes.fromhex(node) for node in proof.hashes]
    assert includes(bytes.fromhex(proof.leaf_hash), proof.position, signed.size, hashes, signed.root)


def test_a_record_without_a_checkpoint_has_no_proof_yet(store: Store) -> None:
    """Before the first checkpoint there is nothing signed to prove it against."""
    journal = Journal(store, Ed25519PrivateKey.generate())
    journal.start()
    ref = journal.append_blocking(Entry("decision.recorded", "d1", {}))
    record = Reader(store).get(ref.record_id)
    assert record is not None
    assert Reader(store).proof_of(record) is None
    journal.stop()


def test_a_rare_record_is_found_by_an_index_of_its_own(store: Store) -> None:
    """Looks at personal data are few among millions of decisions; nobody reads all of those to find them."""
    query = select(records.c.body).where(records.c.kind == "personal_data.viewed").where(RARE_KINDS)
    text = str(query.compile(store.engine, compile_kwargs={"literal_binds": True}))
    with store.read() as connection:
        if store.dialect == "postgresql":
            connection.exec_driver_sql("SET enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN" if store.dialect == "sqlite" else "EXPLAIN"
        plan = str(connection.exec_driver_sql(f"{explain} {text} ORDER BY record_id DESC LIMIT 50").all())
    assert "ix_records_rare" in plan
