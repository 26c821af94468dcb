"""What the pages for people promise is there: links, make targets, commands."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
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


def _headings(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a page."""
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    titles = (title.strip().lower().replace(" ", "-") for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE))
    return {re.sub(r"[^\w-]", "", title) for title in titles}


def test_every_link_into_a_page_leads_to_a_heading_of_it() -> None:
    """A heading that was renamed takes along whoever points at it."""
    dead = []
    for page in _pages():
        for target, anchor in re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", page.read_text()):
            if "://" not in target and anchor not in _headings(page.parent / target if target else page):
                dead.append(f"{page.name}: {target}#{anchor}")
    assert dead == []


def _calls() -> Iterator[tuple[str, list[str]]]:
    """Return each call of our command that stands in a code span or a block of any page, and its words."""
    for page in _pages():
        if page.name != "CHANGELOG.md":
            for call in re.findall(
                r"(?:^|`|atesaki/\.venv/bin/|\$ )atesaki ([a-z][^`'\n|&]*)", page.read_text(), re.MULTILINE
            ):
                yield f"{page.name}: atesaki {call}", call.split()


def _unknown(words: list[str]) -> list[str]:
    """Return the command or the flags of a call that do not exist."""
    command: Any = get_command(app)
    while hasattr(command, "commands"):
        name = words[0] if words else ""
        if name not in command.commands:
            return [] if name in {"", "…"} else [name]
        command, words = command.commands[name], words[1:]
    known = {flag for parameter in command.params for flag in parameter.opts}
    return [word for word in words if re.fullmatch(r"--[a-z-]+", word) and word not in known]


def test_every_command_and_flag_on_any_page_exists() -> None:
    """Whoever types what stands there is not told that there is no such option."""
    calls = list(_calls())
    assert len(calls) > 40  # Far fewer would mean that they are not found any more.
    assert [f"{call}: {unknown}" for call, words in calls for unknown in _unknown(words)] == []


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
