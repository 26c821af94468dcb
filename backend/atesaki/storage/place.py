"""Whether a path still leads to the same file."""

import sqlite3
from pathlib import Path
from typing import Any

from atesaki.storage.errors import StoreMoved


class Place:
    """The path of a SQLite store, and the file that is there now."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = _identity(path)

    def look(self) -> None:
        """Raise `StoreMoved` where there is no file any more, or another one.

        A process writes on to a file that was moved away, and nobody finds it again. A file in its place would be
        read through the log of the former one, which carries its name, and destroyed.
        """
        if self._file is None or _identity(self.path) != self._file:
            raise StoreMoved(
                "The file of the store was moved or replaced under the running server; restart the server."
            )

    def connect(self, **options: Any) -> sqlite3.Connection:  # noqa: ANN401  # As the driver takes them.
        """Open the file that was there at first, with `options` of `sqlite3.connect`, and never make a new one.

        Raises `StoreMoved` as `look` does, also where that happened in between: SQLite opens the file at once, but
        its log only with the first statement. Source: "URI Filenames In SQLite", mode=rw.
        """
        self.look()
        try:
            connection: sqlite3.Connection = sqlite3.connect(f"{self.path.as_uri()}?mode=rw", uri=True, **options)
        except sqlite3.OperationalError:
            self.look()
            raise
        try:
            self.look()
        except StoreMoved:
            connection.close()
            raise
        return connection


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
