"""Nonces for signing in (OpenID Connect Core 1.0 §3.1.2.1): only we can make one, so a token answers our question."""

import secrets
import time
from collections.abc import Callable
from typing import Final

ANSWERED_WITHIN: Final = 15 * 60
"""Seconds in which a person signs in, from the nonce to the token."""

LEEWAY: Final = 60
"""Seconds by which two clocks may differ."""

Seal = Callable[[bytes], str]
"""Marks content so that only whoever holds our key can do it: a message authentication code in hexadecimal."""

APART: Final = b"\xff"
"""Begins whatever is sealed and no text in UTF-8: texts get pseudonyms under the same key, which auditors read."""


class Nonces:
    """Makes and recognizes nonces; they are kept nowhere, so every replica knows those of the others."""

    def __init__(self, seal: Seal, now: Callable[[], float] = time.time) -> None:
        self._seal = seal
        self._now = now

    def issue(self) -> str:
        """Return a new nonce."""
        text = f"{int(self._now()):x}.{secrets.token_hex(16)}"
        return f"{text}.{self._mark(text)}"

    def answered_by(self, nonce: object, issued_at: object) -> bool:
        """Tell whether `nonce` is ours, for a token that was issued at this time (seconds since 1970) soon after it."""
        if not isinstance(nonce, str) or not isinstance(issued_at, int | float):
            return False
        text, _, mark = nonce.rpartition(".")
        if not secrets.compare_digest(mark.encode(), self._mark(text).encode()):
            return False
        asked_at = int(text.partition(".")[0], 16)
        return asked_at - LEEWAY <= issued_at <= asked_at + ANSWERED_WITHIN

    def _mark(self, text: str) -> str:
        return self._seal(APART + f"nonce for signing in: {text}".encode())
