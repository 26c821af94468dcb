"""The loop that feeds one receiver, whichever replica leads."""

import threading

from typing_extensions import override

from atesaki.journal.feed.delivery import NotDelivered
from atesaki.journal.feed.worker import Patience, Worker
from atesaki.storage.engine import Store


class Failing:
    """A duty whose receiver always fails, and whose first time of leading ends in an error of the database."""

    name = key = "webhook"

    def __init__(self) -> None:
        self.told = threading.Event()
        self._led = self._turns = 0

    def begin(self) -> None:
        """Begin a time of leading."""
        self._led += 1

    def turn(self) -> bool:
        """Fail."""
        self._turns += 1
        if self._led == 1 and self._turns > 2:
            raise ConnectionResetError
        raise NotDelivered("The receiver answers 500.")

    def rest(self) -> None:
        """Do nothing."""

    def fail(self, problem: str) -> None:
        """Hear what is wrong."""
        assert problem
        if self._led > 1:
            self.told.set()


def _work_until_told(store: Store, duty: Failing) -> None:
    worker = Worker(store, duty, Patience(0.01, 0.01, 0.01, 0.01))
    worker.start()
    try:
        assert duty.told.wait(20)
    finally:
        worker.ask_to_stop()
        worker.join(5)


def test_a_problem_is_told_in_each_time_of_leading(store: Store) -> None:
    """Another replica may have called the receiver well meanwhile."""
    duty = Failing()
    _work_until_told(store, duty)


class Changing(Failing):
    """A duty whose receiver fails in one way, then in another."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []

    @override
    def turn(self) -> bool:
        """Fail."""
        self._turns += 1
        raise NotDelivered("The receiver answers 500." if self._turns < 3 else "The receiver answers 401.")

    @override
    def fail(self, problem: str) -> None:
        """Hear what is wrong."""
        self.problems.append(problem)
        if len(self.problems) > 1:
            self.told.set()


def test_another_problem_takes_the_place_of_the_former(store: Store) -> None:
    """Whoever mends the first one must learn of the second."""
    duty = Changing()
    _work_until_told(store, duty)
    assert duty.problems == ["The receiver answers 500.", "The receiver answers 401."]
