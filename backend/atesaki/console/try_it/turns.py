"""How much of what visitors post is read and parsed: asked before the body is read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import ceil
from typing import ClassVar, Final

from starlette.requests import Request

from atesaki.identity.errors import RateLimited
from atesaki.identity.network import network_of
from atesaki.identity.rates import TokenBuckets
from atesaki.judgement.errors import AtesakiError

MAX_MAIL_BYTES: Final = 25 * 1024 * 1024
"""Largest mail that can be dropped; most mail systems carry no larger one."""

MAX_TEXT_BYTES: Final = 4 * 1024 * 1024
"""What the largest text of a mail takes in UTF-8, and its recipients."""

MAX_POST_BYTES: Final = MAX_MAIL_BYTES + MAX_TEXT_BYTES
SMALL_BYTES: Final = 64 * 1024
"""What a form of typed recipients takes; reading it costs less than refusing it costs its visitor."""

MOST_CALLS: Final = 6
"""What the largest post counts for; a smaller one counts once for each `SMALL_BYTES`."""

PER_STRANGER: Final = (30, 1 / 2)
"""Thirty posts at once, then one in two seconds: five mails, then one in twelve."""

RECEIVED_AT_ONCE: Final = 4
"""So many mails on their way at a time: each may take 29 MB of the disk, and is then held in memory."""

PARSED_AT_ONCE: Final = 2
_PATIENCE: Final = 5.0
"""Seconds for which a post that was received waits to be parsed."""


class Busy(AtesakiError):
    """As much is being read already as may be at once."""

    status: ClassVar[int] = 503
    type: ClassVar[str] = "busy"
    retry_after: ClassVar[int] = 5


class TooLarge(AtesakiError):
    """A post that is larger than any mail."""

    status: ClassVar[int] = 413
    type: ClassVar[str] = "content-too-large"


class Turns:
    """The turns of one kind of visitors, so that no other kind keeps them waiting; without `rates` they ask freely."""

    def __init__(self, rates: TokenBuckets | None = None) -> None:
        self._rates = rates
        self._receiving = asyncio.Semaphore(RECEIVED_AT_ONCE)
        self._parsing = asyncio.Semaphore(PARSED_AT_ONCE)

    @asynccontextmanager
    async def to_send(self, caller: str, length: int) -> AsyncIterator[None]:
        """Let a post of so many bytes be received; raises `TooLarge`, `RateLimited` or `Busy` before it is."""
        if length > MAX_POST_BYTES:
            raise TooLarge("The body is longer than is allowed here.")
        self._count(caller, length)
        if length <= MOST_CALLS * SMALL_BYTES:
            yield
            return
        if self._receiving.locked():
            raise Busy("Other mails are being read right now.")
        async with self._receiving:
            yield

    @asynccontextmanager
    async def to_parse(self) -> AsyncIterator[None]:
        """Wait for a turn to parse what was received; raises `Busy`."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._parsing.acquire()
        except TimeoutError:
            raise Busy("Other mails are being read right now.") from None
        try:
            yield
        finally:
            self._parsing.release()

    def _count(self, caller: str, length: int) -> None:
        calls = min(MOST_CALLS, 1 + length // SMALL_BYTES)
        wait = self._rates.wait(caller, calls) if self._rates else 0.0
        if wait:
            raise RateLimited("Too many checks from one address.", scope="visitor", retry_after=ceil(wait))


def strangers() -> Turns:
    """Return the turns of visitors without a key, who are counted by their address."""
    burst, rate = PER_STRANGER
    return Turns(TokenBuckets(rate, burst=burst))


def caller_of(request: Request) -> str:
    """Return the network address that a post is counted for."""
    return network_of(request.client.host) if request.client else ""
