"""The rest of a body that is refused for its length: read and forgotten, so that its sender hears the answer."""

import asyncio
from contextlib import suppress

from starlette.types import Receive

_MOST_BYTES = 64 * 2**20
_SECONDS = 30
"""As long as nginx lingers (`lingering_time`); whoever sends on after that is cut off."""


async def read_out(receive: Receive) -> None:
    """Take what is left of a body; to close before it has come may reset the connection (RFC 9112 §9.6)."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_SECONDS):
            left, more = _MOST_BYTES, True
            while more and left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                more = message.get("more_body", False)
