"""The lock of the one process that may write to a SQLite store."""

import fcntl
import os
from pathlib import Path

from atesaki.storage.errors import StoreInUse


class FileLock:
    """A lock on a file, held until it is released or the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock, or do nothing where this object holds it; raises `StoreInUse` at once where another does."""
        if self._descriptor is not None:
            return
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise StoreInUse(
                "A server is running on this data directory, and SQLite has one writing process only;"
                " stop the server first, or do this through the server.",
            ) from error
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock up."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
