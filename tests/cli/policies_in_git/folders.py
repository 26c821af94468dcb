"""Folders of policies, what `atesaki policies` does with them, and what is then published."""

from pathlib import Path

from tests.policies.files import FILES, POLICY, changed
from typer.testing import CliRunner, Result

from atesaki.cli.policies import app
from atesaki.policies.revisions import Revision, RevisionStore
from atesaki.storage.engine import Store

BLOCKING = changed("action: warn", "action: block\n    release: justify")
TESTS = FILES["strangers_test.yaml"].replace("warn, release: acknowledge", "block, release: justify")
WITH_TEST = {**BLOCKING, "strangers_test.yaml": TESTS}
OTHER = POLICY.replace("id: strangers", "id: other")


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
