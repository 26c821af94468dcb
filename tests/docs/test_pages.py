"""What the pages for people promise is there: links, make targets, commands."""

import re
import subprocess
from pathlib import Path

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


def test_readme_can_be_read_in_one_sitting() -> None:
    """What needs more room has a page of its own."""
    assert len((ROOT / "README.md").read_text().splitlines()) <= LONGEST_README
