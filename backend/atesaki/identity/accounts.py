"""Accounts without an identity provider: invited by admins, changed, disabled; each change is recorded first."""

from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from sqlalchemy.exc import IntegrityError

from atesaki.identity import registry
from atesaki.identity.grounds import Grounds
from atesaki.identity.links import Link, Links
from atesaki.identity.passwords import checked_password
from atesaki.identity.person import LOCAL, ROLES, Role
from atesaki.identity.registry import Account
from atesaki.identity.sessions import end_within
from atesaki.judgement.address import parse_address
from atesaki.judgement.errors import AtesakiError
from atesaki.storage.engine import micros

PAGE: Final = 100
MAX_NAME: Final = 100


class AccountInvalid(AtesakiError):
    """An account that can't be like that; `field` says what is wrong."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "account-invalid"


class AccountExists(AtesakiError):
    """Somebody has an account under this address already."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "account-exists"


class AccountNotFound(AtesakiError):
    """Nobody has an account under this address."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "account-not-found"


class LastAdmin(AtesakiError):
    """A change after which nobody could change anything."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "last-admin"


class Accounts:
    """The people who sign in with a password; every method blocks.

    `alone` says that nobody can sign in otherwise, so one admin has to stay.
    """

    def __init__(self, grounds: Grounds, *, alone: bool = True) -> None:
        self._store, self._trail, self._sessions, self._passwords, _, self._now = grounds
        self._alone = alone
        self.links = Links(self._store, self._now)

    def get(self, name: str) -> Account:
        """Return one account; raises `AccountNotFound`."""
        account = registry.account_named(self._store, name)
        if account is None:
            raise AccountNotFound("Nobody has an account under this address.")
        return account

    def page(self, after: str = "", limit: int = PAGE) -> Sequence[Account]:
        """Return accounts by name, beginning behind `after`."""
        return registry.page_of_accounts(self._store, after, limit)

    def any(self) -> bool:
        """Tell whether anybody can sign in with a password."""
        return registry.any_account(self._store)

    def has_admin(self) -> bool:
        """Tell whether an admin can sign in with a password."""
        with self._store.write() as connection:
            return registry.has_admin(connection)

    def invite(self, address: str, roles: Iterable[Role], by: str) -> str:
        """Return the secret of an invitation; raises `AccountInvalid` or `AccountExists`."""
        name, granted = checked_address(address), checked_roles(roles)
        if registry.account_named(self._store, name):
            raise AccountExists("This person has an account already.", field="address")
        self._trail.changed("account.invited", _key(name), by, None, {"roles": granted})
        return self.links.create("invitation", name, granted)

    def withdraw(self, address: str, by: str) -> None:
        """Make the invitation of an address useless."""
        self._trail.changed("invitation.withdrawn", _key(address), by, None, None)
        self.links.revoke("invitation", address)

    def accept(self, link: Link, display_name: str, password: str, address: str = "") -> Account:
        """Create the account that a link is for; raises what `checked_…` raise, `AccountExists` or `LinkInvalid`."""
        name, shown = checked_address(link.account or address), checked_name(display_name)
        hashed = self._passwords.hash(checked_password(password, name))
        if registry.account_named(self._store, name):
            raise AccountExists("This person has an account already.", field="address")
        after = {"roles": sorted(link.roles), "through": link.purpose}
        self._trail.changed("account.created", _key(name), name, None, after)
        try:
            with self._store.write() as connection:
                self.links.use(connection, link)
                registry.add_account(connection, name, shown, hashed, link.roles)
        except IntegrityError:
            raise AccountExists("This person has an account already.", field="address") from None
        return self.get(name)

    def change_roles(self, name: str, roles: Iterable[Role], by: str) -> None:
        """Give somebody other roles and end their sessions; raises `LastAdmin`."""
        account, granted = self.get(name), checked_roles(roles)
        if account.roles == frozenset(granted):
            return
        self._change(
            account,
            by,
            {"roles": sorted(account.roles)},
            {"roles": granted},
            {"roles": registry.packed(granted)},
            keeps_admin="admin" in granted,
        )
        self._sessions.end_all(account.key)

    def disable(self, name: str, by: str) -> None:
        """Let somebody no longer sign in and end their sessions; raises `LastAdmin`."""
        account = self.get(name)
        if account.disabled_at is None:
            values: dict[str, object] = {"disabled_at": micros(self._now())}
            self._change(account, by, {"disabled": False}, {"disabled": True}, values, keeps_admin=False)
        # Else it would set a password that is good once the account is enabled again.
        self.links.revoke("new_password", account.name)
        self._sessions.end_all(account.key)

    def enable(self, name: str, by: str) -> None:
        """Let somebody sign in again."""
        account = self.get(name)
        if account.disabled_at is not None:
            self._change(account, by, {"disabled": True}, {"disabled": False}, {"disabled_at": None})

    def new_password_link(self, name: str, by: str) -> str:
        """Return the secret of a link with which somebody sets a new password."""
        account = self.get(name)
        self._trail.changed("account.link_created", account.key, by, None, {"purpose": "new_password"})
        return self.links.create("new_password", account.name)

    def reset_password(self, link: Link, password: str) -> Account:
        """Set the new password that a link is for, and end all sessions; codes are no longer asked for."""
        account = self.get(link.account)
        hashed = self._passwords.hash(checked_password(password, account.name))
        before, after = {"code": account.asks_for_code}, {"code": False, "password": "new", "through": link.purpose}
        self._trail.changed("account.changed", account.key, account.name, before, after)
        with self._store.write() as connection:
            self.links.use(connection, link)
            values = {"password_hash": hashed, "totp_secret": None, "totp_used": None}
            registry.change_account(connection, account.name, **values)
            end_within(connection, account.key)
        self._sessions.end_all(account.key)
        return self.get(account.name)

    def _change(  # noqa: PLR0913  # What is recorded, and what is stored.
        self,
        account: Account,
        by: str,
        before: dict[str, object],
        after: dict[str, object],
        values: dict[str, object],
        *,
        keeps_admin: bool = True,
    ) -> None:
        needed = self._alone and account.is_admin and not keeps_admin
        if needed:
            with self._store.write() as connection:
                _keep_admin(registry.has_admin(connection, account.name))
        self._trail.changed("account.changed", account.key, by, before, after)
        with self._store.write() as connection:
            # Once more, now that nobody else can change an account.
            _keep_admin(not needed or registry.has_admin(connection, account.name))
            registry.change_account(connection, account.name, **values)
            # With the change, so that no failure leaves a session of the former roles.
            end_within(connection, account.key)


def checked_address(text: str) -> str:
    """Return an address as accounts are named; raises `AccountInvalid`."""
    address = parse_address(text.strip())
    if not address.readable or "@" not in address.spec:
        raise AccountInvalid("This is not an e-mail address.", field="address")
    return address.spec.casefold()


def checked_name(text: str) -> str:
    """Return a person's name on one line; raises `AccountInvalid`."""
    name = " ".join(text.split())
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise AccountInvalid(f"A name has 1 to {MAX_NAME} characters.", field="display_name")
    return name


def checked_roles(roles: Iterable[str]) -> list[Role]:
    """Return the roles that there are, in order; raises `AccountInvalid` where none is left."""
    granted = [role for role in ROLES if role in set(roles)]
    if not granted:
        raise AccountInvalid("Choose at least one role.", field="roles")
    return sorted(granted)


def _keep_admin(kept: bool) -> None:  # noqa: FBT001  # It is the only thing that is asked.
    if not kept:
        raise LastAdmin("This is the last admin; make somebody else an admin first.")


def _key(name: str) -> str:
    return f"{LOCAL}{name}"
