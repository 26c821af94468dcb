"""Finds the rosters of recipients at the moment of Send, from memory where they were asked for before."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from sqlalchemy import select

from atesaki.judgement.facts import RosterHit
from atesaki.rosters.errors import RostersUnavailable
from atesaki.rosters.members import find_hits
from atesaki.rosters.registry import reading
from atesaki.storage.engine import Store
from atesaki.storage.tables import rosters

MAX_KEYS = 200_000
"""So many mailbox keys are remembered, a few dozen MB; beyond that the memory starts afresh."""

POLL_SECONDS = 2.0
"""A change made by another process is in force here after so many seconds."""

STALE_SECONDS = 10.0
"""Answers from memory count as unknown when no poll succeeded for so long."""

QUERY_SECONDS = 5.0
"""A database that doesn't answer a look-up within this time counts as unavailable."""

_log = structlog.get_logger(__name__)


class RosterLookup:
    """Looks up mailbox keys in all rosters; `start` it first, `stop` it last, both in the event loop that asks.

    What was found, or not found, is remembered until any roster changes.
    `clock` is a monotonic clock in seconds.
    """

    def __init__(
        self,
        store: Store,
        *,
        max_keys: int = MAX_KEYS,
        poll_seconds: float = POLL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._max_keys = max_keys
        self._poll_seconds = poll_seconds
        self._clock = clock
        self._known: dict[str, tuple[RosterHit, ...]] = {}
        self._heads: tuple[Any, ...] = ()
        self._polled_at = float("-inf")
        self._polling: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to watch for changes of other processes; a store that can't be read yet is asked again."""
        await self._poll_once()
        self._polling = asyncio.create_task(self._poll(), name="roster look-up")

    async def stop(self) -> None:
        """Stop watching."""
        if self._polling is not None:
            self._polling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._polling
            self._polling = None

    def forget(self) -> None:
        """Drop what is remembered, at once and from any thread, because a roster has changed."""
        # A new dictionary, not a cleared one: a query under way may still write its old answer into the old one.
        self._known = {}

    async def find(self, keys: Sequence[str]) -> Mapping[str, tuple[RosterHit, ...]]:
        """The rosters that each mailbox key is on, an empty tuple where it is on none.

        Raises `RostersUnavailable` where that can't be known for certain.
        """
        if self._clock() - self._polled_at > STALE_SECONDS:
            raise RostersUnavailable("The rosters could not be read for a while.")
        known = self._known
        try:
            return dict(zip(keys, map(known.__getitem__, keys), strict=True))
        except KeyError:
            return await self._ask(keys, known)

    async def _ask(
        self, keys: Sequence[str], known: dict[str, tuple[RosterHit, ...]]
    ) -> Mapping[str, tuple[RosterHit, ...]]:
        answer = {key: known[key] for key in keys if key in known}
        missing = [key for key in dict.fromkeys(keys) if key not in answer]
        asked = await self._query(missing)
        if len(known) + len(asked) > self._max_keys:
            known.clear()
        if len(asked) <= self._max_keys:
            known.update(asked)
        return answer | asked

    async def _query(self, missing: list[str]) -> dict[str, tuple[RosterHit, ...]]:
        try:
            async with asyncio.timeout(QUERY_SECONDS):
                found = await asyncio.to_thread(find_hits, self._store, missing)
        except TimeoutError as error:
            raise RostersUnavailable("The rosters did not answer in time.") from error
        except UnicodeError as error:
            raise RostersUnavailable("An address could not be looked up in the rosters.") from error
        return {key: found.get(key, ()) for key in missing}

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(self._poll_seconds)
            await self._poll_once()

    async def _poll_once(self) -> None:
        asked_at = self._clock()
        try:
            heads = await asyncio.to_thread(self._read_heads)
        except RostersUnavailable:
            _log.warning("rosters unavailable")
            return
        if heads != self._heads:
            self._heads = heads
            self.forget()
        self._polled_at = asked_at

    def _read_heads(self) -> tuple[Any, ...]:
        # With the time of creation, because SQLite gives the number of a deleted row to the next one.
        head = (rosters.c.id, rosters.c.name, rosters.c.created_at, rosters.c.revision, rosters.c.handling)
        with reading(self._store) as connection:
            return tuple(map(tuple, connection.execute(select(*head).order_by(rosters.c.id))))
