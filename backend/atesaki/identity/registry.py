"""The table of accounts: people who sign in without an identity provider, named by their e-mail address."""

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, RowMapping, insert, select, update

from atesaki.identity.keys import digest_of
from atesaki.identity.person import LOCAL, Person, Role
from atesaki.storage.engine import Store, micros, moment
from atesaki.storage.tables import accounts


class Account(Struct, frozen=True):
    """An account as it is kept; `totp_used` is the step of the last code, `None` until the first one was right."""

    name: str
    display_name: str
    password_hash: str | None
    totp_secret: str | None
    totp_used: int | None
    roles: frozenset[Role]
    created_at: dt.datetime
    disabled_at: dt.datetime | None

    @property
    def key(self) -> str:
        """The key of the person."""
        return f"{LOCAL}{self.name}"

    @property
    def person(self) -> Person:
        """Whoever signs in with this account."""
        return Person(self.key, self.display_name, self.name, self.roles)

    @property
    def asks_for_code(self) -> bool:
        """Whether signing in takes a code of an authenticator app."""
        return self.totp_secret is not None and self.totp_used is not None

    @property
    def password_mark(self) -> str:
        """What changes with the password and tells nothing of it, since what is kept of it is salted."""
        return digest_of(self.password_hash or "")

    @property
    def is_admin(self) -> bool:
        """Whether it can be used, by an admin."""
        return self.disabled_at is None and "admin" in self.roles


def account_named(store: Store, name: str) -> Account | None:
    """Return one account."""
    with store.read() as connection:
        row = connection.execute(select(accounts).where(accounts.c.name == name)).mappings().one_or_none()
    return _account(row) if row else None


def page_of_accounts(store: Store, after: str, limit: int) -> Sequence[Account]:
    """Return so many accounts by name, beginning behind `after`."""
    query = select(accounts).where(accounts.c.name > after).order_by(accounts.c.name).limit(limit)
    with store.read() as connection:
        return [_account(row) for row in connection.execute(query).mappings()]


def any_account(store: Store) -> bool:
    """Tell whether anybody can sign in with a password."""
    query = select(accounts.c.name).where(accounts.c.disabled_at.is_(None)).limit(1)
    with store.read() as connection:
        return connection.execute(query).one_or_none() is not None


def anybody_may(store: Store, roles: frozenset[Role]) -> bool:
    """Tell whether somebody who can sign in with a password has any of these roles."""
    with store.read() as connection:
        rows = connection.execute(select(accounts).where(accounts.c.disabled_at.is_(None))).mappings().all()
    return any(_account(row).person.may(roles) for row in rows)


def has_admin(connection: Connection, besides: str = "") -> bool:
    """Tell whether an admin is left besides one account; nobody else changes accounts until the transaction ends."""
    # Roles are a short JSON list; on PostgreSQL the rows are locked, on SQLite whoever writes is alone.
    query = select(accounts).where(accounts.c.disabled_at.is_(None), accounts.c.roles.contains('"admin"'))
    rows = connection.execute(query.with_for_update()).mappings().all()
    return any(row["name"] != besides for row in rows)


def add_account(connection: Connection, name: str, display_name: str, password: str, roles: Iterable[Role]) -> None:
    """Add an account whose password was hashed."""
    values = {"name": name, "display_name": display_name, "password_hash": password, "roles": packed(roles)}
    connection.execute(insert(accounts).values(**values, created_at=micros(dt.datetime.now(dt.UTC))))


def change_account(connection: Connection, name: str, **values: object) -> None:
    """Change columns of one account."""
    connection.execute(update(accounts).where(accounts.c.name == name).values(values))


def use_step(store: Store, name: str, step: int) -> bool:
    """Note that a code was used; tell whether it is newer than the last one."""
    newer = accounts.c.totp_used.is_(None) | (accounts.c.totp_used < step)
    with store.write() as connection:
        used = update(accounts).where(accounts.c.name == name, newer).values(totp_used=step)
        return connection.execute(used).rowcount == 1


def renew_hash(store: Store, name: str, old: str, new: str) -> bool:
    """Replace the hash of a password that was looked at; tell whether it was still the one."""
    with store.write() as connection:
        same = update(accounts).where(accounts.c.name == name, accounts.c.password_hash == old)
        return connection.execute(same.values(password_hash=new)).rowcount == 1


def packed(roles: Iterable[Role]) -> str:
    """Write roles as they are kept."""
    return msgspec.json.encode(sorted(roles)).decode()


def _account(row: RowMapping) -> Account:
    disabled = row["disabled_at"]
    return Account(
        name=row["name"],
        display_name=row["display_name"],
        password_hash=row["password_hash"],
        totp_secret=row["totp_secret"],
        totp_used=row["totp_used"],
        roles=msgspec.json.decode(row["roles"], type=frozenset[Role]),
        created_at=moment(row["created_at"]),
        disabled_at=None if disabled is None else moment(disabled),
    )
