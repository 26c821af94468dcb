"""The journal as the rest of the program sees it: append an entry, and it is durable."""

import asyncio
import datetime as dt
import threading
from concurrent.futures import Future

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from atesaki.clock import Clock, utc_now
from atesaki.journal.batch import Waiting, release
from atesaki.journal.errors import JournalUnavailable
from atesaki.journal.postgres_sink import PostgresSink
from atesaki.journal.record import Entry, RecordRef, draft
from atesaki.journal.sink import Sink
from atesaki.journal.sqlite_sink import SqliteSink
from atesaki.journal.upkeep import Upkeep
from atesaki.journal.witness import Witness
from atesaki.journal.writer import CheckpointCall, Item, Stop, Writer
from atesaki.storage.engine import Store, micros


class Limits(Struct, frozen=True):
    """How long and how much.

    `retention` is how long personal data is kept, `None` for ever; `queue` is how many entries may wait;
    `checkpoint_seconds` is the longest time that a record stands without a signed checkpoint over it.
    """

    retention: dt.timedelta | None = None
    queue: int = 10_000
    checkpoint_seconds: float = 60.0


DEFAULT_LIMITS = Limits()

MOST_GATHERED = 64
"""So many entries of one event loop go to the writer at once, even while more are coming in."""


class Journal:
    """An append-only journal over a store: `start`, `append` until `stop`, once each."""

    def __init__(
        self,
        store: Store,
        key: Ed25519PrivateKey,
        *,
        now: Clock = utc_now,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self._now = now
        self._limits = limits
        witness = Witness(store, key.public_key().public_bytes_raw())
        self._writer = Writer(_sink_of(store, key, now), key, now, limits.checkpoint_seconds, witness)
        self._upkeep = Upkeep(store)
        self._gathered: dict[asyncio.AbstractEventLoop, list[Waiting]] = {}
        self._gate = threading.Lock()
        self._running = False

    @property
    def waiting(self) -> int:
        """How many entries wait to be made durable."""
        return self._writer.waiting

    @property
    def problem(self) -> str | None:
        """Why the store can't be written, in one sentence; `None` while it can. Tried again every few seconds."""
        return self._writer.problem

    def start(self) -> None:
        """Begin to write.

        Raises `StoreInUse` where another process writes to a SQLite store, `JournalUnavailable` where nobody can.
        """
        self._writer.start()
        self._upkeep.start()
        self._running = True

    def stop(self) -> None:
        """Make durable what waits, sign a last checkpoint and let go of the store; refuse what comes later."""
        with self._gate:
            if not self._running:
                return
            self._running = False
            self._writer.put(Stop())
        self._upkeep.stop()
        self._writer.join()

    async def append(self, entry: Entry) -> RecordRef:
        """Record the entry and return once it is durable; raises `JournalUnavailable` where it can't be.

        Whoever is cancelled while waiting loses the answer, not the record.
        """
        return await self.submit(entry)

    def submit(self, entry: Entry) -> "asyncio.Future[RecordRef]":
        """Do the same as `append`, but return at once: the entry is written down and may be forgotten.

        The future is done once the entry is durable, or fails with `JournalUnavailable`.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[RecordRef] = loop.create_future()
        waiting = Waiting(draft(entry, self._now(), self._limits.retention), loop, future)
        gathered = self._gathered.get(loop)
        self._refuse_if_full(len(gathered or ()))
        if gathered is None:
            self._gathered[loop] = [waiting]
            loop.call_soon(self._hand_over, loop)
        else:
            gathered.append(waiting)
        return future

    def append_blocking(self, entry: Entry) -> RecordRef:
        """Do the same as `append` from a thread without an event loop, such as the CLI's."""
        future: Future[RecordRef] = Future()
        waiting = Waiting(draft(entry, self._now(), self._limits.retention), None, future)
        self._refuse_if_full(0)
        self._put(waiting)
        return future.result()

    def checkpoint(self) -> str | None:
        """Sign a checkpoint over all that is durable and return its note, `None` while nothing is recorded.

        Blocks; raises `JournalUnavailable`.
        """
        future: Future[str | None] = Future()
        self._put(CheckpointCall(future))
        return future.result()

    def _hand_over(self, loop: asyncio.AbstractEventLoop, seen: int = 0) -> None:
        """Give the writer what was gathered, once a turn of the loop has brought nothing more.

        Python runs one thread at a time: judging and writing by turns is faster than both at once, and more records
        share a commit.
        """
        gathered = len(self._gathered[loop])
        if seen < gathered < MOST_GATHERED:
            loop.call_soon(self._hand_over, loop, gathered)
            return
        for waiting in self._gathered.pop(loop):
            try:
                self._put(waiting)
            except JournalUnavailable as error:
                release([waiting], [error])

    def _put(self, item: Item) -> None:
        # Nothing may come behind Stop: nobody would answer it.
        with self._gate:
            if not self._running:
                raise JournalUnavailable("The journal is closed, so nothing can be recorded.")
            self._writer.put(item)

    def _refuse_if_full(self, gathered: int) -> None:
        if self._writer.waiting + gathered >= self._limits.queue:
            raise JournalUnavailable("Too many records are waiting to be written; try again in a few seconds.")


def _sink_of(store: Store, key: Ed25519PrivateKey, now: Clock) -> Sink:
    public_key = key.public_key().public_bytes_raw()
    if store.place is None:
        return PostgresSink(store.dsn, public_key, lambda: micros(now()))
    return SqliteSink(store.place, public_key, lambda: micros(now()), store.turn)
