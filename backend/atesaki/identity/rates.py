"""Token buckets: how often one key or one sender may call, with bursts, in bounded memory."""

import time
from collections import OrderedDict
from collections.abc import Callable

BURST_SECONDS = 5
"""A bucket that rested holds the calls of this many seconds."""

MOST_BUCKETS = 50_000
"""Beyond this many callers the one that called longest ago is forgotten, which only fills its bucket."""


class TokenBuckets:
    """One bucket a caller, refilled with `rate` calls a second and holding `burst`; a rate of 0 limits nobody."""

    def __init__(
        self,
        rate: float,
        *,
        burst: float | None = None,
        most: int = MOST_BUCKETS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate = rate
        # A rate below one call in five seconds still lets a single call through.
        self._burst = max(1.0, rate * BURST_SECONDS) if burst is None else burst
        self._most = most
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, caller: str, cost: float = 1.0) -> float:
        """Take one call, or what counts for more; return 0, or the seconds until `caller` may call again."""
        if not self._rate:
            return 0.0
        now = self._clock()
        calls, since = self._buckets.pop(caller, (self._burst, now))
        calls = min(self._burst, calls + (now - since) * self._rate)
        missing = cost - calls
        self._buckets[caller] = (calls if missing > 0 else calls - cost, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return max(0.0, missing / self._rate)
