"""A store on read-only media, of another account, or on a file system without locks: said with what to do."""

import errno
import fcntl
import os
from pathlib import Path

import pytest

from atesaki.storage.engine import DATABASE_NAME, open_store
from atesaki.storage.errors import StoreUnavailable
from atesaki.storage.lock import FileLock

NO_DATABASE = b"So that it can't be opened, as root, too." * 100


@pytest.mark.parametrize(
    ("denied", "sentence"),
    [
        (".", "nothing can be written in its folder, as SQLite must even to read; copy all of it"),
        (DATABASE_NAME, "this account can't write atesaki.db; run the command as the server's account"),
        (f"{DATABASE_NAME}-shm", "this account can't write atesaki.db-shm; run"),
    ],
)
def test_a_store_that_cannot_be_written_says_why(
    denied: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's own words are “unable to open database file”, whatever it is."""
    for name in (DATABASE_NAME, f"{DATABASE_NAME}-shm"):
        (tmp_path / name).write_bytes(NO_DATABASE)
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != (tmp_path / denied).resolve())
    with pytest.raises(StoreUnavailable) as caught:
        open_store(tmp_path)
    assert caught.value.detail.startswith(f"The store can't be opened: {sentence}")


def test_a_lock_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    """Whoever once ran a command as root left it behind; a server then told only its kind of error."""
    (tmp_path / "a.db.lock").mkdir()
    with pytest.raises(StoreUnavailable, match=r"^The lock .*/a\.db\.lock can't be taken: Is a directory\.$"):
        FileLock(tmp_path / "a.db").acquire()


def test_a_file_system_without_locks_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network share may have none, and without one two processes would write."""

    def no_locks(_: int, __: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(StoreUnavailable, match="No locks available"):
        FileLock(tmp_path / "a.db").acquire()
