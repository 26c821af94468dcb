"""Signing in with a password and, where it is set up, a code of an authenticator app."""

from typing import ClassVar

import msgspec

from atesaki.identity import registry, totp
from atesaki.identity.browsers import Browsers
from atesaki.identity.grounds import Grounds
from atesaki.identity.registry import Account
from atesaki.identity.sessions import Begun
from atesaki.judgement.errors import AtesakiError


class SignInRefused(AtesakiError):
    """A wrong address, password or code; which of them is told to nobody."""

    status: ClassVar[int] = 401
    type: ClassVar[str] = "sign-in-refused"


class PasswordSignIn:
    """Checks what is typed and begins sessions; every method blocks.

    `browser` is the mark that `browsers` gave at an earlier sign-in, if the browser has any.
    """

    def __init__(self, grounds: Grounds, browsers: Browsers) -> None:
        self.browsers = browsers
        self._store, self._trail, self._sessions, self._passwords, self._guesses, self._now = grounds

    def check(self, typed: str, password: str, client: str, browser: str | None = None) -> Account:
        """Return the account that both belong to; raises `RateLimited` or `SignInRefused`."""
        name = typed.strip().casefold()[:320]
        self._guesses.take(name, client, self.browsers.known(name, browser))
        account = registry.account_named(self._store, name)
        kept = account.password_hash if account and account.disabled_at is None else None
        # An account that isn't there takes as long as one that is.
        if not self._passwords.matches(kept, password) or account is None or kept is None:
            self._trail.refused(typed, reason="password")
            raise SignInRefused("The address or the password is wrong.", field="password")
        return self._renewed(account, kept, password) if self._passwords.is_outdated(kept) else account

    def check_code(self, name: str, mark: str, code: str, client: str, browser: str | None = None) -> Account:
        """Return the account if the code is right and was not used before; `mark` is that of the password before it.

        Raises `RateLimited` or `SignInRefused`, of the field `password` where that is no longer the same.
        """
        self._guesses.take(name, client, self.browsers.known(name, browser))
        account = registry.account_named(self._store, name)
        if account is not None and mark != account.password_mark:
            self._trail.refused(name, reason="password")
            raise SignInRefused("The account was changed just now; sign in again.", field="password")
        secret = account.totp_secret if account else None
        step = totp.step_of(secret, code, self._now()) if secret else None
        if account is None or step is None or not registry.use_step(self._store, name, step):
            self._trail.refused(name, reason="code")
            raise SignInRefused("The code is wrong or was used already; wait for the next one.", field="code")
        return account

    def begin(self, account: Account, how: str) -> Begun:
        """Begin the session of somebody whose password, and code, were right; raises `SignInRefused`."""
        self._trail.signed_in(account.key, account.name, how=how, roles=sorted(account.roles))
        begun = self._sessions.begin(account.person)
        # Only now is it certain that a change that ends all sessions either is seen here or ends this one.
        now = registry.account_named(self._store, account.name)
        if now is None or now.disabled_at is not None or _asked(now) != _asked(account):
            self._sessions.end(begun.session)
            raise SignInRefused("The account was changed just now; sign in again.", field="password")
        return begun

    def _renewed(self, account: Account, kept: str, password: str) -> Account:
        """Hash a password that was right anew, unless it was changed meanwhile."""
        hashed = self._passwords.hash(password)
        done = registry.renew_hash(self._store, account.name, kept, hashed)
        return msgspec.structs.replace(account, password_hash=hashed) if done else account


def _asked(account: Account) -> tuple[object, ...]:
    """Return what is asked of whoever signs in, and what they may do then: a change of it ends all sessions."""
    return account.password_hash, account.asks_for_code, account.roles
