"""`atesaki doctor` says of the data directory who can't use it, that nothing can be written there, and what to do."""

import errno
import os
import tempfile
from pathlib import Path

import pytest

from atesaki.cli.diagnosis import Diagnosis
from atesaki.cli.examination import examine
from atesaki.cli.examined_folder import folder
from atesaki.settings import read_settings


def _problem(place: Path) -> Diagnosis:
    """Return the one problem of a folder."""
    [found] = [each for each in folder(place) if each.state == "problem"]
    return found


@pytest.mark.parametrize(
    ("number", "sentence", "mend"),
    [
        (errno.EROFS, "read-only file system", "mount it writable"),
        (errno.ENOSPC, "no space left on device", "inodes (df -i)"),
        (errno.EIO, "input/output error", "Restore a backup"),
        (errno.EACCES, "permission denied", "chown -R ACCOUNT"),
    ],
)
def test_a_folder_that_takes_nothing_is_a_problem(
    number: int, sentence: str, mend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The modes allow it, the space is there, and yet the server refuses each mail."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    tmp_path.chmod(0o700)
    found = _problem(tmp_path)
    assert found.sentence == f"Nothing can be written in {tmp_path}, so nothing is recorded or answered: {sentence}."
    assert mend in found.mend


def test_nothing_is_left_of_the_trial(tmp_path: Path) -> None:
    """A doctor doesn't operate."""
    list(folder(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_file_at_the_place_of_the_folder_is_a_problem(tmp_path: Path) -> None:
    """Else the start alone would say “File exists”."""
    (tmp_path / "file").touch()
    assert _problem(tmp_path / "file").sentence.endswith("is no folder.")
    assert "can't be looked into: not a directory" in _problem(tmp_path / "file" / "below").sentence


def test_what_a_command_of_another_account_left_behind_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server can't start with a lock or a key that it can't open; another account sees just whose they are."""
    tmp_path.chmod(0o700)
    for name in ("atesaki.db", "atesaki.db.lock", "journal.key"):
        (tmp_path / name).touch()
    assert [each.state for each in folder(tmp_path) if "lock" in each.sentence] == []
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith(".lock") and access(path, mode))
    assert _problem(tmp_path).sentence == "This account can't use atesaki.db.lock."
    monkeypatch.setattr(os, "access", lambda path, mode: "journal.key" not in str(path) or not mode & os.W_OK)
    assert [each for each in folder(tmp_path) if "journal.key" in each.sentence] == [], "a key is only read"


def test_a_folder_that_can_not_be_made_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """“atesaki serve creates it” would send its reader into the next error."""
    assert [each.state for each in folder(tmp_path / "none")] == ["advice"]
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert f"this account can't make it in {tmp_path}" in _problem(tmp_path / "none").sentence
    assert "can't look into" in _problem(tmp_path).sentence


def test_a_folder_that_can_not_be_looked_into_ends_no_examination(tmp_path: Path) -> None:
    """Whoever looks after a machine first calls the doctor as themselves, and must not meet a traceback."""
    place = tmp_path / ("x" * 300)  # Like a missing permission, it keeps even root from asking whether there is a file.
    found = {each.subject: each for each in examine(read_settings(port=1, data_dir=place))}
    assert "can't be looked into" in found["data"].sentence
    assert (found["store"].state, found["server"].state) == ("problem", "advice")
