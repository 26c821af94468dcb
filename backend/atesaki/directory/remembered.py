"""Answers of a slow source, remembered: whoever asks at the moment of Send waits briefly, and only for what is new."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Generic, NamedTuple, TypeVar

import structlog

from atesaki.directory.errors import DirectoryBusy, DirectoryUnavailable

FRESH_SECONDS = 600.0
"""So long an answer is not asked for again; an older one still serves, and is asked for meanwhile."""

PATIENCE = 2.0
"""Seconds that somebody who presses Send waits for an answer that isn't there yet."""

PAUSE_SECONDS = 30.0
"""So long nobody asks again what could not be answered."""

MOST_KEPT = 10_000
MOST_ASKED = 50
"""Questions under way; a directory that hangs gets no more of them."""

_log = structlog.get_logger(__name__)
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class _Kept(NamedTuple, Generic[_Value]):
    value: _Value
    at: float


class Remembered(Generic[_Key, _Value]):
    """What `ask`, which blocks and never returns `None`, has answered; all methods belong to one event loop.

    An answer serves for `oldest` seconds when no newer one can be had; `clock` is a monotonic clock in seconds,
    `patience` is for how many seconds of it somebody waits.
    """

    def __init__(
        self,
        ask: Callable[[_Key], _Value],
        threads: Executor,
        oldest: float,
        clock: Callable[[], float] = time.monotonic,
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._ask = ask
        self._threads = threads
        self._oldest = oldest
        self._clock = clock
        self._patience = patience
        self._kept: OrderedDict[_Key, _Kept[_Value]] = OrderedDict()
        self._asked: dict[_Key, asyncio.Future[_Value]] = {}
        self._paused: dict[_Key, float] = {}

    async def get(self, key: _Key) -> _Value:
        """Return the answer; raises `DirectoryUnavailable`, or what was asked did, where there is none in time."""
        kept = self.kept(key)
        if kept is None:
            return await self._waited_for(key)
        return kept

    def kept(self, key: _Key) -> _Value | None:
        """Return the answer that is at hand, and see to it that it stays fresh; `None` where there is none."""
        kept = self._kept.get(key)
        age = self._clock() - kept.at if kept else self._oldest
        if age >= FRESH_SECONDS:
            self._begin(key)
        return kept.value if kept and age < self._oldest else None

    def lacks(self, key: _Key) -> bool:
        """Tell whether there is no answer at hand, and ask for one then; one that grows old is left as it is."""
        if self.has(key):
            return False
        self._begin(key)
        return True

    def has(self, key: _Key) -> bool:
        """Tell whether there is an answer at hand; asks nothing, and may be called by any thread."""
        return self.answered_within(key, self._oldest)

    def answered_within(self, key: _Key, seconds: float) -> bool:
        """Tell whether the answer at hand is not that old; asks nothing, and may be called by any thread."""
        kept = self._kept.get(key)
        return kept is not None and self._clock() - kept.at < seconds

    def failed(self, key: _Key) -> bool:
        """Tell whether the last question that has ended was not answered; may be called by any thread."""
        return key in self._paused

    async def _waited_for(self, key: _Key) -> _Value:
        asked = self._asked.get(key)
        if asked is None:
            raise DirectoryUnavailable(
                "The directory gave no answer a moment ago, or has too many questions to answer."
            )
        try:
            # It goes on, so that the next one finds an answer.
            return await asyncio.wait_for(asyncio.shield(asked), self._patience)
        except TimeoutError:
            raise DirectoryUnavailable("The directory does not answer in time.") from None

    def _begin(self, key: _Key) -> None:
        paused = self._clock() < self._paused.get(key, 0.0)
        if paused or key in self._asked or len(self._asked) >= MOST_ASKED:
            return
        asked = asyncio.get_running_loop().run_in_executor(self._threads, self._ask, key)
        self._asked[key] = asked
        asked.add_done_callback(lambda answered: self._take(key, answered))

    def _take(self, key: _Key, answered: "asyncio.Future[_Value]") -> None:
        del self._asked[key]
        if answered.cancelled():
            return
        error = answered.exception()
        if error is None:
            self._paused.pop(key, None)
            self._keep(key, answered.result())
        else:
            self._pause(key, error)

    def _keep(self, key: _Key, value: _Value) -> None:
        self._kept[key] = _Kept(value, self._clock())
        self._kept.move_to_end(key)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def _pause(self, key: _Key, error: BaseException) -> None:
        # An older answer may go on serving, so that nobody else would tell.
        _log.warning("directory.not_answered", error=type(error).__name__)
        seconds = error.retry_after if isinstance(error, DirectoryBusy) else PAUSE_SECONDS
        if len(self._paused) >= MOST_KEPT:
            self._paused.clear()
        self._paused[key] = self._clock() + max(seconds, PAUSE_SECONDS)
