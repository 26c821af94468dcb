"""How often passwords and codes may be guessed: for one account, and from one client, at all replicas together."""

import threading
import time
from collections.abc import Callable
from typing import Final

from atesaki.identity.allowances import Allowance, Allowances
from atesaki.identity.errors import RateLimited
from atesaki.identity.network import network_of
from atesaki.identity.rates import TokenBuckets
from atesaki.identity.trail import Trail

PER_ACCOUNT: Final = Allowance(10, 60)
"""Ten at once, then one a minute: nobody's password is found that way (NIST SP 800-63B-4 §3.2.2)."""

PER_CLIENT: Final = Allowance(30, 10)
"""An office behind one address still signs in; whoever tries one password on many accounts does not."""

RECORDED: Final = (1, 1 / 60)
"""Whoever goes on guessing is recorded once a minute, by each process, and can't flood the journal."""


class Guesses:
    """Counts guesses before they are looked at; threads may share it, and every method blocks."""

    def __init__(self, trail: Trail, allowances: Allowances, clock: Callable[[], float] = time.monotonic) -> None:
        self._trail = trail
        self._allowances = allowances
        self._lock = threading.Lock()
        burst, rate = RECORDED
        self._recorded = TokenBuckets(rate, burst=burst, clock=clock)

    def take(self, account: str, client: str, apart: str = "") -> None:
        """Count one guess from a network address, `client`; raises `RateLimited`.

        `apart` names a browser or a session that belongs to the account: it has as many guesses of its own.
        """
        # The client first: one that guesses wildly must not keep other people from their accounts.
        if not apart:
            self._take("client", network_of(client), account, PER_CLIENT)
        self._take("account", f"{account} {apart}", account, PER_ACCOUNT)

    def is_to_record(self, client: str) -> bool:
        """Tell whether a refusal that costs its client nothing is still to be recorded."""
        return not self._allowances.wait(f"client {network_of(client)}", PER_CLIENT)

    def _take(self, scope: str, who: str, account: str, allowance: Allowance) -> None:
        seconds = self._allowances.wait(f"{scope} {who}", allowance)
        if not seconds:
            return
        with self._lock:
            to_record = not self._recorded.wait(f"{scope} {who}")
        if to_record:
            self._trail.refused(account, reason="too_often", scope=scope)
        retry_after = int(seconds) + 1
        raise RateLimited(
            f"Too many attempts to sign in; try again in {retry_after} seconds.",
            scope=f"sign_in_{scope}",
            retry_after=retry_after,
        )
