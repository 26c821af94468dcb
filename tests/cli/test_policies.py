"""`atesaki policies`: what it prints and its exit codes."""

import json
from pathlib import Path

import pytest
from tests.fakes.journal import ListedJournal
from tests.policies.files import FILES, changed
from typer.testing import CliRunner, Result

from atesaki.cli.policies import app
from atesaki.policies.current import CurrentPolicies
from atesaki.policies.revisions import RevisionStore
from atesaki.storage.engine import open_store

MESSAGE = {
    "sender": {"address": "staff@our.example"},
    "to": [{"address": "a@one.example"}, {"address": "b@two.example"}, {"address": "c@three.example"}],
    "cc": [],
    "bcc": [],
}
MAIL = "From: staff@our.example\nTo: a@one.example, b@two.example\nSubject: x\n\nbody\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good policy and its tests."""
    return write(tmp_path / "policies", FILES)


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files to a folder."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def call(*arguments: object) -> Result:
    """Call `atesaki policies`."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_check_says_what_loads(folder: Path) -> None:
    """A good set is told in numbers, with its revision."""
    result = call("check", folder)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("1 policies with 1 rules load. Revision ")


def test_check_without_a_folder_takes_the_shipped_policies() -> None:
    """What comes with the program loads."""
    assert call("check").exit_code == 0


def test_check_names_every_mistake(folder: Path) -> None:
    """Exit code 2, one line a mistake."""
    write(folder, changed("action: warn", "action: wran"))
    result = call("check", folder)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == ["strangers.yaml:7:13: Unknown value “wran”; did you mean “warn”?"]


def test_a_missing_folder_is_exit_code_1(tmp_path: Path) -> None:
    """It is told apart from a set that doesn't load."""
    result = call("check", tmp_path / "missing")
    assert result.exit_code == 1
    assert "cannot be read: No such file or directory." in result.stderr


def test_test_tells_what_failed(folder: Path) -> None:
    """Exit code 3 with the place, what was expected and what was got."""
    assert call("test", folder).stdout == "2 passed, 0 failed\n"
    write(folder, changed("at_least: 3", "at_least: 4"))
    result = call("test", folder)
    assert result.exit_code == 3
    assert result.stdout.splitlines()[:2] == [
        "strangers_test.yaml:5:5: three are too many",
        "    expected action warn, got allow",
    ]
    assert result.stdout.splitlines()[-1] == "1 passed, 1 failed"


@pytest.mark.parametrize("content", [MESSAGE, {"message": MESSAGE, "locale": "ja"}], ids=["message", "request"])
def test_explain_tells_why_a_rule_fired(folder: Path, tmp_path: Path, content: dict[str, object]) -> None:
    """The message may stand alone or in the request of the API."""
    path = tmp_path / "message.json"
    path.write_text(json.dumps(content))
    result = call("explain", folder, path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[0] == "strangers.three: fired (warn)"
    assert "all keys together, wanted {at_least: 3}  (count 3, organizations 3)" in result.stdout


def test_explain_reads_mails_and_facts(folder: Path, tmp_path: Path) -> None:
    """A mail from a mail program, with a roster given beside it."""
    write(folder, changed("recipients: {visible: true, at_least: 3}", "recipients: {in_roster: true, at_least: 2}"))
    write(folder, {"strangers_test.yaml": FILES["strangers_test.yaml"]})
    write(
        tmp_path,
        {
            "mail.eml": MAIL,
            "facts.yaml": "rosters:\n  r: {handling: open, members: [a@one.example, b@two.example]}\n",
        },
    )
    assert "strangers.three: silent" in call("explain", folder, tmp_path / "mail.eml").stdout
    result = call("explain", folder, tmp_path / "mail.eml", "--facts", tmp_path / "facts.yaml")
    assert "strangers.three: fired" in result.stdout


def test_explain_takes_the_policies_in_force(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`current` is what the store holds; an empty store says so, and a mistyped folder is none."""
    monkeypatch.setenv("ATESAKI_DATA_DIR", str(tmp_path / "store"))
    monkeypatch.delenv("ATESAKI_DATABASE_URL", raising=False)
    write(tmp_path, {"mail.eml": MAIL})
    missing = call("explain", "current", tmp_path / "mail.eml")
    assert (missing.exit_code, missing.stderr[:21]) == (1, "There is no store in ")
    assert not (tmp_path / "store").exists()
    open_store(tmp_path / "store").close()
    empty = call("explain", "current", tmp_path / "mail.eml")
    assert (empty.exit_code, empty.stderr) == (1, "No policies are published yet; start the server once.\n")
    store = open_store(tmp_path / "store")
    policies = CurrentPolicies(RevisionStore(store), ListedJournal(), shipped=folder)
    policies.start()
    policies.stop()
    store.close()
    assert "strangers.three: silent" in call("explain", "current", tmp_path / "mail.eml").stdout


def test_a_message_that_is_none_is_exit_code_1(folder: Path, tmp_path: Path) -> None:
    """The sentence names the path of the bad value."""
    write(tmp_path, {"message.json": '{"sender": {"address": 1}}', "facts.yaml": "now: soon\n"})
    result = call("explain", folder, tmp_path / "message.json")
    assert result.exit_code == 1
    assert "$.sender.address" in result.stderr


def test_schema_writes_what_editors_read(tmp_path: Path) -> None:
    """Both schemas are JSON."""
    assert call("schema", tmp_path).exit_code == 0
    schemas = {path.name: json.loads(path.read_text())["$schema"] for path in tmp_path.iterdir()}
    assert schemas.keys() == {"schema.json", "test.schema.json"}


def test_facts_in_another_encoding_are_one_sentence(folder: Path, tmp_path: Path) -> None:
    """A file that an old editor saved in Shift JIS is refused without a traceback."""
    write(tmp_path, {"mail.eml": MAIL})
    (tmp_path / "facts.yaml").write_bytes("rosters: {名簿: {}}".encode("cp932"))
    result = call("explain", folder, tmp_path / "mail.eml", "--facts", tmp_path / "facts.yaml")
    assert (result.exit_code, result.stderr) == (1, "facts.yaml: The file is not UTF-8; save it as UTF-8.\n")
