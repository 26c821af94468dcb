"""Few people wait for a directory or the DNS at a time: one that hangs must not take every thread of the console."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Final

from atesaki.judgement.errors import AtesakiError

MOST: Final = 4
PATIENCE: Final = 1.0
"""Seconds for which the next one waits for a turn."""


class AskedAlready(AtesakiError):
    """Several people wait for an answer already."""

    status: ClassVar[int] = 503
    type: ClassVar[str] = "asked-already"


class Turns:
    """Lets a few ask at a time."""

    def __init__(self, most: int = MOST) -> None:
        self._free = threading.BoundedSemaphore(most)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Ask within the block; raises `AskedAlready` where nobody is done soon."""
        if not self._free.acquire(timeout=PATIENCE):
            raise AskedAlready("Several people are waiting for an answer already; try again in a minute.")
        try:
            yield
        finally:
            self._free.release()
