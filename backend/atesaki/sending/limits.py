"""How often one key and one sender may ask, and a sparse record of who asked too often."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Literal

from atesaki.identity.errors import RateLimited
from atesaki.identity.rates import TokenBuckets
from atesaki.journal import Entry, JournalUnavailable
from atesaki.sending.check import Check, Judged
from atesaki.sending.fingerprint import sender_key
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.sending.records import Records
from atesaki.sending.request import Caller, DecisionRequest

KIND = "rate.limited"
RECORD_EVERY = 60.0
"""Seconds between two records about the same caller; recording every refusal would help who floods us."""

MOST_REMEMBERED = 10_000

Scope = Literal["key", "sender"]


class Limits:
    """The rate limits of this process, per deployment key and per sender."""

    def __init__(
        self,
        per_key: TokenBuckets,
        per_sender: TokenBuckets,
        journal: Records,
        pseudonyms: Pseudonyms,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._buckets: dict[Scope, TokenBuckets] = {"key": per_key, "sender": per_sender}
        self._journal = journal
        self._pseudonyms = pseudonyms
        self._clock = clock
        self._recorded: OrderedDict[str, float] = OrderedDict()

    async def take(self, scope: Scope, caller: str) -> None:
        """Count one call; raises `RateLimited` where there were too many."""
        wait = self._buckets[scope].wait(caller)
        if not wait:
            return
        await self._record(scope, caller)
        subject = "deployment key" if scope == "key" else "sender"
        raise RateLimited(
            f"Too many requests of one {subject}; wait a moment.", scope=scope, retry_after=math.ceil(wait)
        )

    async def _record(self, scope: Scope, caller: str) -> None:
        subject = self._pseudonyms.of(caller)
        if not self._due(subject):
            return
        try:
            await self._journal.append(Entry(KIND, subject, {"scope": scope}, {"caller": caller}))
        except JournalUnavailable:
            # The refusal needs no record to be safe, and the next one tries again.
            self._recorded.pop(subject, None)

    def _due(self, subject: str) -> bool:
        now = self._clock()
        if now - self._recorded.get(subject, -RECORD_EVERY) < RECORD_EVERY:
            return False
        self._recorded[subject] = now
        self._recorded.move_to_end(subject)
        if len(self._recorded) > MOST_REMEMBERED:
            self._recorded.popitem(last=False)
        return True


class LimitedCheck:
    """The check with its limits, for pages: whoever probes a roster by hand is limited like any sender."""

    def __init__(self, check: Check, limits: Limits) -> None:
        self._check = check
        self._limits = limits

    async def __call__(self, request: DecisionRequest, caller: Caller, *, about_people: bool) -> Judged:
        """Judge, record, and return what to answer; raises `RateLimited` and what the check raises."""
        await self._limits.take("key", caller.key)
        await self._limits.take("sender", sender_key(caller, request.message))
        return await self._check(request, caller, about_people=about_people)
