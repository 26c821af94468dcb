"""`verify` finds a change of any byte and names the first broken record."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from atesaki.journal import Entry, Journal
from atesaki.journal.audit import Broken
from atesaki.journal.checkpoint import Checkpoint, sign, verifier_key
from atesaki.journal.merkle import CompactRange, leaf_hash
from atesaki.journal.retention import Replacement, delete_personal, redact, replacement
from atesaki.journal.verify import verify_store
from atesaki.storage.engine import Store, open_store
from atesaki.storage.tables import checkpoints, personal, records, streams

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
COUNT = 12


def _fill(store: Store) -> None:
    """Twelve records in one stream: a checkpoint over the first seven, another over all."""
    journal = Journal(store, KEY)
    journal.start()
    for number in range(COUNT):
        to = {"to": [f"v{number:02}@gmail.example"]}
        journal.append_blocking(Entry("decision.recorded", f"d{number}", {"count": number}, to))
        if number == 6:
            journal.checkpoint()
    journal.stop()


@pytest.fixture
def filled(store: Store) -> Store:
    """A store that holds twelve records."""
    _fill(store)
    return store


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The SQLite file of such a store, for tests that break it many times."""
    store = open_store(tmp_path_factory.mktemp("store"))
    _fill(store)
    assert store.path is not None
    yield store.path
    store.close()


def test_an_untouched_journal_verifies(filled: Store) -> None:
    """Records, checkpoints and personal data are counted, and nothing is unsigned."""
    tally = verify_store(filled)
    assert (tally.streams, tally.records, tally.checkpoints, tally.personal) == (1, COUNT, 2, COUNT)
    assert (tally.newer, tally.absent, tally.redacted) == (0, 0, 0)


def test_an_empty_journal_verifies(store: Store) -> None:
    """Nothing recorded is nothing broken."""
    assert verify_store(store).records == 0


def test_deleting_and_redacting_personal_data_breaks_no_proof(filled: Store) -> None:
    """What retention and requests take away is counted, not called broken."""
    with filled.write() as connection:
        ids = connection.execute(select(records.c.record_id).order_by(records.c.position)).scalars().all()
        salt = connection.scalar(select(personal.c.salt).where(personal.c.record_id == ids[1])) or b""
    new = replacement(ids[1], salt, b'{"to":[]}')
    _tell(filled, new)
    with filled.write() as connection:
        assert delete_personal(connection, ids[:1]) == 1
        assert redact(connection, new)
        assert not redact(connection, new), "whoever comes later finds another salt"
        assert connection.scalar(select(personal.c.salt).where(personal.c.record_id == ids[1])) == new.salt != salt
    tally = verify_store(filled)
    assert (tally.absent, tally.redacted, tally.personal) == (1, 1, COUNT - 2)


def test_personal_data_that_is_only_marked_as_redacted_is_found(filled: Store) -> None:
    """Whoever rewrites a blob and calls it redacted has no record that commits to what stands there now."""
    with filled.write() as connection:
        row = connection.execute(select(personal).limit(1)).one()
        new = replacement(row.record_id, row.salt, b'{"to":[]}')
    _tell(filled, new)
    with filled.write() as connection:
        assert redact(connection, new._replace(blob=b'{"to":["somebody else"]}'))
    assert _broken(filled).record_id == row.record_id


def _tell(store: Store, new: Replacement) -> None:
    body = {"records": [{"record_id": new.record_id, "commitment": new.commitment}]}
    journal = Journal(store, KEY)
    journal.start()
    journal.append_blocking(Entry("personal_data.redacted", "e1", body))
    journal.stop()


def _broken(store: Store, **trust: object) -> Broken:
    with pytest.raises(Broken) as found:
        verify_store(store, **trust)  # type: ignore[arg-type]
    return found.value


@pytest.mark.parametrize("column", ["record_id", "kind", "subject"])
def test_a_changed_column_is_found(filled: Store, column: str) -> None:
    """What searches look at can't say anything else than the signed bytes."""
    changed = update(records).where(records.c.position == 4).values({column: "another"})
    with filled.write() as connection:
        connection.execute(delete(personal))
        connection.execute(changed)
    assert _broken(filled).position == 4


def test_two_records_that_changed_places_are_found(filled: Store) -> None:
    """The first of the two is named."""
    with filled.write() as connection:
        for old, new in ((3, 100), (9, 3), (100, 9)):
            connection.execute(update(records).where(records.c.position == old).values(position=new))
    found = _broken(filled)
    assert (found.position, found.sentence) == (3, "the record was written at another place, or under another name")


@pytest.mark.parametrize("position", [0, 4, COUNT - 1])
def test_a_dropped_record_is_found(filled: Store, position: int) -> None:
    """First, middle or last: the place of the missing record is named."""
    with filled.write() as connection:
        connection.execute(delete(records).where(records.c.position == position))
    found = _broken(filled)
    assert found.position == position
    assert "missing" in found.sentence


def test_a_rewritten_record_with_its_hash_is_found_between_two_checkpoints(filled: Store) -> None:
    """Whoever recomputes the leaf hash still has no signature over it."""
    with filled.write() as connection:
        body = connection.execute(select(records.c.body).where(records.c.position == 9)).scalar_one()
        forged = body.replace(b'"count":9', b'"count":8')
        change = update(records).where(records.c.position == 9).values(body=forged, leaf_hash=leaf_hash(forged))
        connection.execute(change)
    found = _broken(filled)
    assert (found.position, "position 11" in found.sentence) == (7, True)


def _cut_short(store: Store) -> None:
    """Remove the last five records as one who can write to the store would, tree and checkpoint included."""
    with store.write() as connection:
        gone = select(records.c.record_id).where(records.c.position >= 7)
        connection.execute(delete(personal).where(personal.c.record_id.in_(gone)))
        connection.execute(delete(records).where(records.c.position >= 7))
        leaves = connection.execute(select(records.c.leaf_hash).order_by(records.c.position)).scalars()
        tree = CompactRange()
        for leaf in leaves:
            tree.append(leaf)
        connection.execute(update(streams).values(size=7, frontier=tree.pack()))
        connection.execute(delete(checkpoints).where(checkpoints.c.size > 7))


def test_a_journal_that_was_cut_short_is_found_by_a_checkpoint_kept_elsewhere(filled: Store) -> None:
    """Only whoever holds a later checkpoint can know; with it, it is certain."""
    with filled.read() as connection:
        note = connection.execute(select(checkpoints.c.note).where(checkpoints.c.size == COUNT)).scalar_one()
    _cut_short(filled)
    assert verify_store(filled).records == 7
    told = _broken(filled, known=[note]).sentence
    assert "records are missing" in told
    assert "an export that is older than the checkpoint lacks them too" in told


def test_a_checkpoint_of_a_stream_that_is_gone_is_found(filled: Store) -> None:
    """A stream that was removed whole is missed by whoever holds a checkpoint of it."""
    note = sign(Checkpoint("atesaki/gone", 1, bytes(32)), KEY)
    assert "stream of a known checkpoint is missing" in _broken(filled, known=[note]).sentence


def test_a_journal_signed_by_another_key_is_not_trusted(filled: Store) -> None:
    """A store that was forged whole, keys and all, does not carry the trusted key."""
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert "another key" in _broken(filled, trusted=other).sentence
    assert verify_store(filled, KEY.public_key().public_bytes_raw()).records == COUNT


def test_a_key_that_was_written_for_another_stream_is_found(filled: Store) -> None:
    """Whoever copies it for an auditor would copy a key of what is not there."""
    with filled.write() as connection:
        other = verifier_key("atesaki/other", KEY.public_key().public_bytes_raw())
        connection.execute(update(streams).values(public_key=other))
    assert "its verifier key belongs to another stream" in _broken(filled).sentence


def test_records_of_an_unknown_stream_are_found(filled: Store) -> None:
    """A record can't hide beside the streams."""
    with filled.write() as connection:
        row = dict(connection.execute(select(records).limit(1)).one()._mapping)
        connection.execute(records.insert().values({**row, "stream": "stray", "record_id": "stray"}))
    assert "no stream" in _broken(filled).sentence


def _change_a_byte(value: bytes, data: st.DataObject) -> bytes:
    at = data.draw(st.integers(0, len(value) - 1), label="at")
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != value[at]), label="byte")
    return value[:at] + bytes([byte]) + value[at + 1 :]


def _with_change(original: Path, change: Callable[[sqlite3.Connection], None]) -> Broken:
    """Verify a store with the change, and undo it."""
    connection = sqlite3.connect(original, isolation_level=None)
    backup = sqlite3.connect(":memory:")
    connection.backup(backup)
    store = open_store(f"sqlite:///{original}")
    try:
        change(connection)
        return _broken(store)
    finally:
        backup.backup(connection)
        backup.close()
        connection.close()
        store.close()


@settings(max_examples=40)
@given(data=st.data(), position=st.integers(0, COUNT - 1), column=st.sampled_from(["body", "leaf_hash"]))
def test_any_changed_byte_of_a_record_is_found_and_named(
    original: Path,
    data: st.DataObject,
    position: int,
    column: str,
) -> None:
    """Whichever byte of whichever record: exactly that record is named."""

    def change(connection: sqlite3.Connection) -> None:
        old = connection.execute(f"SELECT {column} FROM records WHERE position = ?", (position,)).fetchone()[0]  # noqa: S608
        new = _change_a_byte(old, data)
        connection.execute(f"UPDATE records SET {column} = ? WHERE position = ?", (new, position))  # noqa: S608

    found = _with_change(original, change)
    assert found.position == position
    assert found.record_id is not None


@settings(max_examples=40)
@given(data=st.data(), position=st.integers(0, COUNT - 1), column=st.sampled_from(["blob", "salt"]))
def test_any_changed_byte_of_personal_data_is_found_and_named(
    original: Path,
    data: st.DataObject,
    position: int,
    column: str,
) -> None:
    """The commitment in the record finds it."""

    def change(connection: sqlite3.Connection) -> None:
        own = "record_id = (SELECT record_id FROM records WHERE position = ?)"
        old = connection.execute(f"SELECT {column} FROM personal WHERE {own}", (position,)).fetchone()[0]  # noqa: S608
        new = _change_a_byte(old, data)
        connection.execute(f"UPDATE personal SET {column} = ? WHERE {own}", (new, position))  # noqa: S608

    assert _with_change(original, change).position == position


@settings(max_examples=40)
@given(data=st.data(), size=st.sampled_from([7, COUNT]))
def test_any_changed_character_of_a_checkpoint_is_found(original: Path, data: st.DataObject, size: int) -> None:
    """A checkpoint that was touched is no checkpoint any more."""

    def change(connection: sqlite3.Connection) -> None:
        old = connection.execute("SELECT note FROM checkpoints WHERE size = ?", (size,)).fetchone()[0]
        at = data.draw(st.integers(0, len(old) - 2), label="at")
        letter = data.draw(st.characters(codec="utf-8", exclude_characters="\x00" + old[at]), label="letter")
        new = old[:at] + letter + old[at + 1 :]
        connection.execute("UPDATE checkpoints SET note = ? WHERE size = ?", (new, size))

    assert "checkpoint" in _with_change(original, change).sentence
