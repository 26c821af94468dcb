"""`atesaki check` asks the directories that are set up, and warns where they don't answer."""

import json
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from tests.cli.test_check import STRANGERS, stored_mail
from tests.fakes.directory import FakeDirectory
from tests.server import running_server
from typer.testing import CliRunner, Result

from atesaki.cli import app, checked_facts
from atesaki.directory.errors import DirectoryRefused

LIST = "volunteers@hall.example"
LOST = "which recipients are mailing lists, and who reads them"
POLICY = """
id: ours
title: {ja: 題, en: Title}
rules:
  - id: crowd
    when: {recipients: {audience: external, at_least: 10}}
    action: block
    message: {ja: "{count} 人", en: "{count} outsiders"}
  - id: interns
    when: {sender: {groups: [Interns]}, recipients: {audience: external}}
    action: warn
    message: {ja: "実習生", en: "Interns write outside."}
"""


@pytest.fixture
def directory(monkeypatch: pytest.MonkeyPatch) -> FakeDirectory:
    """A directory with a list of outsiders, and a group of the staff."""
    made = FakeDirectory()
    made.put("volunteers", "Volunteers", *STRANGERS)
    made.put("interns", "Interns", "staff@hall.example")
    monkeypatch.setattr(checked_facts, "open_directories", lambda *_: {"microsoft": made})
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The policies that are tried."""
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "ours.yaml").write_text(POLICY)
    return folder


def check(tmp_path: Path, folder: Path, to: list[str], *arguments: str) -> Result:
    """Try a mail on the policies."""
    mail = str(stored_mail(tmp_path, to))
    flags = ["--data-dir", str(tmp_path / "store"), "--policy-dir", str(folder), "--internal-domains", "hall.example"]
    # The command's entry lets logs go to standard error, which the runner passes by.
    with capture_logs():
        return CliRunner().invoke(app, ["check", mail, "--locale", "en", *flags, *arguments])


def answer(result: Result) -> tuple[int, list[str]]:
    """Return the exit code and the rules of the answer in JSON."""
    told: dict[str, Any] = json.loads(result.stdout)
    return result.exit_code, [finding["rule"] for finding in told["findings"]]


@pytest.mark.parametrize("stored", [False, True])
def test_a_list_is_judged_with_its_members(
    tmp_path: Path, folder: Path, directory: FakeDirectory, *, stored: bool
) -> None:
    """As a server would judge it, whether or not there is a store already."""
    del directory
    if stored:
        with running_server(tmp_path / "store", internal_domains=("hall.example",)):
            pass
    done = check(tmp_path, folder, [LIST])
    assert (done.exit_code, done.stdout.splitlines()[0]) == (3, "block: 12 outsiders")
    assert answer(check(tmp_path, folder, [LIST], "--json")) == (3, ["crowd"])
    assert answer(check(tmp_path, folder, ["boss@hall.example"], "--json")) == (0, [])


def test_the_groups_of_the_sender_are_known(tmp_path: Path, folder: Path, directory: FakeDirectory) -> None:
    """A rule on groups is tried, not warned about."""
    assert answer(check(tmp_path, folder, ["a@x.example"], "--json")) == (2, ["interns"])
    directory.put("interns", "Interns")
    assert answer(check(tmp_path, folder, ["a@x.example"], "--json")) == (0, [])


def test_what_a_directory_does_not_tell_warns(tmp_path: Path, folder: Path, directory: FakeDirectory) -> None:
    """Without the addresses of lists any colleague may be one, and this mail must not pass for tried."""
    directory.broken = DirectoryRefused("Microsoft doesn't sign this server in.")
    done = check(tmp_path, folder, ["boss@hall.example"])
    assert (done.exit_code, LOST in done.stdout) == (2, True), done.stdout
    assert "facts_stale" in answer(check(tmp_path, folder, [LIST], "--json"))[1]


def test_a_directory_that_can_not_be_opened_is_said(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail is not judged without the directory that the settings name."""
    account = tmp_path / "account.json"
    account.write_text("{}")
    monkeypatch.setenv("ATESAKI_GOOGLE_SERVICE_ACCOUNT_FILE", str(account))
    monkeypatch.setenv("ATESAKI_GOOGLE_ADMIN", "admin@hall.example")
    done = check(tmp_path, folder, [LIST])
    assert (done.exit_code, "ATESAKI_GOOGLE_SERVICE_ACCOUNT_FILE can't be used" in done.stderr) == (1, True)
