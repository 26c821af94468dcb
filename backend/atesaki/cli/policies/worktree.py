"""Asks git which files of a folder would be lost if they were overwritten."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path


def uncommitted(folder: Path, paths: Sequence[Path]) -> list[Path]:
    """Return those of the files that git has not got as they are; all of them where there is no git."""
    git = shutil.which("git")
    if git is None:
        return list(paths)
    names = [path.name for path in paths]
    # `--` and literal pathspecs: a name is never an option or a pattern.
    command = [
        git,
        "--literal-pathspecs",
        "status",
        "--porcelain=v1",
        "-z",
        "--ignored",
        "--untracked-files=all",
        "--",
        *names,
    ]
    answer = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603  # Fixed but for names.
    if answer.returncode != 0:
        return list(paths)
    changed = {Path(entry[3:].decode()).name for entry in answer.stdout.split(b"\0") if entry}
    return [path for path in paths if path.name in changed]
