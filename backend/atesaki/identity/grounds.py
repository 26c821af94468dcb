"""What everything stands on that has to do with accounts of our own."""

from typing import NamedTuple

from atesaki.clock import Clock, utc_now
from atesaki.identity.guesses import Guesses
from atesaki.identity.passwords import Passwords
from atesaki.identity.sessions import Sessions
from atesaki.identity.trail import Trail
from atesaki.storage.engine import Store


class Grounds(NamedTuple):
    """The store, the journal, the sessions, the passwords, how often they may be guessed, and the time."""

    store: Store
    trail: Trail
    sessions: Sessions
    passwords: Passwords
    guesses: Guesses
    now: Clock = utc_now
