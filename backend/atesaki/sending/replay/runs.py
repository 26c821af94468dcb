"""What-if runs: started by somebody, one at a time each, followed and cancelled from any process, kept for a while."""

import datetime as dt
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from secrets import token_urlsafe
from typing import ClassVar, Literal

import msgspec
import structlog
from msgspec import Struct
from sqlalchemy import Row, delete, insert, select, update

from atesaki.clock import Clock, utc_now
from atesaki.judgement.errors import AtesakiError, place_of
from atesaki.sending.replay.report import Report
from atesaki.sending.replay.worker import Order, Told
from atesaki.storage.engine import Store, micros, moment
from atesaki.storage.index_tables import what_if_runs as table

MOST_DAYS = 366
KEEP = dt.timedelta(days=30)
LOST_AFTER = dt.timedelta(minutes=2)
"""A run of which nothing was heard for so long has ended with its process."""

State = Literal["running", "done", "failed", "cancelled"]
_SHOWN = 20

_log = structlog.get_logger(__name__)


class RunInProgress(AtesakiError):
    """This person's last run is not over."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "what-if-in-progress"


class RunNotFound(AtesakiError):
    """There is no such run, or it was deleted."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "what-if-not-found"


class Run(Struct, frozen=True):
    """One run; `report` stands where it is done, `problem` is a sentence where it failed."""

    id: str
    person_key: str
    draft_id: int
    draft_title: str
    days: int
    state: State
    done: int
    total: int
    created_at: dt.datetime
    report: Report | None = None
    problem: str | None = None


class Draft(Struct, frozen=True):
    """The draft to be tried: its files as they stand now."""

    id: int
    title: str
    files: Mapping[str, str]


class Runs:
    """Starts, follows and ends runs; its calls block. `directories` tells whether the server asks any at Send."""

    def __init__(
        self,
        store: Store,
        address: str,
        in_force: Callable[[], Mapping[str, str]],
        clock: Clock = utc_now,
        *,
        directories: bool = False,
    ) -> None:
        self._store = store
        self._address = address
        self._in_force = in_force
        self._clock = clock
        self._directories = directories
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._gate = threading.Lock()

    def start(self, person_key: str, draft: Draft, days: int) -> str:
        """Start a run over the last days and return its id; raises `RunInProgress`."""
        now = self._clock()
        self._tidy(now)
        with self._gate:
            if any(run.state == "running" for run in self.of(person_key)):
                raise RunInProgress("Your last what-if is still running; wait for it or cancel it.")
            run_id = token_urlsafe(12)
            self._add(run_id, person_key, draft, days, now)
            since = micros(now - dt.timedelta(days=days))
            order = Order(self._address, dict(self._in_force()), dict(draft.files), since, self._directories)
            self._processes[run_id] = process = _process()
        threading.Thread(target=self._follow, args=(run_id, process, order), name="what-if", daemon=True).start()
        return run_id

    def get(self, run_id: str) -> Run:
        """Return a run; raises `RunNotFound`."""
        with self._store.read() as connection:
            row = connection.execute(select(table).where(table.c.id == run_id)).first()
        if row is None:
            raise RunNotFound("There is no such what-if; it may have been deleted.")
        return self._run(row)

    def of(self, person_key: str) -> list[Run]:
        """Return a person's runs of late, newest first."""
        query = select(table).where(table.c.person_key == person_key).order_by(table.c.created_at.desc()).limit(_SHOWN)
        with self._store.read() as connection:
            return [self._run(row) for row in connection.execute(query)]

    def cancel(self, run_id: str) -> None:
        """End a run, wherever it runs; one that is over stays as it is."""
        self._write(run_id, only_running=True, state="cancelled")
        if process := self._processes.get(run_id):
            process.kill()

    def stop(self) -> None:
        """End all runs of this process."""
        for run_id in list(self._processes):
            self.cancel(run_id)

    def _tidy(self, now: dt.datetime) -> None:
        with self._store.write() as connection:
            connection.execute(delete(table).where(table.c.created_at < micros(now - KEEP)))

    def _add(self, run_id: str, person_key: str, draft: Draft, days: int, now: dt.datetime) -> None:
        values = {
            "id": run_id,
            "person_key": person_key,
            "draft_id": draft.id,
            "draft_title": draft.title,
            "days": days,
            "state": "running",
            "done": 0,
            "total": 0,
            "created_at": micros(now),
            "seen_at": micros(now),
        }
        with self._store.write() as connection:
            connection.execute(insert(table).values(values))

    def _follow(self, run_id: str, process: "subprocess.Popen[bytes]", order: Order) -> None:
        try:
            told = self._listen(run_id, process, order)
        except Exception as error:  # noqa: BLE001  # The page must not wait for ever, whatever happened.
            told = Told(bug=f"{type(error).__name__} at {place_of(error)}")
        finally:
            self._processes.pop(run_id, None)
            process.kill()
            process.wait()
        self._end(run_id, told)

    def _listen(self, run_id: str, process: "subprocess.Popen[bytes]", order: Order) -> Told:
        if process.stdin is None or process.stdout is None:
            return Told()
        with process.stdin as asked, process.stdout as answers:
            asked.write(msgspec.json.encode(order))
            asked.close()
            told, written = Told(), self._clock()
            for line in answers:
                told = msgspec.json.decode(line, type=Told)
                if self._clock() - written < dt.timedelta(seconds=1) or told.report or told.problem:
                    continue
                written = self._clock()
                if not self._write(run_id, only_running=True, done=told.done, total=told.total):
                    break  # Another process was asked to cancel it.
        return told

    def _end(self, run_id: str, told: Told) -> None:
        if told.report is not None:
            result, state = msgspec.json.encode(told.report).decode(), "done"
        else:
            result, state = told.problem or "", "failed"
        ended = self._write(run_id, only_running=True, state=state, result=result, done=told.done, total=told.total)
        if ended and state == "failed" and told.problem is None:
            _log.error("what_if.failed", error=told.bug or "its process ended")

    def _write(self, run_id: str, *, only_running: bool, **values: object) -> bool:
        changed = update(table).where(table.c.id == run_id)
        if only_running:
            changed = changed.where(table.c.state == "running")
        with self._store.write() as connection:
            found = connection.execute(changed.values(seen_at=micros(self._clock()), **values))
            return found.rowcount == 1

    def _run(self, row: Row[*tuple[object, ...]]) -> Run:
        state: State = row.state
        if state == "running" and moment(row.seen_at) < self._clock() - LOST_AFTER:
            state = "failed"
        return Run(
            id=row.id,
            person_key=row.person_key,
            draft_id=row.draft_id,
            draft_title=row.draft_title,
            days=row.days,
            state=state,
            done=row.done,
            total=row.total,
            created_at=moment(row.created_at),
            report=msgspec.json.decode(row.result, type=Report) if state == "done" else None,
            problem=row.result or None if state == "failed" else None,
        )


def _process() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "atesaki.sending.replay.worker"]
    return subprocess.Popen(  # noqa: S603  # Our own program.
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # What an error says of itself may hold addresses.
        stderr=subprocess.DEVNULL,
    )
