"""A thread for one receiver: it delivers, waits and tries again, and never touches the path of Send."""

import random
import threading
import time
from typing import NamedTuple, Protocol

import structlog

from atesaki.deadline import within
from atesaki.journal.feed.delivery import NotDelivered
from atesaki.journal.feed.leader import leading
from atesaki.storage.engine import Store

LONGEST_RETRY_AFTER = 3_600.0
REST_SHARE = 3.0
"""How long a worker rests for each second of computing, while it catches up."""

_log = structlog.get_logger(__name__)


class Patience(NamedTuple):
    """Seconds: between two looks for something new, between two tries to lead, waits after failures.

    And for one delivery as a whole: whoever takes it byte by byte holds up the feed as one who does not answer.
    """

    idle: float = 1.0
    aside: float = 5.0
    first: float = 1.0
    longest: float = 60.0
    whole: float = 60.0

    def wait(self, failures: int, retry_after: float) -> float:
        """Wait twice as long after each failure, by chance a little less, but as long as the receiver asks for."""
        most = min(self.longest, self.first * 2.0 ** min(failures - 1, 30))
        # Chance keeps several senders from coming back at the same moment; it guards no secret.
        return max(most * random.uniform(0.5, 1.0), min(retry_after, LONGEST_RETRY_AFTER))  # noqa: S311  # As above.


class Duty(Protocol):
    """What is done for one receiver; all methods run in the worker's thread."""

    @property
    def name(self) -> str:
        """The name of the receiver."""

    @property
    def key(self) -> str:
        """What no other receiver has; only one process at a time feeds it."""

    def begin(self) -> None:
        """Read how far the receiver is."""

    def turn(self) -> bool:
        """Deliver once and tell whether there may be more; raises `NotDelivered`."""

    def rest(self) -> None:
        """Make durable how far the receiver is."""

    def fail(self, problem: str) -> None:
        """Make known what is wrong."""


class Worker:
    """Runs a duty while this process is the one that should."""

    def __init__(self, store: Store, duty: Duty, patience: Patience) -> None:
        self._store = store
        self._duty = duty
        self._patience = patience
        self._failures = 0
        self._told: str | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"feed {duty.name}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Let the thread end after its present delivery."""
        self._stopped.set()

    def join(self, seconds: float) -> None:
        """Wait for the thread; a delivery that hangs is left behind, since it will be repeated anyway."""
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with leading(self._store, self._duty.key) as still:
                    if still is not None:
                        self._well()
                        self._duty.begin()
                        while not self._stopped.is_set() and still():
                            self._turn()
                        self._duty.rest()
            except Exception as error:  # noqa: BLE001 -- a thread that ended would feed nobody and say nothing.
                _log.warning("feed.failed", target=self._duty.name, error=type(error).__name__)
            self._stopped.wait(self._patience.aside)

    def _turn(self) -> None:
        began = time.thread_time()
        try:
            with within(self._patience.whole):
                more = self._duty.turn()
        except NotDelivered as error:
            self._failed(error)
            return
        self._well()
        if not more:
            self._duty.rest()
            self._stopped.wait(self._patience.idle)
        else:
            # A long backlog must not take the interpreter from those who press Send.
            self._stopped.wait(REST_SHARE * (time.thread_time() - began))

    def _well(self) -> None:
        self._failures = 0
        self._told = None

    def _failed(self, error: NotDelivered) -> None:
        if error.too_large:
            # It is tried at once, in smaller pieces; nothing is wrong with a receiver that has a limit.
            return
        self._failures += 1
        if str(error) != self._told:
            self._told = str(error)
            self._duty.rest()
            self._duty.fail(str(error))
            _log.warning("feed.not_delivered", target=self._duty.name, problem=str(error))
        self._stopped.wait(self._patience.wait(self._failures, error.retry_after))
