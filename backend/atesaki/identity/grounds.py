"""What everything stands on that has to do with accounts of our own."""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from atesaki.identity.guesses import Guesses
from atesaki.identity.passwords import Passwords
from atesaki.identity.sessions import Sessions
from atesaki.identity.trail import Trail
from atesaki.storage.engine import Store


def utc_now() -> dt.datetime:
    """Return the moment."""
    return dt.datetime.now(dt.UTC)


class Grounds(NamedTuple):
    """The store, the journal, the sessions, the passwords, how often they may be guessed, and the time."""

    store: Store
    trail: Trail
    sessions: Sessions
    passwords: Passwords
    guesses: Guesses
    now: Callable[[], dt.datetime] = utc_now
