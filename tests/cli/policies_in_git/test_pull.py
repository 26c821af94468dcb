"""`atesaki policies pull`: a folder gets the set in force, and nobody's only copy is lost."""

import subprocess
from pathlib import Path

import pytest
from tests.cli.policies_in_git.folders import OTHER, WITH_TEST, call, newest, read, write
from tests.policies.files import FILES, POLICY

from atesaki.policies.revisions import RevisionStore
from atesaki.storage.engine import Store, open_store


def committed(folder: Path) -> Path:
    """Make a folder a git repository in which everything is committed."""
    author = ["-c", "user.name=A", "-c", "user.email=a@x.jp"]
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


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
    open_store(tmp_path / "empty").close()
    result = call("pull", tmp_path / "new", "--data-dir", tmp_path / "empty")
    assert (result.exit_code, result.stderr) == (1, "No policies are published yet; start the server once.\n")
    assert not (tmp_path / "new").exists()


def test_names_that_lead_elsewhere_are_never_written(place: Store, tmp_path: Path) -> None:
    """Whatever a server answers, files are written into the folder only."""
    RevisionStore(place).add("x", {"../escaped.yaml": POLICY}, "somebody", "")
    assert call("pull", tmp_path / "new").exit_code == 1
    assert not (tmp_path / "escaped.yaml").exists()
