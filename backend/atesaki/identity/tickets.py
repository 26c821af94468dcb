"""Sealed notes that a browser carries between two steps of signing in; whoever changes one has nothing."""

import base64
import json
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Final

from atesaki.identity.nonce import APART, Seal

COOKIE: Final = "__Host-atesaki_sign_in"
LASTS: Final = 15 * 60
"""Seconds in which a sign-in is finished."""

_MOST: Final = 4_096


class Tickets:
    """Makes and reads tickets; they are kept nowhere, so every replica knows those of the others."""

    def __init__(self, seal: Seal, now: Callable[[], float] = time.time) -> None:
        self._seal = seal
        self._now = now

    def issue(self, purpose: str, content: Mapping[str, str]) -> str:
        """Return a ticket for one purpose."""
        text = json.dumps({**content, "until": int(self._now()) + LASTS})
        packed = base64.urlsafe_b64encode(text.encode()).decode()
        return f"{packed}.{self._mark(purpose, packed)}"

    def read(self, purpose: str, ticket: str | None) -> Mapping[str, str] | None:
        """Return what a ticket says, `None` where it is none of ours, for something else, or too old."""
        packed, _, mark = (ticket or "")[:_MOST].rpartition(".")
        if not packed or not secrets.compare_digest(mark.encode(), self._mark(purpose, packed).encode()):
            return None
        content = json.loads(base64.urlsafe_b64decode(packed))
        return content if content.pop("until") > self._now() else None

    def _mark(self, purpose: str, packed: str) -> str:
        return self._seal(APART + f"ticket for {purpose}: {packed}".encode())
