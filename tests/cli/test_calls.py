"""Calls that a terminal, a pipe or a script makes wrong: one sentence, exit code 1, nothing lost."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from atesaki.cli import main

ATESAKI = str(Path(sys.executable).with_name("atesaki"))


def call(folder: Path, *arguments: str, redirected: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a shell, with redirections."""
    command = ["bash", "-c", f'"$@" {redirected}', "-", ATESAKI, *arguments]
    settings = {"PATH": os.environ["PATH"], "ATESAKI_DATA_DIR": str(folder / "store")}
    return subprocess.run(command, env=settings, cwd=folder, text=True, capture_output=True, timeout=60, check=False)


@pytest.fixture(autouse=True)
def _roster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """A data directory with an empty roster."""
    monkeypatch.setenv("ATESAKI_DATA_DIR", str(tmp_path / "store"))
    monkeypatch.setenv("ATESAKI_ADMIN_TOKEN", "0123456789abcdef")
    monkeypatch.chdir(tmp_path)
    assert here(monkeypatch, "rosters", "create", "名簿", "--owner", "森", "--purpose", "連絡") == 0
    capsys.readouterr()
    yield
    # The command line logs to its standard error, which is gone with the test.
    structlog.reset_defaults()


def here(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command in this process, which takes no second; return its exit code."""
    monkeypatch.setattr(sys, "argv", ["atesaki", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_a_roster_is_imported_through_a_pipe(tmp_path: Path) -> None:
    """`iconv … | atesaki rosters import … /dev/stdin`, and `<(…)`, are ways to hand a file over."""
    done = call(tmp_path, "rosters", "import", "名簿", "/dev/stdin", redirected="< <(echo mail; echo a@x.jp)")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "accepted  1")


def test_closed_streams_break_nothing(tmp_path: Path) -> None:
    """Cron and service managers start programs without them; a store must not become the standard output."""
    done = call(tmp_path, "journal", "verify", redirected="<&- >&- 2>&-")
    assert done.returncode == 0


def test_an_argument_in_another_encoding_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A terminal in Shift_JIS whose shell says UTF-8 gives bytes that are no text."""
    assert here(monkeypatch, "rosters", "show", os.fsdecode("名簿".encode("cp932"))) == 1
    assert capsys.readouterr().err == "An argument is not text in utf-8; see which encoding your terminal has.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["rights", "find", "a@x.jp"], "Missing option '--purpose'."),
        (["journal", "show"], "Missing argument 'ID'."),
        (["journal", "tail", "-n", "x"], "'--lines' / '-n': Input should be a valid integer"),
        (["journal", "export", "--format", "xls"], "'--format': 'xls' is not one of 'jsonl', 'csv', 'parquet'."),
        (["rosters", "import", "名簿", "nix.csv"], "'file': file 'nix.csv' does not exist."),
        (["journal", "export", "--from", "2026-04-02", "--to", "2026-04-01"], "--to is left out, so it is later"),
        (["policies", "diff", ".", "--server", "https://[::1"], "The address of the server can't be read"),
    ],
)
def test_a_wrong_call_is_told_what_is_wrong_with_what(
    arguments: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The flag or argument stands in the sentence; nothing else is printed."""
    assert here(monkeypatch, *arguments) == 1
    out, err = capsys.readouterr()
    assert (out, err.startswith(sentence), err.count("\n")) == ("", True, 1)
