"""Whether a path still leads to the same file."""

from pathlib import Path

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


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
