"""Decides when to index: soon after records came in, but not while many are coming in."""

import time
from collections.abc import Callable

IDLE_SECONDS = 1.0
REST = 4.0
"""A turn is followed by a rest so many times as long, for those who are sending meanwhile."""

BUSY_PER_SECOND = 30
CALM_SECONDS = 10.0
BUSY_PATIENCE = 600.0
"""Once so many records a second come in, the index waits until it was calm for a while, but not for ever."""


class Pace:
    """Watches how many records wait; `lag` tells, and may block."""

    def __init__(self, lag: Callable[[], int], clock: Callable[[], float] = time.monotonic) -> None:
        self._lag = lag
        self._clock = clock
        self._seen: tuple[float, int] | None = None
        self._busy_at = self._kept_up_at = float("-inf")

    def may_work(self) -> bool:
        """Tell whether there is something to index and nobody would be held up by it."""
        now, lag = self._clock(), self._lag()
        then, before = self._seen or (now, lag)
        self._seen = (now, lag)
        if lag == 0 or self._kept_up_at == float("-inf"):
            self._kept_up_at = now
        if (lag - before) / max(now - then, IDLE_SECONDS) > BUSY_PER_SECOND:
            self._busy_at = now
        calm = now - self._busy_at >= CALM_SECONDS
        return lag > 0 and (calm or now - self._kept_up_at >= BUSY_PATIENCE)

    def work(self, turn: Callable[[], int]) -> float:
        """Do one turn, which tells how many records it indexed, and return how many seconds to rest."""
        started = self._clock()
        indexed = turn()
        if self._seen is not None:
            then, before = self._seen
            self._seen = (then, before - indexed)
        return REST * (self._clock() - started) if indexed else IDLE_SECONDS
