"""`atesaki policies diff` and `apply`: a folder is shown before it is published, and nothing broken is."""

from pathlib import Path

import pytest
from sqlalchemy import select
from tests.cli.policies_in_git.folders import OTHER, WITH_TEST, call, newest, write
from tests.policies.files import FILES, POLICY, changed
from tests.server import running_server

from atesaki.storage.engine import Store
from atesaki.storage.tables import records


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
