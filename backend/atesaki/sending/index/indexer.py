"""Derives the index from the journal in the background, out of the way of whoever is sending."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import structlog
from sqlalchemy import Connection

from atesaki.judgement.facts import Organization, RosterHit
from atesaki.judgement.people import People
from atesaki.sending.index.acquaintances import acquaintances
from atesaki.sending.index.clear import clear
from atesaki.sending.index.derive import derived
from atesaki.sending.index.describe import Known, people_of
from atesaki.sending.index.pace import IDLE_SECONDS, Pace
from atesaki.sending.index.records import Batch, batch_of, earlier_events, streams_of
from atesaki.sending.index.write import Writer, cursors_of
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.storage.engine import Store
from atesaki.storage.trouble import Spell

BATCH = 50
"""Records of one transaction beside the server: on SQLite, the journal waits for it, some ten milliseconds."""

TOLD_EVERY = 10_000
LARGE_BATCH = 500
"""Records of one transaction where nobody waits."""

# "index" in ASCII; any constant will do, as long as all replicas use the same.
SOLE_LOCK = 0x696E646578

_log = structlog.get_logger(__name__)

FindsHits = Callable[[Sequence[str]], Mapping[str, tuple[RosterHit, ...]]]
"""Tells on which rosters mailbox keys are; blocks."""


class KnowsOrganization(Protocol):
    """Tells who we are."""

    @property
    def value(self) -> Organization:
        """The organization in force."""


class Indexer:
    """Keeps the index up with the journal; its calls block."""

    def __init__(
        self,
        store: Store,
        pseudonyms: Pseudonyms,
        organization: KnowsOrganization,
        rosters: FindsHits,
    ) -> None:
        self._store = store
        self._pseudonyms = pseudonyms
        self._organization = organization
        self._rosters = rosters
        self._writer = Writer(store)

    def lag(self) -> int:
        """Return how many records of the journal are not indexed yet."""
        with self._store.read() as connection:
            sizes, cursors = streams_of(connection), cursors_of(connection)
        return sum(size - cursors.get(stream, 0) for stream, size in sizes.items())

    def turn(self, limit: int = BATCH) -> int:
        """Index the next records and return how many: 0 where nothing is left, or another process is at it."""
        with self._store.sole(SOLE_LOCK) as alone:
            return self._turn(limit) if alone else 0

    def catch_up(self) -> int:
        """Index all that there is, without rest, and return how many records."""
        with self._store.sole(SOLE_LOCK) as alone:
            return self._catch_up(lambda _: None) if alone else 0

    def reindex(self, tell: Callable[[int, int], object] = lambda *_: None) -> int:
        """Empty the index and build it again, once no other process is at it; `tell` hears how far it is."""
        with self._store.sole(SOLE_LOCK, wait=True):
            clear(self._store)
            self._writer.counts_in(self._organization.value.time_zone, only=True)
            total = self.lag()

            def told(indexed: int) -> None:
                if indexed % TOLD_EVERY < LARGE_BATCH:
                    tell(indexed, max(total, indexed))

            return self._catch_up(told)

    def _catch_up(self, told: Callable[[int], object]) -> int:
        indexed = 0
        while read := self._turn(LARGE_BATCH):
            indexed += read
            told(indexed)
        return indexed

    def _turn(self, limit: int) -> int:
        with self._store.read() as connection:
            batch, cursors = self._next(connection, limit)
            if batch is None:
                return 0
            people, known = self._known(connection, batch)
            new = [each.body.decision_id for each in batch.decided]
            earlier = earlier_events(connection, new, cursors) if new else []
        known = known._replace(rosters=self._rosters(list({key for each in people if each for key in each.keys})))
        found = [
            derived(decided, whom, known, self._pseudonyms) for decided, whom in zip(batch.decided, people, strict=True)
        ]
        if found:
            self._writer.counts_in(known.organization.time_zone)
        return batch.end - batch.start if self._writer.write(batch, found, [*earlier, *batch.events]) else 0

    def _next(self, connection: Connection, limit: int) -> tuple[Batch | None, dict[str, int]]:
        sizes, cursors = streams_of(connection), cursors_of(connection)
        lags = {stream: size - cursors.get(stream, 0) for stream, size in sizes.items()}
        stream = max(lags, key=lambda name: lags[name], default=None)
        if stream is None or lags[stream] <= 0:
            return None, cursors
        return batch_of(connection, stream, cursors.get(stream, 0), limit), cursors

    def _known(self, connection: Connection, batch: Batch) -> tuple[list[People | None], Known]:
        organization = self._organization.value
        people = [None if each.personal is None else people_of(each.personal, organization) for each in batch.decided]
        pairs = {
            (self._pseudonyms.of(each.sender.key), name)
            for each in people
            if each is not None
            for name in self._pseudonyms.of_all(each.keys)
        }
        return people, Known(organization, {}, acquaintances(connection, sorted(pairs)))


async def keep_indexed(indexer: Indexer) -> None:
    """Index what is recorded, until cancelled."""
    pace, spell = Pace(indexer.lag), Spell(_log, "index.turn")

    def next_wait() -> float:
        return pace.work(indexer.turn) if pace.may_work() else IDLE_SECONDS

    while True:
        try:
            wait = await asyncio.to_thread(next_wait)
            spell.succeeded()
        except Exception as error:  # noqa: BLE001  # The index only comes later; the next turn tries again.
            spell.failed(error)
            wait = IDLE_SECONDS
        await asyncio.sleep(wait)
