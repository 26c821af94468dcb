"""The one writer: a thread that takes all waiting entries, commits them together, then releases the answers."""

import logging
import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from typing import NamedTuple

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from atesaki.clock import Clock
from atesaki.journal.batch import Waiting, answers, build, release
from atesaki.journal.checkpoint import Checkpoint, sign
from atesaki.journal.errors import JournalUnavailable
from atesaki.journal.record import Entry, draft
from atesaki.journal.sink import Head, Sink
from atesaki.journal.witness import Witness, refused_entry
from atesaki.judgement.errors import AtesakiError
from atesaki.storage.engine import micros
from atesaki.storage.errors import StoreMoved
from atesaki.storage.trouble import Spell, cause_of

MAX_BATCH = 1_000
"""Most records of one transaction, so that nobody waits for a very long one."""

RETRY_SECONDS = 2.0
"""How often a store that could not be written is tried again while nobody asks."""

_log = structlog.get_logger(__name__)


class CheckpointCall(NamedTuple):
    """Somebody waits for a checkpoint over all that was put before."""

    future: Future[str | None]


class Stop(NamedTuple):
    """The last item that the writer takes."""


Item = Waiting | CheckpointCall | Stop


class Writer:
    """Owns the sink and the tree; all methods but `put` and the properties run in its own thread."""

    def __init__(
        self,
        sink: Sink,
        key: Ed25519PrivateKey,
        now: Clock,
        checkpoint_seconds: float,
        witness: Witness,
    ) -> None:
        self._sink = sink
        self._key = key
        self._witness = witness
        self._refused: set[str] = set()
        self._untold: list[Entry] = []
        self._settled = False
        self._spell = Spell(_log, "journal.write", logging.ERROR)
        self._now = now
        self._checkpoint_seconds = checkpoint_seconds
        self._checkpoint_due = time.monotonic() + checkpoint_seconds
        self._queue: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self._head: Head | None = None
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._opened: Future[None] = Future()
        self.problem: str | None = None

    @property
    def waiting(self) -> int:
        """How many items wait."""
        return self._queue.qsize()

    def put(self, item: Item) -> None:
        """Queue an item from any thread."""
        self._queue.put(item)

    def start(self) -> None:
        """Start the thread and return once the sink is open; raises `StoreInUse` or `JournalUnavailable`."""
        self._thread.start()
        self._opened.result()

    def join(self) -> None:
        """Wait until everything before `Stop` is done."""
        self._thread.join()

    def _run(self) -> None:
        try:
            self._open()
        except Exception as error:  # noqa: BLE001 -- whoever called `start` is told, whatever it is.
            # A server that does not answer would not take leave either, and whoever waits would never be told.
            self._sink.disconnect()
            self._sink.close()
            self._opened.set_exception(error if isinstance(error, AtesakiError) else unavailable(error))
            return
        self._opened.set_result(None)
        while self._turn():
            pass
        self._sink.close()

    def _turn(self) -> bool:
        waiting, last = self._take()
        if waiting or self.problem:
            self._commit(waiting)
        elif last is None:
            self._look()
        if isinstance(last, CheckpointCall):
            self._answer_checkpoint(last.future)
        elif isinstance(last, Stop) or time.monotonic() >= self._checkpoint_due:
            self._checkpoint_quietly()
        return not isinstance(last, Stop)

    def _take(self) -> tuple[list[Waiting], Item | None]:
        """Wait for work, then take all entries up to the first item of another kind, which comes second."""
        waiting: list[Waiting] = []
        try:
            item = self._queue.get(timeout=self._patience())
            while isinstance(item, Waiting):
                waiting.append(item)
                if len(waiting) == MAX_BATCH:
                    return waiting, None
                item = self._queue.get_nowait()
        except queue.Empty:
            return waiting, None
        return waiting, item

    def _patience(self) -> float:
        left = max(0.0, self._checkpoint_due - time.monotonic())
        return min(left, RETRY_SECONDS)

    def _look(self) -> None:
        """Notice while nobody waits that the connection is lost; else the next decision would be the one to fail."""
        try:
            self._ready()
            self._sink.look()
        except Exception as error:  # noqa: BLE001 -- the next turn connects anew.
            self._fail(error)

    def _commit(self, waiting: Sequence[Waiting]) -> None:
        """Commit the batch; an empty one, after a failure, finds out whether the store can be written again."""
        try:
            head = self._ready()
            batch = build(waiting, head.stream, head.tree)
            self._sink.commit(batch)
        except Exception as error:  # noqa: BLE001 -- whatever went wrong, none of the batch may be answered.
            self._fail(error)
            release(waiting, [unavailable(error) for _ in waiting])
            return
        self._head = head._replace(tree=batch.tree)
        self._well()
        release(waiting, answers(batch.rows))

    def _open(self) -> Head:
        """Give the durable head, read anew after a failure: what was in flight may be stored or not."""
        if self._head is None:
            self._head = self._continued()
            self._settled = False
        return self._head

    def _continued(self) -> Head:
        """Continue a stream that is as it was signed, or begin one."""
        head = self._sink.open(self._refused)
        while self._refuses(head):
            self._sink.disconnect()
            head = self._sink.open(self._refused)
        return head

    def _ready(self) -> Head:
        """Open, sign the end that was found before anything is added to it, and tell of what is not continued.

        Not done by `_open`: a server whose disk is full starts, too, and says so to whoever asks.
        """
        head = self._open()
        if not self._settled:
            self._head = self._checkpointed(head)
            head = self._tell(self._head)
            self._settled = True
        return head

    def _refuses(self, head: Head) -> bool:
        """Tell whether the stream must be neither continued nor signed any further: somebody may have rewritten it."""
        if head.stream in self._refused:
            return True
        refusal = self._witness.refusal(head)
        if refusal is None:
            return False
        _log.error("journal.stream_refused", stream=head.stream, size=head.tree.size, why=refusal.sentence)
        self._refused.add(head.stream)
        if not self._witness.is_told(head.stream):
            self._untold.append(refused_entry(head, refusal))
        return True

    def _tell(self, head: Head) -> Head:
        """Record of each refused stream that it was refused."""
        if not self._untold:
            return head
        waiting = [Waiting(draft(entry, self._now()), None, Future()) for entry in self._untold]
        batch = build(waiting, head.stream, head.tree)
        self._sink.commit(batch)
        self._untold.clear()
        self._head = head._replace(tree=batch.tree)
        return self._head

    def _fail(self, error: Exception) -> None:
        self._head = None
        why = f"The journal can't be written: {cause_of(error)}."
        self.problem = error.detail if isinstance(error, StoreMoved) else why
        self._spell.failed(error)
        self._sink.disconnect()

    def _well(self) -> None:
        self.problem = None
        self._spell.succeeded()

    def _answer_checkpoint(self, future: "Future[str | None]") -> None:
        try:
            note = self._sign()
        except Exception as error:  # noqa: BLE001 -- the caller is told, the writer goes on.
            self._fail(error)
            future.set_exception(unavailable(error))
        else:
            future.set_result(note)

    def _checkpoint_quietly(self) -> None:
        self._checkpoint_due = time.monotonic() + self._checkpoint_seconds
        try:
            self._sign()
        except Exception as error:  # noqa: BLE001 -- the next one covers the same records.
            self._fail(error)

    def _sign(self) -> str | None:
        head = self._ready()
        for other in self._sink.unsigned(head.stream):
            if not self._refuses(other):
                self._checkpointed(other)
        head = self._head = self._checkpointed(self._tell(head))
        return self._signed(head) if head.tree.size else None

    def _signed(self, head: Head) -> str:
        return sign(Checkpoint(head.stream, head.tree.size, head.tree.root()), self._key)

    def _checkpointed(self, head: Head) -> Head:
        """Store a checkpoint where there are records under none."""
        if head.tree.size <= head.checkpointed:
            return head
        self._sink.save_checkpoint(head.stream, head.tree.size, self._signed(head), micros(self._now()))
        return head._replace(checkpointed=head.tree.size)


def unavailable(error: Exception) -> JournalUnavailable:
    """Say that nothing was recorded, to whoever waits."""
    answer = JournalUnavailable("The journal can't be written at the moment; try again in a few seconds.")
    answer.__cause__ = error
    return answer
