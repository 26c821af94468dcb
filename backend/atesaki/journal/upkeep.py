"""Work that must not delay an answer: WAL checkpoints on a timer, and deleting what has expired."""

import datetime as dt
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from atesaki.journal.retention import delete_expired
from atesaki.storage.engine import Store, micros

UPKEEP_SECONDS = 5.0

_log = structlog.get_logger(__name__)


class Upkeep:
    """A thread beside the writer; a failure is logged and tried again at the next turn."""

    def __init__(self, store: Store, now: Callable[[], dt.datetime], seconds: float = UPKEEP_SECONDS) -> None:
        self._store = store
        self._now = now
        self._seconds = seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="journal upkeep", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread after its present step."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds):
            try:
                self._turn()
            except (SQLAlchemyError, sqlite3.Error) as error:
                _log.warning("journal.upkeep_failed", error=type(error).__name__)

    def _turn(self) -> None:
        if self._store.path is not None:
            checkpoint_wal(self._store.path)
        # Small batches, so that the write lock of SQLite is never held for long.
        while not self._stopped.is_set() and delete_expired(self._store, micros(self._now())):
            pass


def checkpoint_wal(path: Path) -> None:
    """Move what the write-ahead log holds into the database file without blocking anybody (PASSIVE)."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
    finally:
        connection.close()
