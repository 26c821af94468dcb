"""Fresh stores on SQLite: copies of one that was migrated once a process; migrations take longer than most tests."""

import functools
import tempfile
from pathlib import Path

from atesaki.storage.engine import DATABASE_NAME, open_store


def fresh_store(folder: Path) -> Path:
    """Put an empty store into a folder that has none, and return the folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / DATABASE_NAME
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(_migrated())
    return folder


@functools.cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        open_store(folder).close()
        return (Path(folder) / DATABASE_NAME).read_bytes()
