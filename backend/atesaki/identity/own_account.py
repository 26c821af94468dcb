"""What people change themselves: their password and the codes of their authenticator app."""

from atesaki.identity import registry, totp
from atesaki.identity.grounds import Grounds
from atesaki.identity.links import Links
from atesaki.identity.password_sign_in import SignInRefused
from atesaki.identity.passwords import checked_password
from atesaki.identity.person import LOCAL
from atesaki.identity.registry import Account
from atesaki.identity.sessions import Session, end_within


class OwnAccount:
    """Changes the account of whoever is signed in; every method blocks, and each change ends the other sessions."""

    def __init__(self, grounds: Grounds) -> None:
        self._store, self._trail, self._sessions, self._passwords, self._guesses, self._now = grounds
        self._links = Links(self._store, self._now)

    def of(self, person_key: str) -> Account | None:
        """Return the account of a person, `None` where an identity provider keeps it."""
        if not person_key.startswith(LOCAL):
            return None
        return registry.account_named(self._store, person_key.removeprefix(LOCAL))

    def change_password(self, session: Session, old: str, new: str, client: str) -> None:
        """Set a new password; raises `SignInRefused` where the old one is wrong, or `PasswordRefused`."""
        account = self._confirmed(session, old, client)
        hashed = self._passwords.hash(checked_password(new, account.name))
        # A link that somebody else may hold would undo it.
        self._links.revoke("new_password", account.name)
        self._change(session, account, {"password": "old"}, {"password": "new"}, password_hash=hashed)

    def offer_code(self, session: Session) -> str | None:
        """Return the secret that codes are to be made of, `None` where codes are asked for already."""
        account = self.of(session.person.key)
        if account is None or account.asks_for_code:
            return None
        # Never the one of an earlier offer: whoever sat here then may have read it.
        secret = totp.new_secret()
        with self._store.write() as connection:
            registry.change_account(connection, account.name, totp_secret=secret)
        return secret

    def offered_code(self, session: Session) -> str | None:
        """Return the secret that was offered and has made no right code yet."""
        account = self.of(session.person.key)
        return None if account is None or account.asks_for_code else account.totp_secret

    def enable_code(self, session: Session, code: str, client: str) -> None:
        """Ask for codes from now on, once one was right; raises `SignInRefused` or `RateLimited`."""
        account, secret = self.of(session.person.key), self.offered_code(session)
        if account is None or secret is None:
            return
        self._guesses.take(account.name, client, session.digest)
        step = totp.step_of(secret, code, self._now())
        if step is None:
            raise SignInRefused("The code is wrong; wait for the next one.", field="code")
        self._change(session, account, {"code": False}, {"code": True}, totp_used=step)

    def disable_code(self, session: Session, password: str, client: str) -> None:
        """Ask for codes no longer; raises `SignInRefused` where the password is wrong."""
        account = self._confirmed(session, password, client)
        self._change(session, account, {"code": True}, {"code": False}, totp_secret=None, totp_used=None)

    def _confirmed(self, session: Session, password: str, client: str) -> Account:
        """Return the account if whoever sits there knows its password: a screen may have been left unlocked."""
        account = self.of(session.person.key)
        if account is not None:
            self._guesses.take(account.name, client, session.digest)
        if account is None or not self._passwords.matches(account.password_hash, password):
            self._trail.refused(session.person.email, reason="confirmation")
            raise SignInRefused("The password is wrong.", field="old")
        return account

    def _change(
        self, session: Session, account: Account, before: dict[str, object], after: dict[str, object], **values: object
    ) -> None:
        self._trail.changed("account.changed", account.key, account.name, before, after)
        with self._store.write() as connection:
            registry.change_account(connection, account.name, **values)
            end_within(connection, account.key, keep=session.digest)
        self._sessions.end_all(account.key, keep=session.digest)
