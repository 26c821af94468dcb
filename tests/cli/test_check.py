"""`atesaki check`: exit codes and sentences for a stored mail, with and without a store."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.server import Server, running_server

from atesaki.rosters.registry import roster_named
from atesaki.rosters.sources import Source, keep_source
from atesaki.storage.engine import open_store

ATESAKI = str(Path(sys.executable).with_name("atesaki"))
STRANGERS = [f"person@company{number:02}.co.jp" for number in range(12)]


def stored_mail(folder: Path, to: list[str], field: str = "To") -> Path:
    """Write a mail of the hall's staff."""
    file = folder / "message.eml"
    file.write_text(f"From: staff@hall.example\n{field}: {', '.join(to)}\nSubject: News\n\nHello\n")
    return file


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with a data directory of its own."""
    environment = {"PATH": os.environ["PATH"], "ATESAKI_DATA_DIR": str(folder / "store")}
    command = [ATESAKI, "check", *arguments]
    return subprocess.run(command, env=environment, text=True, capture_output=True, timeout=60, check=False)


def register(server: Server, name: str, handling: str, members: list[str]) -> None:
    """Make a roster with these members."""
    roster = {"name": name, "owner": "office", "purpose": "news", "handling": handling}
    server.admin.post("/v1/rosters", json=roster)
    file = "address\n" + "\n".join(members)
    server.admin.put(f"/v1/rosters/{name}/members", content=file, headers={"Content-Type": "text/csv"})


@pytest.mark.parametrize(
    ("to", "field", "code", "word"),
    [
        (STRANGERS, "Bcc", 0, "allow"),
        (STRANGERS[:3], "To", 2, "warn"),
        (STRANGERS, "To", 3, "block"),
    ],
)
def test_exit_code_tells_the_action(tmp_path: Path, to: list[str], field: str, code: int, word: str) -> None:
    """A script needs no words to know what would happen."""
    done = check(tmp_path, str(stored_mail(tmp_path, to, field)), "--locale", "en")
    assert (done.returncode, done.stdout.split(":")[0]) == (code, word), done.stderr
    assert done.stderr.startswith(f"There is no store in {tmp_path / 'store'}, so no roster"), "it may be mistyped"
    assert not (tmp_path / "store").exists(), "nothing is created and nothing recorded"


def test_json_is_the_answer_of_the_policy_api(tmp_path: Path) -> None:
    """What a client would be told, without the parts of a recorded decision."""
    done = check(tmp_path, str(stored_mail(tmp_path, STRANGERS)), "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["action"]) == (3, "block")
    assert answer["remedies"][0] == {"kind": "move_to_bcc", "recipients": STRANGERS}
    assert "decision_id" not in answer


def test_store_is_asked_for_organization_policies_and_rosters(tmp_path: Path) -> None:
    """A mail is judged as the server would judge it now."""
    with running_server(tmp_path / "store", internal_domains=("hall.example",)) as server:
        register(server, "volunteers", "protected", STRANGERS[:2])
    done = check(tmp_path, str(stored_mail(tmp_path, STRANGERS[:2])), "--locale", "en")
    assert done.returncode == 3, done.stderr
    assert "volunteers" in done.stdout


def test_a_roster_that_was_not_synced_for_long_warns(tmp_path: Path) -> None:
    """Who sits on a committee by the group of last month may have left it: its silence is not trusted."""
    with running_server(tmp_path / "store", internal_domains=("hall.example",)) as server:
        register(server, "committee", "open", STRANGERS)
    mail = str(stored_mail(tmp_path, STRANGERS))
    assert check(tmp_path, mail, "--locale", "en").returncode == 0
    with contextlib.closing(open_store(tmp_path / "store")) as store:
        keep_source(store, roster_named(store, "committee").id, Source("microsoft", "g1", "Committee"))
    done = check(tmp_path, mail, "--locale", "en")
    assert (done.returncode, "“committee” is out of date" in done.stdout) == (2, True), done.stdout


@pytest.mark.parametrize(("written", "flag"), [("From: the office\n", None), ("", "office")])
def test_sender_that_is_no_address_is_refused_as_by_the_server(tmp_path: Path, written: str, flag: str | None) -> None:
    """Who is internal hangs on the sender, so a mistyped one must not read as allowed."""
    file = tmp_path / "message.eml"
    file.write_text(f"{written}To: hanako@partner.example\nSubject: News\n\nHello\n")
    done = check(tmp_path, str(file), *(["--sender", flag] if flag else []))
    assert (done.returncode, done.stderr) == (1, "The sender must be an e-mail address.\n")


@pytest.mark.parametrize("arguments", [[], ["missing.eml"], ["--nonsense"], ["/dev/null"]])
def test_wrong_call_or_unreadable_mail_exits_with_one(tmp_path: Path, arguments: list[str]) -> None:
    """2 and 3 are decisions; everything that is none is 1."""
    done = check(tmp_path, *arguments)
    assert done.returncode == 1
    assert done.stderr
    assert "Traceback" not in done.stderr
