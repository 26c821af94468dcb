"""Work that must not delay an answer: WAL checkpoints on a timer."""

import sqlite3
import threading
from contextlib import AbstractContextManager

import structlog
from sqlalchemy.exc import OperationalError

from atesaki.storage.engine import Store
from atesaki.storage.errors import StoreMoved
from atesaki.storage.place import Place
from atesaki.storage.trouble import Spell

UPKEEP_SECONDS = 1.0
"""Two thousand decisions a second fill a third of what SQLite lets pile up before a commit has to empty it."""

LONG_LOG = 1_000
"""From so many pages on a log is begun anew instead of growing, which would make each commit slower."""

_log = structlog.get_logger(__name__)


class Upkeep:
    """A thread beside the writer; what fails is tried again at the next turn."""

    def __init__(self, store: Store, seconds: float = UPKEEP_SECONDS) -> None:
        self._store = store
        self._seconds = seconds
        self._spell = Spell(_log, "journal.upkeep")
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
                self._spell.succeeded()
            except (sqlite3.Error, OperationalError, StoreMoved) as error:
                self._spell.failed(error)

    def _turn(self) -> None:
        if self._store.place is not None:
            checkpoint_wal(self._store.place, self._store.turn)


def checkpoint_wal(place: Place, turn: AbstractContextManager[object]) -> None:
    """Move what the write-ahead log holds into the database file while others write (PASSIVE).

    What they wrote meanwhile is moved in a turn of its own, if the log is long: SQLite begins a log anew only once
    nothing is left in it, which never comes by itself under load. Nobody waits for readers.
    """
    connection = place.connect()
    try:
        if _checkpoint(connection) >= LONG_LOG:
            with turn:
                _checkpoint(connection)
    finally:
        connection.close()


def _checkpoint(connection: sqlite3.Connection) -> int:
    """Return how many pages the log holds."""
    _, pages, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return int(pages)
