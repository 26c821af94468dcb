"""What the page needs from the rest: the check that every client's message takes, and the deployment keys."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from atesaki.judgement import explain
from atesaki.judgement.decision import Decision, Finding
from atesaki.judgement.explain import Locale
from atesaki.judgement.message import Message
from atesaki.sending.answer import DecisionAnswer
from atesaki.sending.request import Caller, Client, DecisionRequest

NO_KEY = "try-it"
"""Stands as the caller's key where a visitor has none."""

_CLIENT = Client(app="api", platform="try-it")


class Judged(Protocol):
    """A recorded decision and its answer."""

    @property
    def answer(self) -> DecisionAnswer:
        """What a client is answered."""

    @property
    def decision(self) -> Decision:
        """The decision with all findings, simulated ones too."""


class Judge(Protocol):
    """The path of `POST /v1/decisions`: limits, facts, judgement, durable record.

    With `about_people` false no roster and no history is asked. Errors are `AtesakiError`s.
    """

    async def __call__(self, request: DecisionRequest, caller: Caller, *, about_people: bool) -> Judged:
        """Judge the message and record the decision."""
        ...


class Keys(Protocol):
    """The deployment keys that are valid now."""

    def match(self, secret: str) -> str | None:
        """Return the digest of a valid key, `None` for any other; takes constant time."""
        ...


class Told(Struct, frozen=True):
    """An answer as a visitor reads it.

    `fix` says how to go on, `None` where there is no remedy; `findings` are all, simulated ones too.
    """

    answer: DecisionAnswer
    fix: str | None
    findings: tuple[Finding, ...]


class Asker:
    """Asks for one visitor: in their language, and about rosters and people only with a valid key."""

    def __init__(self, judge: Judge, locale: Locale, key: str | None) -> None:
        self._judge = judge
        self._locale = locale
        self._key = key

    async def ask(self, message: Message) -> Told:
        """Judge the message; raises `AtesakiError`."""
        request = DecisionRequest(message, _CLIENT, self._locale)
        caller = Caller(key=self._key or NO_KEY)
        judged = await self._judge(request, caller, about_people=self._key is not None)
        return Told(judged.answer, explain.fix(judged.decision, self._locale), judged.decision.findings)
