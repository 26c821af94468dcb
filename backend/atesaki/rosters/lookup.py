"""Finds the rosters of recipients at the moment of Send, from memory where they were asked for before."""

import asyncio
import contextlib
import datetime as dt
import time
from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import select

from atesaki.judgement.facts import RosterHit, RosterHits
from atesaki.judgement.people import People
from atesaki.judgement.profiles import Profiles
from atesaki.rosters.errors import RostersUnavailable
from atesaki.rosters.members import find_hits
from atesaki.rosters.registry import reading
from atesaki.rosters.sources import late, sources
from atesaki.storage.engine import Store
from atesaki.storage.tables import rosters
from atesaki.storage.trouble import Spell

POLL_SECONDS = 2.0
"""A change made by another process is in force here after so many seconds."""

STALE_SECONDS = 10.0
"""Answers from memory count as unknown when no poll succeeded for so long."""

QUERY_SECONDS = 5.0
"""A database that doesn't answer a look-up within this time counts as unavailable."""

_UNKNOWN, _NONE = 0, 1
_MOST_OF_A_BYTE = 256
_Column: TypeAlias = "bytearray | array[int]"

_log = structlog.get_logger(__name__)


class _Memory:
    """What was found: at the number of each address a place in `combinations`, or 0 where nobody asked yet."""

    def __init__(self) -> None:
        self.combinations: list[tuple[RosterHit, ...]] = [(), ()]
        self._places: dict[tuple[RosterHit, ...], int] = {(): _NONE}
        self._codes: WeakKeyDictionary[Profiles, _Column] = WeakKeyDictionary()

    def of(self, known: Profiles) -> _Column:
        """Return the column of what was found of these addresses: bytes, as long as there are few combinations."""
        codes = self._codes.get(known)
        if codes is None:
            codes = self._codes[known] = bytearray()
        if isinstance(codes, bytearray) and len(self.combinations) > _MOST_OF_A_BYTE:
            codes = self._codes[known] = array("I", list(codes))
        if len(codes) < known.room:
            codes.extend([_UNKNOWN] * (known.room - len(codes)))
        return codes

    def place(self, hits: tuple[RosterHit, ...]) -> int:
        """Return the place of a combination of rosters; there are few, however many members they have."""
        place = self._places.setdefault(hits, len(self.combinations))
        if place == len(self.combinations):
            self.combinations.append(hits)
        return place


def _codes_of(people: People, memory: _Memory) -> Sequence[int]:
    column = memory.of(people.known)
    codes = people.take(column)
    return bytes(codes) if isinstance(column, bytearray) else codes


class RosterLookup:
    """Looks up mailbox keys in all rosters; `start` it first, `stop` it last, both in the event loop that asks.

    What was found, or not found, is remembered until any roster changes.
    A roster is late when it was not in step with its group for `late_after`.
    `clock` is a monotonic clock in seconds.
    """

    def __init__(
        self,
        store: Store,
        late_after: dt.timedelta,
        *,
        poll_seconds: float = POLL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._late_after = late_after
        self._poll_seconds = poll_seconds
        self._clock = clock
        self._memory = _Memory()
        self._heads: tuple[Any, ...] = ()
        self._late: frozenset[str] = frozenset()
        self._spell = Spell(_log, "rosters.read")
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
        # A new memory, not a cleared one: a query under way may still write its old answer into the old one.
        self._memory = _Memory()

    @property
    def late(self) -> frozenset[str]:
        """The names of rosters that could not be kept in step with their groups."""
        return self._late

    async def find(self, people: People) -> Mapping[str, tuple[RosterHit, ...]]:
        """The rosters that each recipient is on; empty where nobody is on any.

        Raises `RostersUnavailable` where that can't be known for certain.
        """
        if self._clock() - self._polled_at > STALE_SECONDS:
            raise RostersUnavailable("The rosters could not be read for a while.")
        memory = self._memory
        codes = _codes_of(people, memory)
        if _UNKNOWN in codes:
            await self._ask(people, memory)
            codes = _codes_of(people, memory)
        return {} if codes.count(_NONE) == len(codes) else RosterHits(people, codes, memory.combinations)

    async def _ask(self, people: People, memory: _Memory) -> None:
        known, column = people.known, memory.of(people.known)
        missing = [number for number in people.numbers if column[number] == _UNKNOWN]
        found = await self._query([known.keys[number] for number in missing])
        places = [memory.place(found.get(known.keys[number], ())) for number in missing]
        column = memory.of(known)
        for number, place in zip(missing, places, strict=True):
            column[number] = place

    async def _query(self, missing: list[str]) -> Mapping[str, tuple[RosterHit, ...]]:
        try:
            async with asyncio.timeout(QUERY_SECONDS):
                return await asyncio.to_thread(find_hits, self._store, missing)
        except TimeoutError as error:
            raise RostersUnavailable("The rosters did not answer in time.") from error
        except UnicodeError as error:
            raise RostersUnavailable("An address could not be looked up in the rosters.") from error

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(self._poll_seconds)
            await self._poll_once()

    async def _poll_once(self) -> None:
        asked_at = self._clock()
        try:
            heads, self._late = await asyncio.to_thread(self._read)
        except RostersUnavailable as error:
            self._spell.failed(error.__cause__ or error)
            return
        self._spell.succeeded()
        if heads != self._heads:
            self._heads = heads
            self.forget()
        self._polled_at = asked_at

    def _read(self) -> tuple[tuple[Any, ...], frozenset[str]]:
        since = dt.datetime.now(dt.UTC) - self._late_after
        return self._read_heads(), late(sources(self._store), since)

    def _read_heads(self) -> tuple[Any, ...]:
        # With the time of creation, because SQLite gives the number of a deleted row to the next one.
        head = (rosters.c.id, rosters.c.name, rosters.c.created_at, rosters.c.revision, rosters.c.handling)
        with reading(self._store) as connection:
            return tuple(map(tuple, connection.execute(select(*head).order_by(rosters.c.id))))
