"""Browsers in which an account was signed in before: what is guessed there counts apart from everybody else's guesses.

So a stranger who keeps guessing keeps nobody out of their own browser (OWASP, Slow Down Online Guessing Attacks with
Device Cookies).
"""

import secrets
from typing import Final

from atesaki.identity.nonce import APART, Seal

COOKIE: Final = "__Host-atesaki_browser"
LASTS: Final = 365 * 24 * 60 * 60
"""Seconds after the last sign-in for which a browser is known."""

_MOST: Final = 512


class Browsers:
    """Makes and reads the marks; they are kept nowhere, so every replica knows those of the others."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    def mark(self, account: str) -> str:
        """Return a mark for the browser in which somebody has just signed in."""
        name = secrets.token_urlsafe(16)
        return f"{name}.{self._of(account, name)}"

    def known(self, account: str, mark: str | None) -> str:
        """Return the name of the browser, empty where it has no mark for this account; it tells nothing of a person."""
        name, _, sealed = (mark or "")[:_MOST].partition(".")
        return name if name and secrets.compare_digest(sealed.encode(), self._of(account, name).encode()) else ""

    def _of(self, account: str, name: str) -> str:
        return self._seal(APART + f"browser {name} of {account}".encode())
