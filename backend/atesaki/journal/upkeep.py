"""Work that must not delay an answer: WAL checkpoints on a timer."""

import sqlite3
import threading
from pathlib import Path

import structlog

from atesaki.storage.engine import Store

UPKEEP_SECONDS = 5.0

_log = structlog.get_logger(__name__)


class Upkeep:
    """A thread beside the writer; a failure is logged and tried again at the next turn."""

    def __init__(self, store: Store, seconds: float = UPKEEP_SECONDS) -> None:
        self._store = store
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
            except sqlite3.Error as error:
                _log.warning("journal.upkeep_failed", error=type(error).__name__)

    def _turn(self) -> None:
        if self._store.path is not None:
            checkpoint_wal(self._store.path)


def checkpoint_wal(path: Path) -> None:
    """Move what the write-ahead log holds into the database file without blocking anybody (PASSIVE)."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
    finally:
        connection.close()
