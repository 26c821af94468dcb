"""Why a store can't be used is said in words, and told once as long as it lasts."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from atesaki.storage.errors import StoreMoved
from atesaki.storage.trouble import Spell, cause_of


def _full(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "a.db")) as connection:
        connection.execute("PRAGMA max_page_count = 2")
        connection.execute("CREATE TABLE t (v)")
        connection.execute("INSERT INTO t VALUES (?)", ("kei@hall.example" * 1_000,))


def _read_only(folder: Path) -> None:
    sqlite3.connect(folder / "a.db").close()
    with closing(sqlite3.connect(f"file:{folder}/a.db?mode=ro", uri=True)) as connection:
        connection.execute("CREATE TABLE t (v)")


def _no_file(folder: Path) -> None:
    sqlite3.connect(folder / "none" / "a.db")


def _no_database(folder: Path) -> None:
    (folder / "a.db").write_bytes(b"no database" * 100)
    with closing(sqlite3.connect(folder / "a.db")) as connection:
        connection.execute("SELECT * FROM t")


def _locked(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "a.db")) as one, closing(sqlite3.connect(folder / "a.db", timeout=0)) as two:
        one.execute("BEGIN IMMEDIATE")
        two.execute("BEGIN IMMEDIATE")


@pytest.mark.parametrize(
    ("fails", "cause"),
    [
        (_full, "the disk is full"),
        (_read_only, "its file system is read-only, or this account may not write there"),
        (_no_file, "its files can't be opened or made"),
        (_no_database, "its file is not a database, or is damaged"),
        (_locked, "another program holds it locked"),
    ],
)
def test_what_sqlite_fails_at_is_said_in_words(fails: Callable[[Path], None], cause: str, tmp_path: Path) -> None:
    """Be the error SQLite's own or SQLAlchemy's around it; what was to be written is in none of them."""
    with pytest.raises(sqlite3.Error) as caught:
        fails(tmp_path)
    assert cause_of(caught.value) == cause_of(OperationalError("INSERT", None, caught.value)) == cause


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (StoreMoved("The file was moved; restart the server."), "The file was moved; restart the server"),
        (ValueError("kei@hall.example"), "ValueError"),
        (sqlite3.OperationalError("kei@hall.example"), "OperationalError"),
    ],
)
def test_of_other_errors_ours_speak_and_strange_ones_keep_their_text(error: Exception, cause: str) -> None:
    """The text of an error that nobody foresaw may hold an address."""
    assert cause_of(error) == cause


def test_a_full_disk_of_postgresql_is_said_in_words() -> None:
    """Its drivers name what is wrong by SQLSTATE."""
    error = RuntimeError("could not extend file")
    error.sqlstate = "53100"  # type: ignore[attr-defined]
    assert cause_of(error) == "the disk of the database is full"


class _Lines(list[str]):
    """A log that keeps the names of its lines."""

    def log(self, _: int, event: str, /, **__: object) -> None:
        self.append(event)


def test_each_cause_is_logged_once_until_it_is_over() -> None:
    """What is tried each second for a week-end would fill the very disk that it is about; causes take turns, too."""
    lines = _Lines()
    spell = Spell(lines, "upkeep")
    for error in (ValueError(), KeyError(), ValueError(), KeyError()):
        spell.failed(error)
    spell.succeeded()
    spell.succeeded()
    spell.failed(KeyError())
    assert lines == ["upkeep_failed", "upkeep_failed", "upkeep_recovered", "upkeep_failed"]
