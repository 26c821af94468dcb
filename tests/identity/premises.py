"""A hall whose people sign in with passwords, for tests: cheap hashes, a clock set by hand, a journal in a list."""

import datetime as dt
from collections.abc import Callable
from typing import ParamSpec

import pytest
from argon2 import PasswordHasher
from tests.fakes.journal import ListedJournal

from atesaki.identity.accounts import Accounts
from atesaki.identity.allowances import Allowances
from atesaki.identity.browsers import Browsers
from atesaki.identity.grounds import Grounds
from atesaki.identity.guesses import Guesses
from atesaki.identity.own_account import OwnAccount
from atesaki.identity.password_sign_in import PasswordSignIn, SignInRefused
from atesaki.identity.passwords import Passwords
from atesaki.identity.person import Role
from atesaki.identity.registry import Account
from atesaki.identity.sessions import Sessions
from atesaki.identity.trail import Trail
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.storage.engine import Store

HANAKO, TARO = "hanako@hall.example", "taro@hall.example"
PASSWORD = "three small boats at noon"
OTHER = "seven grey herons asleep"

P = ParamSpec("P")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        """Return the moment that was set."""
        return self.now

    def seconds(self) -> float:
        """Return the moment in seconds."""
        return self.now.timestamp()

    def advance(self, **delta: float) -> None:
        """Let time pass."""
        self.now += dt.timedelta(**delta)


class Hall:
    """Everything that belongs to accounts of our own, over one store."""

    def __init__(self, store: Store, *, alone: bool = True) -> None:
        self.store, self.clock = store, Clock()
        journal = ListedJournal()
        self.records = journal.entries
        trail = Trail(journal, lambda text: f"pseudonym of {len(text)} characters")
        self.trail = trail
        self.sessions = Sessions(store, now=self.clock)
        self.passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.guesses = self.another_replica()
        self.grounds = Grounds(store, trail, self.sessions, self.passwords, self.guesses, self.clock)
        self.accounts = Accounts(self.grounds, alone=alone)
        self.sign_in = PasswordSignIn(self.grounds, Browsers(Pseudonyms(b"key").of_bytes))
        self.own = OwnAccount(self.grounds)

    def another_replica(self) -> Guesses:
        """Return how another process over the same store, or this one after a restart, counts guesses."""
        allowances = Allowances(self.store, Pseudonyms(b"key").of_bytes, self.clock)
        return Guesses(self.trail, allowances, self.clock.seconds)

    def person(self, name: str = HANAKO, *roles: Role) -> Account:
        """Return the account of somebody who accepted an invitation; an admin unless other roles are given."""
        link = self.accounts.invite(name, roles or ("admin",), "test")
        return self.accounts.accept(self.accounts.links.find("invitation", link), name.partition("@")[0], PASSWORD)

    def kinds(self) -> list[str]:
        """Return the kinds of all records, oldest first."""
        return [record.kind for record in self.records]


def refusal(attempt: Callable[P, object], *args: P.args, **named: P.kwargs) -> str:
    """Return the sentence by which an attempt is refused."""
    with pytest.raises(SignInRefused) as refused:
        attempt(*args, **named)
    return refused.value.detail
