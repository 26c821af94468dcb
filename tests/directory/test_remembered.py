"""Whoever presses Send waits briefly for a directory, and only for what it has not said yet."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from structlog.testing import capture_logs

from atesaki.directory import remembered
from atesaki.directory.errors import DirectoryBusy, DirectoryError, DirectoryRefused, DirectoryUnavailable
from atesaki.directory.remembered import FRESH_SECONDS, MOST_ASKED, PATIENCE, PAUSE_SECONDS, Remembered

OLDEST = 3_600.0


class Source:
    """Answers with how often it was asked, unless it is to fail or to hang."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asked: list[str] = []
        self.broken: Exception | None = None
        self.free = threading.Event()
        self.free.set()
        self.threads = ThreadPoolExecutor(MOST_ASKED + 1)
        self.wait(PATIENCE)

    def wait(self, patience: float) -> None:
        """Begin anew, with whoever waits so many seconds."""
        self.answers = Remembered[str, str](self._answer, self.threads, OLDEST, lambda: self.now, patience=patience)

    def _answer(self, key: str) -> str:
        self.asked.append(key)
        assert self.free.wait(10)
        if self.broken:
            raise self.broken
        return f"{key} {len(self.asked)}"


@pytest.fixture
def source() -> Iterator[Source]:
    """A source whose threads end with the test."""
    made = Source()
    yield made
    made.free.set()
    made.threads.shutdown()


async def settled(source: Source, times: int) -> None:
    """Wait until the source was asked so often and all its answers arrived."""
    while len(source.asked) < times or source.answers._asked:  # noqa: ASYNC110  # There is no other end to wait for.
        await asyncio.sleep(0.001)


def run(scene: Callable[[], Awaitable[None]]) -> None:
    """Play a scene in an event loop of its own."""

    async def play() -> None:
        await scene()

    asyncio.run(play())


def test_a_fresh_answer_is_not_asked_for_again(source: Source) -> None:
    """All who press Send within minutes share one answer."""

    async def scene() -> None:
        assert [await source.answers.get("a") for _ in range(3)] == ["a 1"] * 3
        source.now = FRESH_SECONDS - 1
        assert await source.answers.get("a") == "a 1"
        assert source.asked == ["a"]

    run(scene)


def test_an_older_answer_serves_while_a_new_one_is_fetched(source: Source) -> None:
    """Nobody waits for news of what is known."""

    async def scene() -> None:
        await source.answers.get("a")
        source.now = FRESH_SECONDS
        source.free.clear()
        assert [await source.answers.get("a") for _ in range(2)] == ["a 1"] * 2
        source.free.set()
        await settled(source, 2)
        assert await source.answers.get("a") == "a 2"
        assert len(source.asked) == 2

    run(scene)


def test_many_at_once_ask_once(source: Source) -> None:
    """A mailing to one list by a whole office is one question."""

    async def scene() -> None:
        assert await asyncio.gather(*(source.answers.get("a") for _ in range(9))) == ["a 1"] * 9

    run(scene)


def test_whoever_waits_too_long_is_told_and_the_next_one_served(source: Source) -> None:
    """Send is held up for a moment, not for as long as a directory likes; its late answer is not lost."""
    source.wait(0.01)

    async def scene() -> None:
        source.free.clear()
        with pytest.raises(DirectoryUnavailable, match="in time"):
            await source.answers.get("a")
        source.free.set()
        await settled(source, 1)
        assert await source.answers.get("a") == "a 1"

    run(scene)


def test_an_answer_that_is_too_old_is_none(source: Source) -> None:
    """Who was on a list yesterday says little of today; while the directory is away, it is unknown."""

    async def scene() -> None:
        await source.answers.get("a")
        source.broken = DirectoryRefused("Not any more.")
        source.now = OLDEST - 1
        assert await source.answers.get("a") == "a 1"
        await settled(source, 2)
        source.now = OLDEST + PAUSE_SECONDS
        with pytest.raises(DirectoryRefused):
            await source.answers.get("a")

    run(scene)


@pytest.mark.parametrize(
    ("error", "pause"),
    [
        (DirectoryUnavailable("Away."), PAUSE_SECONDS),
        (ValueError("a broken adapter"), PAUSE_SECONDS),
        (DirectoryBusy("Wait.", 90), 90),
        (DirectoryBusy("Wait.", 1), PAUSE_SECONDS),
    ],
)
def test_a_directory_that_failed_is_left_alone_for_a_while(source: Source, error: Exception, pause: float) -> None:
    """It gets time to recover, as much as it asks for, and nobody waits for it meanwhile."""

    async def scene() -> None:
        source.broken = error
        with pytest.raises(type(error)):
            await source.answers.get("a")
        source.broken, source.now = None, pause - 1
        with pytest.raises(DirectoryError):
            await source.answers.get("a")
        source.now = pause
        assert await source.answers.get("a") == "a 2"

    run(scene)


def test_a_failure_that_nobody_waits_for_is_logged_without_a_name(source: Source) -> None:
    """While an older answer serves, the log alone tells that no newer one comes, and not whom it was about."""

    async def scene() -> None:
        await source.answers.get("a@hall.example")
        source.broken, source.now = DirectoryRefused("The secret has expired."), FRESH_SECONDS
        assert await source.answers.get("a@hall.example") == "a@hall.example 1"
        await settled(source, 2)

    with capture_logs() as lines:
        run(scene)
    assert lines == [{"event": "directory.not_answered", "error": "DirectoryRefused", "log_level": "warning"}]


def test_a_directory_that_hangs_gets_no_more_questions(source: Source) -> None:
    """Its threads don't pile up; what is known is still known."""
    source.wait(0.01)

    async def scene() -> None:
        await source.answers.get("known")
        source.free.clear()
        waiting = (source.answers.get(f"{number}") for number in range(MOST_ASKED + 5))
        told = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(error) for error in told} == {DirectoryUnavailable}
        assert await source.answers.get("known") == "known 1"
        source.free.set()
        await settled(source, MOST_ASKED + 1)
        assert len(source.asked) == MOST_ASKED + 1

    run(scene)


def test_memory_has_an_end(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever was asked about longest ago is forgotten first."""
    monkeypatch.setattr(remembered, "MOST_KEPT", 2)

    async def scene() -> None:
        for key in ("a", "b", "c", "b"):
            await source.answers.get(key)
        assert await source.answers.get("a") == "a 4"

    run(scene)


def test_whoever_only_looks_asks_for_what_is_not_there_and_no_more(source: Source) -> None:
    """A monitor that looks every second keeps no directory busy."""

    async def scene() -> None:
        assert source.answers.lacks("a")
        await settled(source, 1)
        source.now = OLDEST - 1
        assert not source.answers.lacks("a")
        assert source.asked == ["a"]
        source.now = OLDEST
        assert source.answers.lacks("a")
        await settled(source, 2)
        assert source.asked == ["a", "a"]

    run(scene)
