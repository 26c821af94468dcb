"""Which folder is meant: a mistyped store is never made in silence, and policies in sub-folders are told."""

from pathlib import Path

import pytest
from tests.cli.policies_in_git.folders import call, write
from tests.policies.files import FILES
from typer import Typer
from typer.testing import CliRunner

from atesaki.cli.accounts import app as accounts
from atesaki.cli.rosters import app as rosters
from atesaki.storage.engine import DATABASE_NAME


@pytest.fixture
def mistyped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory that isn't there."""
    monkeypatch.delenv("ATESAKI_DATABASE_URL", raising=False)
    monkeypatch.setenv("ATESAKI_DATA_DIR", str(tmp_path / "mistyped"))
    return tmp_path / "mistyped"


@pytest.mark.parametrize("command", ["diff", "pull"])
def test_commands_that_look_make_no_store(command: str, folder: Path, mistyped: Path) -> None:
    """Else a slip would read as an installation without policies, and leave a folder behind."""
    result = call(command, folder)
    assert result.exit_code == 1
    assert result.stderr == f"There is no store in {mistyped}; name its folder by ATESAKI_DATA_DIR.\n"
    assert not mistyped.exists()


def test_apply_says_that_it_would_begin_a_store_before_it_asks(folder: Path, mistyped: Path) -> None:
    """A set may be published before the first start; neither a look nor a no begins anything."""
    for arguments, code in [(["--dry-run"], 4), ([], 1)]:
        result = call("apply", folder, *arguments, answer="n\n")
        assert result.exit_code == code
        assert result.stderr.startswith(f"There is no store in {mistyped} yet")
        assert not mistyped.exists()
    assert call("apply", folder, "--yes").exit_code == 0
    assert (mistyped / DATABASE_NAME).exists()
    assert call("diff", folder).exit_code == 0


@pytest.mark.usefixtures("mistyped")
@pytest.mark.parametrize(
    ("command", "arguments"),
    [(accounts, ["link"]), (rosters, ["create", "parents", "--owner", "Mori", "--purpose", "Trips"])],
)
def test_other_commands_that_may_come_first_say_so_too(command: Typer, arguments: list[str]) -> None:
    """The link would be none of the server that is meant, and the roster nobody's."""
    result = CliRunner().invoke(command, arguments)
    assert (result.exit_code, result.stderr[:20]) == (0, "There is no store in")
    assert "no store" not in CliRunner().invoke(command, arguments).stderr


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("command", ["check", "test", "diff", "apply"])
def test_policies_in_folders_below_are_told(folder: Path, command: str) -> None:
    """Whoever sorts policies into folders would think that they are in force."""
    write(folder / "teams", {"sub.yaml": FILES["strangers.yaml"]})
    write(folder / ".git", {"hidden.yaml": ""})
    write(folder / "notes", {"notes.md": ""})
    result = call(command, folder)
    assert result.exit_code == 0
    assert result.stderr == "Passed over, since policies stand directly in their folder: teams.\n"


def test_a_file_name_in_capitals_is_no_file_passed_over(folder: Path) -> None:
    """Windows makes them; the set is refused instead of being in force without that policy."""
    write(folder, {"OTHER.YAML": FILES["strangers.yaml"]})
    result = call("check", folder)
    assert (result.exit_code, result.stderr[:10]) == (2, "OTHER.YAML")
