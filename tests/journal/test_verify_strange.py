"""`verify` names what somebody with write access put where nobody looks, and what a database should not hold."""

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from atesaki.journal import Entry, Journal
from atesaki.journal.audit import Broken
from atesaki.journal.checkpoint import BadCheckpoint, read_note
from atesaki.journal.merkle import leaf_hash
from atesaki.journal.rotation import rotation_notes
from atesaki.journal.verify import verify_store
from atesaki.storage.engine import Store, open_store
from atesaki.storage.tables import personal, records

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
COUNT = 12

Change = Callable[[Connection], object]


@pytest.fixture
def filled(store: Store) -> Store:
    """Twelve records in one stream: a checkpoint over the first seven, another over all."""
    _fill(store)
    return store


def _fill(store: Store) -> None:
    journal = Journal(store, KEY)
    journal.start()
    for number in range(COUNT):
        journal.append_blocking(Entry("decision.recorded", f"d{number}", {"count": number}, {"to": [f"v{number}"]}))
        if number == 6:
            journal.checkpoint()
    journal.stop()


def _broken(store: Store, change: Change) -> Broken:
    with store.write() as connection:
        change(connection)
    with pytest.raises(Broken) as found:
        verify_store(store, KEY.public_key().public_bytes_raw())
    return found.value


def _run(statement: str, **values: object) -> Change:
    return lambda connection: connection.execute(text(statement), values)


def _copied(**values: Any) -> Change:  # noqa: ANN401  # Columns of one table.
    def change(connection: Connection) -> None:
        row = connection.execute(records.select().where(records.c.position == 3)).one()
        connection.execute(records.insert().values({**row._mapping, "record_id": "forged", **values}))

    return change


def _rewritten(old: bytes, new: bytes) -> Change:
    """Write the record at position 4 anew, with a leaf hash that fits."""

    def change(connection: Connection) -> None:
        body = connection.scalar(records.select().with_only_columns(records.c.body).where(records.c.position == 4))
        assert body is not None
        forged = new if not old else body.replace(old, new)
        assert forged != body
        one = records.update().where(records.c.position == 4)
        connection.execute(one.values(body=forged, leaf_hash=leaf_hash(forged)))

    return change


def test_a_record_before_the_first_one_is_found(filled: Store) -> None:
    """It would stand on the page of its decision, under a number that no reader of the stream asks for."""
    found = _broken(filled, _copied(position=-1, subject="d4"))
    assert (found.position, found.record_id) == (-1, "forged")


@pytest.mark.parametrize("size", [0, -3])
def test_a_checkpoint_over_nothing_hides_no_other(filled: Store, size: int) -> None:
    """Whoever moves one aside can't have the others passed over."""
    assert (
        "checkpoint" in _broken(filled, _run("UPDATE checkpoints SET size = :size WHERE size = 7", size=size)).sentence
    )


def test_a_stream_that_left_its_checkpoints_behind_is_missed(filled: Store) -> None:
    """Records and stream are gone, but what was signed of them is still there."""

    def change(connection: Connection) -> None:
        for table in ("personal", "records", "streams"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608  # One of three names.

    assert "belongs to nothing" in _broken(filled, change).sentence


def test_a_stream_with_more_records_than_it_says_is_broken(filled: Store) -> None:
    """What is signed may fit and still hold a record that the stream does not count."""
    assert "the stored tree" in _broken(filled, _run("UPDATE streams SET size = size - 1")).sentence


def test_what_no_checkpoint_covers_yet_is_counted(filled: Store) -> None:
    """Whoever reads that all is well reads for how much of it nobody has signed."""
    with filled.write() as connection:
        connection.execute(text("DELETE FROM checkpoints WHERE size = 12"))
    assert verify_store(filled).newer == COUNT - 7


def test_personal_data_of_no_record_is_found(filled: Store) -> None:
    """Nothing commits to it, and an erasure would not find it."""
    row = {"record_id": "stray", "salt": b"0" * 16, "blob": b"{}"}
    found = _broken(filled, lambda connection: connection.execute(personal.insert().values(row)))
    assert found.record_id == "stray"


@pytest.mark.parametrize(
    "change",
    [
        _rewritten(b"", b"\xff"),
        _rewritten(b'Z","body"', b'","body"'),
        _run("UPDATE records SET kind = 'key.rotated', subject = 'journal key' WHERE position = 4"),
        _run(
            "UPDATE records SET kind = 'key.rotated', subject = 'journal key', body = :no WHERE position = 4",
            no=b"\xff",
        ),
    ],
    ids=["not JSON", "a moment without its zone", "called a change of the key", "an unreadable change of the key"],
)
def test_a_record_that_can_not_be_read_is_named(filled: Store, change: Change) -> None:
    """Whatever somebody wrote there, `verify` says where it stands, and does not stop with an error of its own."""
    assert _broken(filled, change).position == 4


@pytest.mark.parametrize("number", ["9" * 5_000, "07", "٣", "-1", ""])
def test_a_checkpoint_with_a_strange_number_is_no_checkpoint(number: str) -> None:
    """Python refuses to read very long numbers at all."""
    with pytest.raises(BadCheckpoint):
        read_note(f"atesaki/a\n{number}\nAAAA\n\nsignature\n")


def test_an_unreadable_change_of_the_key_keeps_nobody_from_an_export(filled: Store) -> None:
    """The export holds the record as it is, so whoever verifies it finds what was done."""
    with filled.write() as connection:
        _run("UPDATE records SET kind = 'key.rotated', subject = 'journal key', body = :no", no=b"\xff")(connection)
    assert rotation_notes(filled) == []


_ITS_DATA = "record_id = (SELECT record_id FROM records WHERE position = 5)"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records SET body = CAST(body AS text) WHERE position = 5",
        "UPDATE records SET leaf_hash = 'text' WHERE position = 5",
        "UPDATE records SET subject = CAST(x'ff' AS text) WHERE position = 5",
        "UPDATE records SET recorded_at = 'never' WHERE position = 5",
        "UPDATE records SET position = 'four' WHERE position = 5",
        f"UPDATE personal SET salt = 'text' WHERE {_ITS_DATA}",  # noqa: S608  # A constant.
        f"UPDATE personal SET blob = 'text', redacted = 1 WHERE {_ITS_DATA}",  # noqa: S608  # A constant.
    ],
)
def test_a_value_of_another_type_is_named(tmp_path_factory: pytest.TempPathFactory, statement: str) -> None:
    """SQLite keeps anything in any column; PostgreSQL refuses it."""
    store = open_store(tmp_path_factory.mktemp("store"))
    _fill(store)
    assert _broken(store, _run(statement)).position == 5
    store.close()


def test_what_can_not_be_read_is_not_called_missing(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A bad page of the disk is no record that somebody took away."""
    store = open_store(tmp_path_factory.mktemp("store"))
    _fill(store)
    broken = _broken(store, _run("UPDATE records SET subject = CAST(x'ff' AS text) WHERE position = 5"))
    assert broken.sentence == "the database can't read what stands here"
    store.close()


@pytest.mark.parametrize("name", ["records", "ix_records_subject"])
def test_a_damaged_file_is_told_in_a_sentence(tmp_path: Path, name: str) -> None:
    """Whatever page of it the disk has lost, and wherever `verify` looks first."""
    store, file = open_store(tmp_path), tmp_path / "atesaki.db"
    _fill(store)
    store.close()
    with contextlib.closing(sqlite3.connect(file)) as connection:
        query = "SELECT rootpage, page_size FROM sqlite_master, pragma_page_size() WHERE name = ?"
        page, size = connection.execute(query, (name,)).fetchone()
    content = file.read_bytes()
    file.write_bytes(content[: (page - 1) * size] + bytes(size) + content[page * size :])
    damaged = open_store(tmp_path)
    assert _broken(damaged, lambda _: None).sentence == "the database can't read what stands here"
    damaged.close()


def test_a_store_that_fails_otherwise_is_not_called_broken(filled: Store) -> None:
    """A connection that was lost, say, is no sign that anybody changed a record."""
    with filled.write() as connection:
        connection.execute(text("ALTER TABLE personal RENAME TO elsewhere"))
    with pytest.raises(DBAPIError):
        verify_store(filled)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE streams SET size = 'many'",
        "UPDATE streams SET public_key = x'00ff'",
        "UPDATE streams SET public_key = CAST(x'ff' AS text)",
        "UPDATE streams SET frontier = 'text'",
        "UPDATE checkpoints SET note = x'ff' WHERE size = 7",
        "UPDATE checkpoints SET size = 'some' WHERE size = 7",
    ],
)
def test_a_stream_of_another_type_is_broken(tmp_path_factory: pytest.TempPathFactory, statement: str) -> None:
    """No error of Python's own stands in the place of the sentence."""
    store = open_store(tmp_path_factory.mktemp("store"))
    _fill(store)
    assert _broken(store, _run(statement)).sentence
    store.close()
