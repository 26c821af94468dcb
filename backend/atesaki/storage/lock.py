"""The lock of the one process that may write to a SQLite store."""

import fcntl
import os
from pathlib import Path

from atesaki.storage.errors import StoreInUse, StoreUnavailable


class FileLock:
    """A lock beside a database, held until it is released or the process ends, however it ends; `with` holds it."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}.lock")
        self._descriptor: int | None = None

    def __enter__(self) -> None:
        """Take the lock as `acquire` does."""
        self.acquire()

    def __exit__(self, *_: object) -> None:
        """Give the lock up."""
        self.release()

    def acquire(self) -> None:
        """Take the lock, or do nothing where this object holds it; raises `StoreInUse` at once where another does.

        Raises `StoreUnavailable` where the file can't be opened, or its file system has no locks, as some of NFS.
        """
        if self._descriptor is not None:
            return
        try:
            self._descriptor = self._locked()
        except BlockingIOError as error:
            raise StoreInUse(
                "A server is running on this data directory, and SQLite has one writing process only;"
                " stop the server first, or do this through the server.",
            ) from error
        except OSError as error:
            raise StoreUnavailable(f"The lock {self._path} can't be taken: {error.strerror}.") from error

    def _locked(self) -> int:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor

    def release(self) -> None:
        """Give the lock up."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
