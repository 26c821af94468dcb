"""Whose turn it is to write to a SQLite file, among the threads of this process."""

import sqlite3
import threading
from types import TracebackType

from sqlalchemy.exc import OperationalError

PATIENCE_SECONDS = 5.0
"""As long as SQLite itself waits for another process (`busy_timeout`)."""


class Turn:
    """Entered by whoever writes, the journal too.

    Whoever waits goes on at once when the turn is given back, where SQLite would have them sleep and look again,
    for up to a tenth of a second. Entering raises `OperationalError` where another transaction takes too long.
    """

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self._lock = threading.Lock()
        self._patience = patience

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=self._patience):
            busy = sqlite3.OperationalError("another transaction of this process takes too long")
            raise OperationalError("BEGIN IMMEDIATE", None, busy)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()
