"""`atesaki policies diff`, `apply` and `pull`: a folder and the set in force are kept the same, and nothing is lost."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.policies.files import FILES, POLICY, changed
from tests.server import ADMIN, Server, running_server
from typer.testing import CliRunner, Result

from atesaki.cli.policies import app
from atesaki.policies.revisions import Revision, RevisionStore
from atesaki.storage.engine import Store
from atesaki.storage.tables import records

BLOCKING = changed("action: warn", "action: block\n    release: justify")
TESTS = FILES["strangers_test.yaml"].replace("warn, release: acknowledge", "block, release: justify")
WITH_TEST = {**BLOCKING, "strangers_test.yaml": TESTS}
OTHER = POLICY.replace("id: strangers", "id: other")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good policy and its tests."""
    return write(tmp_path / "policies", FILES)


@pytest.fixture
def place(store: Store, store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with one publication, which the commands find in their environment."""
    monkeypatch.setenv("ATESAKI_DATA_DIR", str(tmp_path / "store"))
    if "://" in store_url:
        monkeypatch.setenv("ATESAKI_DATABASE_URL", store_url)
    else:
        monkeypatch.delenv("ATESAKI_DATABASE_URL", raising=False)
    call("apply", write(tmp_path / "first", FILES), "--yes")
    return store


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server with the shipped policies."""
    with running_server(tmp_path_factory.mktemp("served")) as server:
        yield server


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files to a folder."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())
    return folder


def read(folder: Path) -> dict[str, str]:
    """Read all files of a folder."""
    return {path.name: path.read_bytes().decode() for path in folder.iterdir() if path.is_file()}


def call(*arguments: object, answer: str = "") -> Result:
    """Call `atesaki policies`."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=answer)


def newest(store: Store) -> Revision:
    """Return the newest publication."""
    return next(RevisionStore(store).newest_first())


def committed(folder: Path) -> Path:
    """Make a folder a git repository in which everything is committed."""
    author = ["-c", "user.name=A", "-c", "user.email=a@x.jp"]
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def test_an_empty_store_takes_its_first_set_from_a_folder(place: Store) -> None:
    """The commands need no server that was started before."""
    assert (newest(place).files, newest(place).author) == (FILES, "cli")


def test_apply_shows_what_changes_before_it_asks(place: Store, folder: Path) -> None:
    """In words, line by line, with the tests; a no leaves everything as it is."""
    write(folder, WITH_TEST)
    result = call("apply", folder, answer="n\n")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:4] == [
        "strangers.yaml: policy changed",
        "  rule three changed",
        "    action: warn → block",
        "    release: — → justify",
    ]
    assert "-    action: warn\n+    action: block\n" in result.stdout
    assert "2 passed, 0 failed" in result.stdout
    assert newest(place).files == FILES


def test_apply_publishes_with_a_note_and_a_record(place: Store, folder: Path) -> None:
    """What is published this way is in the history and in the journal as if it had come from the console."""
    write(folder, WITH_TEST)
    result = call("apply", folder, "--note", "Stricter", answer="y\n")
    assert result.exit_code == 0
    assert "Published as number 2." in result.stdout
    assert (newest(place).files, newest(place).note) == (WITH_TEST, "Stricter")
    with place.read() as connection:
        kinds = list(connection.execute(select(records.c.kind).where(records.c.kind == "policy.published")).scalars())
    assert len(kinds) == 2


def test_apply_has_nothing_to_do_where_nothing_differs(place: Store, folder: Path) -> None:
    """It asks nothing and publishes nothing, so a pipeline may run it again."""
    result = call("apply", folder)
    assert (result.exit_code, result.stdout[:13]) == (0, "Nothing to do")
    assert newest(place).number == 1


@pytest.mark.parametrize(
    ("files", "code"),
    [(changed("action: warn", "action: wran"), 2), (changed("at_least: 3", "at_least: 4"), 3)],
    ids=["does not load", "a test fails"],
)
def test_apply_refuses_what_is_broken(place: Store, folder: Path, files: dict[str, str], code: int) -> None:
    """Exit codes tell the two apart, and --yes changes nothing about it."""
    assert call("apply", write(folder, files), "--yes").exit_code == code
    assert newest(place).files == FILES


def test_dry_run_and_diff_only_say_that_there_is_a_difference(place: Store, folder: Path) -> None:
    """Exit code 4, for the check of a pull request; 0 where there is none."""
    assert call("diff", folder).exit_code == 0
    assert call("apply", folder, "--dry-run").exit_code == 0
    write(folder, {"other.yaml": OTHER})
    for arguments in (("diff", folder), ("apply", folder, "--dry-run")):
        result = call(*arguments)
        assert result.exit_code == 4
        assert "other.yaml: policy added\n  rule three added\n" in result.stdout
    assert newest(place).number == 1


def test_diff_tells_comments_from_rules(place: Store, folder: Path) -> None:
    """Whoever reviews sees at once that no rule has changed, or that a text can't be read."""
    assert newest(place).number == 1
    write(folder, {"strangers.yaml": f"# why\n{POLICY}"})
    assert call("diff", folder).stdout.startswith("strangers.yaml: policy changed in comments, order or layout only\n")
    write(folder, {"strangers.yaml": "id: ["})
    assert "(one of the two is no policy that can be read)" in call("diff", folder).stdout


def test_a_note_is_one_short_line(folder: Path) -> None:
    """It is shown in a table."""
    for note in ("two\nlines", "x" * 501):
        assert call("apply", folder, "--yes", "--note", note).exit_code != 0


def test_a_folder_that_is_the_truth_is_not_overwritten(
    place: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where `ATESAKI_POLICY_DIR` is set there is nothing to apply to."""
    monkeypatch.setenv("ATESAKI_POLICY_DIR", str(folder))
    result = call("apply", write(folder, WITH_TEST), "--yes")
    assert result.exit_code == 1
    assert result.stderr == "The policies come from a folder on the server; change the files there.\n"
    assert newest(place).number == 1


def test_four_eyes_are_not_outwitted_by_a_terminal(place: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where somebody else has to publish, a folder is no way around it."""
    monkeypatch.setenv("ATESAKI_FOUR_EYES", "true")
    assert call("apply", write(folder, WITH_TEST), "--yes").exit_code == 1
    assert newest(place).number == 1


def test_a_running_server_on_sqlite_keeps_others_from_writing(tmp_path: Path, folder: Path) -> None:
    """The sentence says to go through the server; reading is still allowed."""
    with running_server(tmp_path / "running"):
        result = call("apply", folder, "--yes", "--data-dir", tmp_path / "running")
        assert (result.exit_code, "or do this through the server" in result.stderr) == (1, True)
        assert call("diff", folder, "--data-dir", tmp_path / "running").exit_code == 4


def test_pull_writes_the_set_byte_for_byte(place: Store, tmp_path: Path) -> None:
    """Line ends, comments and the missing last line end come back as they were published."""
    files = {"strangers.yaml": POLICY.replace("\n", "\r\n") + "# 終わり"}
    assert call("apply", write(tmp_path / "odd", files), "--yes").exit_code == 0
    assert call("pull", tmp_path / "new" / "folder").exit_code == 0
    assert read(tmp_path / "new" / "folder") == files == newest(place).files
    assert "written" not in call("pull", tmp_path / "new" / "folder").stdout


def test_pull_touches_only_policies(place: Store, folder: Path) -> None:
    """Other files stay; policies that are no longer in force stay too, unless --prune is given."""
    assert newest(place).files == FILES
    others = {"README.md": "x", "schema.json": "{}", "compose.yaml": "services: {}\n", "broken.yaml": "id: ["}
    write(folder, {**others, "other.yaml": OTHER, "other_test.yaml": FILES["strangers_test.yaml"]})
    kept = call("pull", folder)
    assert "kept     other.yaml (no longer in force; --prune removes it)" in kept.stdout
    assert "other.yaml" in read(folder)
    committed(folder)
    assert call("pull", folder, "--prune").exit_code == 0
    assert read(folder) == {**FILES, **others}


def test_pull_overwrites_only_what_git_has(place: Store, folder: Path) -> None:
    """What is committed can be had back; what isn't is asked about, or named before it is refused."""
    committed(write(folder, WITH_TEST))
    assert call("pull", folder).exit_code == 0
    assert read(folder) == newest(place).files
    write(folder, {"strangers.yaml": f"# my work\n{POLICY}"})
    refused = call("pull", folder)
    assert refused.exit_code == 1
    assert "  strangers.yaml\n" in refused.stderr
    assert read(folder)["strangers.yaml"].startswith("# my work")
    assert call("pull", folder, answer="y\n").exit_code == 0
    assert read(folder) == FILES


@pytest.mark.parametrize("flags", [("--yes",), ("--yes", "--prune")])
def test_pull_without_git_asks_and_obeys_yes(place: Store, folder: Path, flags: tuple[str, ...]) -> None:
    """Outside a repository every file that differs is somebody's only copy."""
    assert newest(place).files == FILES
    write(folder, {"strangers.yaml": f"# my work\n{POLICY}", "other.yaml": OTHER})
    assert call("pull", folder).exit_code == 1
    assert call("pull", folder, *flags).exit_code == 0
    assert ("other.yaml" in read(folder)) is ("--prune" not in flags)


def test_pull_from_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    """Nothing is written."""
    result = call("pull", tmp_path / "new", "--data-dir", tmp_path / "empty")
    assert (result.exit_code, result.stderr) == (1, "No policies are published yet; start the server once.\n")
    assert not (tmp_path / "new").exists()


def test_names_that_lead_elsewhere_are_never_written(place: Store, tmp_path: Path) -> None:
    """Whatever a server answers, files are written into the folder only."""
    RevisionStore(place).add("x", {"../escaped.yaml": POLICY}, "somebody", "")
    assert call("pull", tmp_path / "new").exit_code == 1
    assert not (tmp_path / "escaped.yaml").exists()


def test_apply_and_pull_work_through_a_running_server(
    served: Server, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the admin token of the environment; the next message is judged by what was published."""
    monkeypatch.setenv("ATESAKI_ADMIN_TOKEN", ADMIN)
    before = served.admin.get("/v1/policies").json()
    applied = call("apply", folder, "--yes", "--note", "日本語", "--server", served.base_url)
    assert (applied.exit_code, applied.stderr) == (0, "")
    now = served.admin.get("/v1/policies").json()
    assert (now["files"], now["note"], now["number"]) == (FILES, "日本語", before["number"] + 1)
    assert call("diff", folder, "--server", f"{served.base_url}/").exit_code == 0
    assert call("pull", tmp_path / "pulled", "--server", served.base_url).exit_code == 0
    assert read(tmp_path / "pulled") == FILES


def test_what_somebody_else_publishes_meanwhile_is_not_overwritten(
    served: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the question and the yes another admin was faster: the second is refused and told so."""
    monkeypatch.setenv("ATESAKI_ADMIN_TOKEN", ADMIN)

    def confirm(*_: object, **__: object) -> None:
        served.admin.put("/v1/policies", json={"other.yaml": OTHER}).raise_for_status()

    monkeypatch.setattr("typer.confirm", confirm)
    result = call("apply", write(folder, WITH_TEST), "--server", served.base_url)
    assert (result.exit_code, "published in between" in result.stderr) == (1, True)
    assert served.admin.get("/v1/policies").json()["files"] == {"other.yaml": OTHER}


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("{served}", "Send the admin token as Authorization: Bearer."),
        ("http://127.0.0.1:1", "The server can't be reached: [Errno 111] Connection refused."),
        ("http://atesaki.example", "The admin token travels by https only, except to this machine."),
        ("atesaki.example", "The address of the server begins with https://."),
    ],
)
def test_a_server_that_cannot_be_used_is_one_sentence(
    served: Server, folder: Path, monkeypatch: pytest.MonkeyPatch, url: str, sentence: str
) -> None:
    """On standard error, with exit code 1 and without the token."""
    monkeypatch.setenv("ATESAKI_ADMIN_TOKEN", "a-token-of-another-server")
    result = call("diff", folder, "--server", url.replace("{served}", served.base_url))
    assert (result.exit_code, result.stderr) == (1, f"{sentence}\n")


def test_without_a_token_no_server_is_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the variable."""
    monkeypatch.delenv("ATESAKI_ADMIN_TOKEN", raising=False)
    result = call("diff", folder, "--server", "https://atesaki.example")
    assert (result.exit_code, result.stderr) == (1, "Set ATESAKI_ADMIN_TOKEN to the admin token of the server.\n")


def test_another_server_is_told_apart(served: Server, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that answers something else is not taken for an empty set of policies."""
    monkeypatch.setenv("ATESAKI_ADMIN_TOKEN", ADMIN)
    result = call("diff", folder, "--server", f"{served.base_url}/healthz")
    assert result.exit_code == 1
    assert "There is nothing at this address." in result.stderr
