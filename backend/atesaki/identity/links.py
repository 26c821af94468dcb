"""One-time links: to create the first admin, to accept an invitation, to set a new password, to type a code."""

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from atesaki.clock import Clock
from atesaki.identity.keys import digest_of
from atesaki.identity.person import Role
from atesaki.judgement.errors import AtesakiError
from atesaki.storage.engine import Store, micros, moment
from atesaki.storage.tables import one_time_links

LASTS: Final = dt.timedelta(hours=72)
_SECRET_BYTES: Final = 32

Purpose = Literal["first_admin", "invitation", "new_password", "code"]


class LinkInvalid(AtesakiError):
    """A link that was used, has expired, or never was one."""

    status: ClassVar[int] = 410
    type: ClassVar[str] = "link-invalid"


class Link(Struct, frozen=True):
    """A link that can be used; `account` is the e-mail address it was made for, empty for the first admin."""

    purpose: Purpose
    account: str
    roles: frozenset[Role]
    created_at: dt.datetime
    expires_at: dt.datetime
    digest: str


class Links:
    """Makes, finds and uses one-time links, known only by their digest; every method blocks."""

    def __init__(self, store: Store, now: Clock) -> None:
        self._store = store
        self._now = now

    def create(
        self, purpose: Purpose, account: str = "", roles: Iterable[Role] = (), *, lasts: dt.timedelta = LASTS
    ) -> str:
        """Return the secret of a new link; an earlier one of this kind for this account no longer works."""
        secret, now = secrets.token_urlsafe(_SECRET_BYTES), self._now()
        values = {
            "digest": digest_of(secret),
            "purpose": purpose,
            "account": account,
            "roles": msgspec.json.encode(sorted(roles)).decode(),
            "created_at": micros(now),
            "expires_at": micros(now + lasts),
        }
        with self._store.write() as connection:
            self._sweep(connection)
            if account:
                connection.execute(delete(one_time_links).where(*_of(purpose, account)))
            connection.execute(insert(one_time_links).values(values))
        return secret

    def find(self, purpose: Purpose, secret: str) -> Link:
        """Return a link without using it; raises `LinkInvalid`."""
        query = select(one_time_links).where(
            one_time_links.c.digest == digest_of(secret), one_time_links.c.purpose == purpose, *self._usable()
        )
        with self._store.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise _invalid()
        return _link(row)

    def use(self, connection: Connection, link: Link) -> None:
        """Use a link within a transaction; raises `LinkInvalid` where somebody was faster.

        Others like it, which earlier starts have left in logs, are then useless too.
        """
        used = update(one_time_links).where(one_time_links.c.digest == link.digest, *self._usable())
        if connection.execute(used.values(used_at=micros(self._now()))).rowcount != 1:
            raise _invalid()
        like_it = one_time_links.c.digest != link.digest, *_of(link.purpose, link.account)
        connection.execute(delete(one_time_links).where(*like_it))

    def spend(self, secret: str, until: dt.datetime) -> bool:
        """Note that a secret was used for signing in; tell whether that was the first time."""
        now = micros(self._now())
        spent = {"digest": digest_of(secret), "purpose": "spent", "roles": "[]"}
        moments = {"created_at": now, "expires_at": micros(until), "used_at": now}
        try:
            with self._store.write() as connection:
                self._sweep(connection)
                connection.execute(insert(one_time_links).values(**spent, **moments))
        except IntegrityError:
            return False
        return True

    def open_ones(self, purpose: Purpose) -> Sequence[Link]:
        """Return the links of a kind that can still be used, newest first."""
        query = select(one_time_links).where(one_time_links.c.purpose == purpose, *self._usable())
        with self._store.read() as connection:
            rows = connection.execute(query.order_by(one_time_links.c.created_at.desc())).mappings().all()
        return [_link(row) for row in rows]

    def revoke(self, purpose: Purpose, account: str) -> None:
        """Make the links of this kind for an account useless."""
        with self._store.write() as connection:
            connection.execute(delete(one_time_links).where(*_of(purpose, account)))

    def _usable(self) -> tuple[ColumnElement[bool], ...]:
        return one_time_links.c.used_at.is_(None), one_time_links.c.expires_at > micros(self._now())

    def _sweep(self, connection: Connection) -> None:
        connection.execute(delete(one_time_links).where(one_time_links.c.expires_at <= micros(self._now())))


def _of(purpose: Purpose, account: str) -> tuple[ColumnElement[bool], ...]:
    return one_time_links.c.purpose == purpose, one_time_links.c.account == account


def _link(row: RowMapping) -> Link:
    return Link(
        purpose=row["purpose"],
        account=row["account"] or "",
        roles=msgspec.json.decode(row["roles"], type=frozenset[Role]),
        created_at=moment(row["created_at"]),
        expires_at=moment(row["expires_at"]),
        digest=row["digest"],
    )


def _invalid() -> LinkInvalid:
    return LinkInvalid("This link was used already or has expired; ask for a new one.")
