"""A directory that hangs keeps a few people waiting, and nobody from the other pages."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.console.rosters.pages import page_of
from tests.fakes.directory import FakeDirectory
from tests.server import Server, Visitor

from atesaki.directory.port import Membership


@pytest.fixture
def hanging(directory: FakeDirectory, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The directory answers once the event is set."""
    directory.put("g1", "Volunteers", "ann@a.example")
    answers, members = threading.Event(), directory.members

    def late(group_id: str) -> Membership:
        answers.wait(15)
        return members(group_id)

    monkeypatch.setattr(directory, "members", late)
    yield answers
    answers.set()


def test_a_directory_that_hangs_does_not_take_every_thread(
    server: Server, hanging: threading.Event, owner: Visitor, roster: str
) -> None:
    """Somebody presses reload again and again; the sign-in answers all the same, and they are told to wait."""
    path = page_of(roster, "/sync") + "?provider=microsoft&group=g1&lang=ja"
    with ThreadPoolExecutor(45) as pool:
        waiting = [pool.submit(owner.get, path) for _ in range(45)]
        time.sleep(3)
        started = time.monotonic()
        assert server.anonymous.get("/console/sign-in").status_code == 200
        assert time.monotonic() - started < 8
        hanging.set()
        answers = [each.result() for each in waiting]
    assert {answer.status_code for answer in answers} == {200, 503}
    assert "すでに何人かが返事を待っています" in next(each.text for each in answers if each.status_code == 503)
