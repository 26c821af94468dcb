"""Remembers answers of other services for a while, so that nobody is asked the same twice a day."""

import datetime as dt
from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

from atesaki.clock import Clock

KEPT = dt.timedelta(days=1)
MOST_KEPT = 100_000

Answer = TypeVar("Answer")


class KeptAnswers(Generic[Answer]):
    """Answers by question, in this process; the oldest are forgotten first. Usable from many threads."""

    def __init__(self, now: Clock, kept: dt.timedelta = KEPT, most: int = MOST_KEPT) -> None:
        self._now = now
        self._kept = kept
        self._most = most
        self._answers: OrderedDict[str, tuple[dt.datetime, Answer]] = OrderedDict()
        self._gate = Lock()

    def get(self, question: str) -> Answer | None:
        """The answer, `None` where there is none that is young enough."""
        with self._gate:
            at, answer = self._answers.get(question, (None, None))
        return answer if at is not None and self._now() - at < self._kept else None

    def keep(self, question: str, answer: Answer) -> None:
        """Remember an answer."""
        with self._gate:
            self._answers.pop(question, None)
            self._answers[question] = (self._now(), answer)
            if len(self._answers) > self._most:
                self._answers.popitem(last=False)
