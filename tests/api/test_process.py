"""The whole server as a process of its own: killed under load, and with a disk that has no room."""

import contextlib
import resource
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
from tests.api.mails import VOLUNTEERS, decide, mail
from tests.process import Process, served
from tests.waiting import wait_until

from atesaki.journal.verify import verify_store
from atesaki.storage.engine import open_store

CLIENTS = 8
ORGANIZATION = {"internal_domains": ["hall.example"]}
ROSTER = {"name": "Volunteers", "owner": "office", "purpose": "test", "handling": "protected"}


def test_kill_under_load_loses_no_answered_decision(tmp_path: Path) -> None:
    """What a client was told stands in the journal, whatever the server was doing when the power went."""
    answered: list[str] = []
    with served(tmp_path) as process:
        clients = [threading.Thread(target=_ask_until_gone, args=(process, answered)) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        wait_until(lambda: len(answered) >= 200)
        process.kill()
        for client in clients:
            client.join()
    store = open_store(tmp_path)
    verify_store(store)
    store.close()
    with sqlite3.connect(tmp_path / "atesaki.db") as connection:
        recorded = {subject for (subject,) in connection.execute("SELECT subject FROM records")}
    connection.close()
    assert len(answered) >= 200
    assert set(answered) <= recorded


def test_disk_without_room_is_a_503_until_there_is_room_again(tmp_path: Path) -> None:
    """Every way to write says when to come back, and the same process goes on once there is room."""
    with served(tmp_path) as process:
        decide(process, mail(to=VOLUNTEERS))
        with _no_room(process):
            for answer in _writes(process):
                assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (503, True), answer.text
            assert process.anonymous.get("/readyz").status_code == 503
            assert process.anonymous.get("/healthz").status_code == 200
        for answer in _writes(process):
            assert answer.is_success, answer.text
        assert process.anonymous.get("/readyz").status_code == 200


def test_store_that_another_program_locks_is_a_503(tmp_path: Path) -> None:
    """A backup that holds the lock too long costs answers, never a decision that nobody recorded."""
    with served(tmp_path) as process:
        stranger = sqlite3.connect(tmp_path / "atesaki.db", isolation_level=None)
        stranger.execute("BEGIN IMMEDIATE")
        for answer in _writes(process):
            assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (503, True), answer.text
        stranger.execute("ROLLBACK")
        stranger.close()
        for answer in _writes(process):
            assert answer.is_success, answer.text


def _writes(process: Process) -> Iterator[httpx2.Response]:
    yield process.client.post("/v1/decisions", json={"message": mail(to=VOLUNTEERS)})
    yield process.admin.put("/v1/organization", json=ORGANIZATION)
    yield process.admin.post("/v1/rosters", json=ROSTER)


def _ask_until_gone(process: Process, answered: list[str]) -> None:
    with (
        httpx2.Client(base_url=process.base_url, headers=process.client.headers, timeout=10) as client,
        contextlib.suppress(httpx2.TransportError),
    ):
        while True:
            answer = client.post("/v1/decisions", json={"message": mail(to=VOLUNTEERS)})
            assert answer.status_code == 200
            answered.append(answer.json()["decision_id"])


_A_PAGE = 4_096
"""Bytes; less than the shortest entry of SQLite's log."""


@contextlib.contextmanager
def _no_room(process: Process) -> Iterator[None]:
    """Let the server's process write nothing, not even from the start of a log that upkeep has just emptied."""
    soft, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (_A_PAGE, hard))
    try:
        yield
    finally:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (soft, hard))
