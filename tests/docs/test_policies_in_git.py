"""The commands of docs/policies-in-git.md do what the page says: the shell blocks and every step for GitHub Actions."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.server import ADMIN, Server, running_server

PAGE = (Path(__file__).parents[2] / "docs/policies-in-git.md").read_text()
BEGIN, CHECK, APPLY, SCRIPT = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)


def shell(command: str, folder: Path, server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a block of the page as CI does, in a folder, against a server."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "ATESAKI_SERVER": server.base_url,
        "ATESAKI_ADMIN_TOKEN": ADMIN,
        "GITHUB_SHA": "0123abc",
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "user.name",
        "GIT_CONFIG_VALUE_0": "A",
        "GIT_CONFIG_KEY_1": "user.email",
        "GIT_CONFIG_VALUE_1": "a@hall.example",
    }
    return subprocess.run(
        ["bash", "-e", "-c", command, "script", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def change(folder: Path) -> None:
    """Change a title in a policy of the folder."""
    path = folder / "policies/out_of_hours.yaml"
    text = path.read_text()
    assert "id: out_of_hours" in text
    path.write_text(text.replace("title: {ja: ", "title: {ja: 夜の", 1))


def in_force(server: Server) -> dict[str, Any]:
    """Return the set in force."""
    published: dict[str, Any] = server.admin.get("/v1/policies").json()
    return published


def test_the_page_can_be_followed_from_the_beginning(tmp_path: Path) -> None:
    """Pull, commit, check, test, apply: what was changed in the folder is then in force, with its note."""
    with running_server(tmp_path / "store") as server:
        (tmp_path / "repository").mkdir()
        folder = tmp_path / "repository"
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        assert shell(BEGIN, folder, server).returncode == 0
        change(folder)
        assert shell(CHECK, folder, server).returncode == 0
        applied = shell(APPLY, folder, server)
        assert (applied.returncode, applied.stderr) == (0, "")
        assert "夜の" in in_force(server)["files"]["out_of_hours.yaml"]
        assert in_force(server)["note"] == "Warn later in the evening"


@pytest.mark.parametrize("mode", ["review", "publish"])
def test_the_script_reviews_and_publishes(tmp_path: Path, mode: str) -> None:
    """A difference does not fail the review; only the publication changes what is in force."""
    with running_server(tmp_path / "store") as server:
        subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
        assert shell(BEGIN, tmp_path, server).returncode == 0
        change(tmp_path)
        ran = shell(SCRIPT, tmp_path, server, mode)
        assert (ran.returncode, ran.stderr) == (0, "")
        assert "out_of_hours.yaml: policy changed\n  title: " in ran.stdout
        assert ("夜の" in in_force(server)["files"]["out_of_hours.yaml"]) is (mode == "publish")


def test_every_step_for_github_actions_runs(tmp_path: Path) -> None:
    """The workflow is YAML, its steps are the page's commands, and none of them fails on a good change."""
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    steps = yaml.safe_load(block)["jobs"]["policies"]["steps"]
    commands = [step["run"] for step in steps if "run" in step]
    with running_server(tmp_path / "store") as server:
        subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
        assert shell(BEGIN, tmp_path, server).returncode == 0
        change(tmp_path)
        assert [shell(command, tmp_path, server).returncode for command in commands] == [0] * 4
        assert in_force(server)["note"] == "0123abc"


def test_the_page_names_every_exit_code() -> None:
    """The table has a row for each."""
    assert re.findall(r"^\| (\d) \|", PAGE, re.MULTILINE) == ["0", "1", "2", "3", "4"]
