"""`atesaki journal accept` and `atesaki doctor`, where records were left that no server signs."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.journal.late import leave_late
from typer.testing import CliRunner, Result

from atesaki.cli import app

ATESAKI = str(Path(sys.executable).with_name("atesaki"))


@pytest.fixture
def stream(tmp_path: Path) -> str:
    """A stream in whose last minute the machine slept for a night and then lost its power."""
    return leave_late(tmp_path)


def _run(tmp_path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, [arguments[0], "--data-dir", str(tmp_path), *arguments[1:]])


def test_who_vouches_for_the_end_of_a_stream_is_asked_why(tmp_path: Path, stream: str) -> None:
    """Until then `verify` calls it broken; afterwards it is signed."""
    broken = _run(tmp_path, "journal", "verify")
    assert (broken.exit_code, "were not signed when they were written" in broken.stderr) == (1, True)
    assert _run(tmp_path, "journal", "accept", stream).exit_code == 2
    assert _run(tmp_path, "journal", "accept", stream, "--reason", " ").exit_code == 2
    command = [ATESAKI, "journal", "--data-dir", str(tmp_path), "accept", stream, "--reason", "the machine slept"]
    accepted = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "journal.stream_refused" in accepted.stderr
    assert accepted.stdout == f"Signed 2 records of {stream}; the journal says who vouches for them.\n"
    assert _run(tmp_path, "journal", "verify").exit_code == 0


def test_a_stream_that_nobody_refused_is_refused_in_one_sentence(tmp_path: Path, stream: str) -> None:
    """A mistyped name changes nothing."""
    ran = _run(tmp_path, "journal", "accept", stream[:-1], "--reason", "the machine slept")
    assert (ran.exit_code, ran.stderr) == (1, f"There is no stream {stream[:-1]} of the journal's key.\n")


def test_doctor_says_that_records_were_left_unsigned(tmp_path: Path, stream: str) -> None:
    """With the stream that `accept` asks for."""
    ran = CliRunner().invoke(app, ["doctor", "--data-dir", str(tmp_path)])
    assert ran.exit_code == 1
    assert f"stream {stream}, position 0: the records from here on were not signed" in ran.stdout
