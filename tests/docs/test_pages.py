"""What the pages for people promise is there: links, make targets, commands."""

import re
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from atesaki.cli import app

ROOT = Path(__file__).parents[2]
LONGEST_README = 150


def _pages() -> list[Path]:
    """Return every page that git knows; what npm installs is not ours."""
    listed = subprocess.run(["git", "ls-files", "-z", "*.md"], cwd=ROOT, check=True, capture_output=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def _dead_links(page: Path) -> list[str]:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)", page.read_text())
    return [f"{page.name}: {link}" for link in links if "://" not in link and not (page.parent / link).exists()]


def test_every_link_between_pages_leads_somewhere() -> None:
    """A renamed file takes its links along."""
    assert [link for page in _pages() for link in _dead_links(page)] == []


def test_every_make_target_that_is_named_exists() -> None:
    """Whoever follows the README or the contributing guide finds the command."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    pages = (ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))
    named = {target for page in pages for target in re.findall(r"(?:^|`)make ([a-z]+)", page.read_text(), re.MULTILINE)}
    assert named
    assert named - targets == set()


def _commands() -> list[tuple[str, ...]]:
    """Return the commands that the pages name, each as one or two words."""
    pages = "".join((ROOT / name).read_text() for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md"))
    named = re.findall(r"`atesaki ([a-z]+)(?: ([a-z]+))?(?=[ `])", pages)
    return sorted({tuple(word for word in words if word) for words in named})


@pytest.mark.parametrize("command", _commands(), ids=" ".join)
def test_every_command_that_is_named_exists(command: tuple[str, ...]) -> None:
    """A command that was renamed is renamed on the pages too."""
    assert CliRunner().invoke(app, [*command, "--help"]).exit_code == 0


def test_readme_can_be_read_in_one_sitting() -> None:
    """What needs more room has a page of its own."""
    assert len((ROOT / "README.md").read_text().splitlines()) <= LONGEST_README
