"""Allowances that are kept in the store: all replicas count together, and a restart forgets nothing."""

from typing import Final, NamedTuple

from sqlalchemy import Connection, delete, insert, or_, select

from atesaki.clock import Clock
from atesaki.identity.nonce import APART, Seal
from atesaki.storage.engine import Store, micros
from atesaki.storage.guess_tables import guess_allowances

_LOCK: Final = 0x67756573736573
_SECOND: Final = 1_000_000


class Allowance(NamedTuple):
    """So many at once, then one every so many seconds."""

    at_once: int
    seconds: int


class Allowances:
    """Takes from allowances; a row holds the moment at which one is whole again, under a hash that names nobody.

    That is the generic cell rate algorithm (ITU-T I.371): one number does what a bucket does.
    """

    def __init__(self, store: Store, seal: Seal, now: Clock) -> None:
        self._store = store
        self._seal = seal
        self._now = now

    def wait(self, name: str, allowance: Allowance) -> float:
        """Take one; return 0, or the seconds until there is one. Blocks."""
        who = self._seal(APART + f"allowance of {name}".encode())
        # Whoever has none left, and goes on, makes nobody wait who writes: the journal least of all.
        with self._store.read() as connection:
            seconds, _ = self._looked_up(connection, who, allowance)
        if seconds:
            return seconds
        with self._store.write_alone(_LOCK) as connection:
            seconds, whole_at = self._looked_up(connection, who, allowance)
            if not seconds:
                # Nobody else tidies up: whoever takes one sweeps what is whole again.
                ended = or_(guess_allowances.c.who == who, guess_allowances.c.whole_at <= micros(self._now()))
                connection.execute(delete(guess_allowances).where(ended))
                connection.execute(insert(guess_allowances).values(who=who, whole_at=whole_at))
        return seconds

    def _looked_up(self, connection: Connection, who: str, allowance: Allowance) -> tuple[float, int]:
        """Return the seconds to wait, and when it would be whole again after one more."""
        query = select(guess_allowances.c.whole_at).where(guess_allowances.c.who == who)
        now, step = micros(self._now()), allowance.seconds * _SECOND
        longest = now + allowance.at_once * step
        # A clock that was set back must not lock anybody out for longer than the allowance does.
        whole_at = min(max(now, connection.scalar(query) or now), longest) + step
        return max(0, whole_at - longest) / _SECOND, whole_at
