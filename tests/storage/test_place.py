"""A SQLite file that is exchanged in the very moment in which somebody opens it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from atesaki.storage.errors import StoreMoved
from atesaki.storage.place import Place


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store whose name SQLite must not take for a question or an escape."""
    path = tmp_path / "100%?名#.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x)")
    return path


def _after_the_look(monkeypatch: pytest.MonkeyPatch, deed: Callable[[], object]) -> None:
    real = sqlite3.connect

    def connect(database: str, *, uri: bool) -> sqlite3.Connection:
        deed()
        return real(database, uri=uri)

    monkeypatch.setattr("atesaki.storage.place.sqlite3.connect", connect)


def test_the_file_is_opened_with_the_options_of_the_driver(file: Path) -> None:
    """Its name stands in a URI, but is the same name."""
    with closing(Place(file).connect(isolation_level=None)) as connection:
        assert connection.isolation_level is None
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("t",)]


def test_no_new_file_is_made_where_the_old_one_just_went(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next start would take it for a new store, or what is copied there would be written over."""
    place = Place(file)
    _after_the_look(monkeypatch, lambda: file.rename(file.with_name("away")))
    with pytest.raises(StoreMoved):
        place.connect()
    assert not file.exists()


def test_a_file_that_just_came_is_not_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a byte of it: SQLite would write the log of the former file into it."""
    place = Place(file)

    def restore() -> None:
        file.rename(file.with_name("away"))
        file.write_bytes(b"a backup")

    _after_the_look(monkeypatch, restore)
    with pytest.raises(StoreMoved):
        place.connect()
    assert file.read_bytes() == b"a backup"


def test_what_else_keeps_a_file_from_being_opened_is_told_as_it_is(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was not moved, so a restart would not help."""

    def fail() -> None:
        raise sqlite3.OperationalError("unable to open database file")

    _after_the_look(monkeypatch, fail)
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        Place(file).connect()
