"""Expires and erases in a thread of its own, beside everything else."""

import threading
from collections.abc import Callable
from typing import Protocol

import structlog

from atesaki.sending.rights.exclusive import UPKEEP_LOCK
from atesaki.storage.engine import Store

LOOK_EVERY = 2.0
EXPIRE_EVERY = 60.0

_log = structlog.get_logger(__name__)


class Works(Protocol):
    """Does what is due in small transactions, and stops in between when it is told to."""

    def turn(self, stopped: Callable[[], bool], /) -> None:
        """Do what is due; blocks."""


class RightsUpkeep:
    """The thread; a failure is logged by its kind alone and tried again. Of several processes, one works at a time."""

    def __init__(self, store: Store, expiry: Works, eraser: Works, look_every: float = LOOK_EVERY) -> None:
        self._store = store
        self._expiry = expiry
        self._eraser = eraser
        self._look_every = look_every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rights upkeep", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread after its present step."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        looks = 0
        between = max(1, round(EXPIRE_EVERY / self._look_every))
        while not self._stopped.wait(self._look_every):
            self._turn(self._eraser)
            if looks % between == 0:
                self._turn(self._expiry)
            looks += 1

    def _turn(self, work: Works) -> None:
        try:
            with self._store.sole(UPKEEP_LOCK) as alone:
                if alone:
                    work.turn(self._stopped.is_set)
        except Exception as error:  # noqa: BLE001  # The next turn tries again; a traceback may hold addresses.
            _log.warning("rights.upkeep_failed", error=type(error).__name__)
