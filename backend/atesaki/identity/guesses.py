"""How often passwords and codes may be guessed: for one account, and from one client, in bounded memory."""

import threading
import time
from collections.abc import Callable
from typing import Final

from atesaki.identity.errors import RateLimited
from atesaki.identity.rates import TokenBuckets
from atesaki.identity.trail import Trail

PER_ACCOUNT: Final = (10, 1 / 60)
"""Ten at once, then one a minute: nobody's password is found that way (NIST SP 800-63B-4 §3.2.2)."""

PER_CLIENT: Final = (30, 1 / 10)
"""An office behind one address still signs in; whoever tries one password on many accounts does not."""

RECORDED: Final = (1, 1 / 60)
"""Whoever goes on guessing is recorded once a minute and can't flood the journal."""


class Guesses:
    """Counts guesses before they are looked at; threads may share it."""

    def __init__(self, trail: Trail, clock: Callable[[], float] = time.monotonic) -> None:
        self._trail = trail
        self._lock = threading.Lock()
        self._accounts, self._clients, self._recorded = (
            TokenBuckets(rate, burst=burst, clock=clock) for burst, rate in (PER_ACCOUNT, PER_CLIENT, RECORDED)
        )

    def take(self, account: str, client: str, apart: str = "") -> None:
        """Count one guess; raises `RateLimited`.

        `apart` names a browser or a session that belongs to the account: it has as many guesses of its own.
        """
        with self._lock:
            # The client first: one that guesses wildly must not keep other people from their accounts.
            scope, who, seconds = "client", client, 0.0 if apart else self._clients.wait(client)
            if not seconds:
                scope, who = "account", f"{account} {apart}"
                seconds = self._accounts.wait(who)
            to_record = bool(seconds) and not self._recorded.wait(f"{scope} {who}")
        if to_record:
            self._trail.refused(account, reason="too_often", scope=scope)
        if seconds:
            retry_after = int(seconds) + 1
            raise RateLimited(
                f"Too many attempts to sign in; try again in {retry_after} seconds.",
                scope=f"sign_in_{scope}",
                retry_after=retry_after,
            )

    def is_to_record(self, client: str) -> bool:
        """Tell whether a refusal that costs its client nothing is still to be recorded."""
        with self._lock:
            return not self._clients.wait(client)
