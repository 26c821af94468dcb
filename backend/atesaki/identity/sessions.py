"""Sessions of the console: who is signed in, until when, known only by the digest of a cookie."""

import datetime as dt
import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import OperationalError

from atesaki.clock import Clock, utc_now
from atesaki.identity.keys import digest_of
from atesaki.identity.person import LOCAL, Person
from atesaki.storage.engine import Store, micros, moment
from atesaki.storage.tables import sessions

COOKIE: Final = "__Host-atesaki_session"
"""A browser takes it only from us, over TLS, for all paths and for no other host (RFC 6265bis §4.1.3.2)."""

SEEN_EVERY: Final = dt.timedelta(minutes=1)
"""How exactly is known when a session was last used; finer would be a write for each page."""

MOST_LISTED: Final = 500
"""So many sessions are looked at to say who is signed in."""

_SECRET_BYTES: Final = 32


class Session(Struct, frozen=True):
    """Somebody's session; forms send `csrf` back, and `digest` names the session without opening it."""

    person: Person
    csrf: str
    digest: str


class Begun(NamedTuple):
    """A new session, and the cookie that opens it: given to the browser, kept nowhere."""

    session: Session
    cookie: str


class Listed(NamedTuple):
    """One of a person's sessions, as they are shown."""

    digest: str
    created_at: dt.datetime
    seen_at: dt.datetime


class Lifetime(NamedTuple):
    """How long a session lasts at most, and how long without being used (OWASP ASVS 5.0 §7.3)."""

    absolute: dt.timedelta = dt.timedelta(hours=12)
    idle: dt.timedelta = dt.timedelta(minutes=30)


DEFAULT_LIFETIME: Final = Lifetime()


class _Kept(Person, frozen=True):
    """A person as a session keeps them; `mark` stands for the settings by which a provider vouched for them."""

    mark: str = ""


class Sessions:
    """Begins, finds and ends sessions; every method blocks.

    `mark` stands for all settings that say what a provider's word is worth: where they are others than at the sign-in,
    its people sign in anew. Else whoever lost a role by them would keep it.
    """

    def __init__(
        self,
        store: Store,
        lifetime: Lifetime = DEFAULT_LIFETIME,
        now: Clock = utc_now,
        *,
        mark: str = "",
    ) -> None:
        self._store = store
        self._lifetime = lifetime
        self._now = now
        self._mark = mark

    def begin(self, person: Person) -> Begun:
        """Begin a session, always under a new secret: whoever planted a cookie before the sign-in has nothing."""
        now, cookie = self._now(), secrets.token_urlsafe(_SECRET_BYTES)
        session = Session(person, secrets.token_urlsafe(_SECRET_BYTES), digest_of(cookie))
        with self._store.write() as connection:
            # Nobody else tidies up: whoever signs in sweeps what ended.
            connection.execute(delete(sessions).where(sessions.c.expires_at <= micros(now)))
            connection.execute(
                insert(sessions).values(
                    digest=session.digest,
                    person_key=person.key,
                    person=self._packed(person),
                    csrf=session.csrf,
                    created_at=micros(now),
                    seen_at=micros(now),
                    expires_at=micros(now + self._lifetime.absolute),
                )
            )
        return Begun(session, cookie)

    def of(self, cookie: str | None) -> Session | None:
        """Return the session that a cookie opens, `None` where it is none or has ended."""
        if not cookie:
            return None
        with self._store.read() as connection:
            row = connection.execute(select(sessions).where(sessions.c.digest == digest_of(cookie))).one_or_none()
        if row is None or not self._lasts(row):
            return None
        if self._now() - moment(row.seen_at) >= SEEN_EVERY:
            self._see(row.digest)
        return Session(_person(row.person), row.csrf, row.digest)

    def all_of(self, person_key: str) -> Sequence[Listed]:
        """Return a person's sessions, the one that was used last first."""
        query = select(sessions).where(sessions.c.person_key == person_key).order_by(sessions.c.seen_at.desc())
        with self._store.read() as connection:
            rows = connection.execute(query).all()
        return [Listed(row.digest, moment(row.created_at), moment(row.seen_at)) for row in rows if self._lasts(row)]

    def people(self, most: int = MOST_LISTED) -> Sequence[Person]:
        """Return whoever is signed in through a provider, by name; people with an account of ours are known by it."""
        query = select(sessions).where(sessions.c.person_key.not_like(f"{LOCAL}%")).order_by(sessions.c.seen_at.desc())
        with self._store.read() as connection:
            rows = connection.execute(query.limit(most)).all()
        found = {row.person_key: _person(row.person) for row in rows if self._lasts(row)}
        return sorted(found.values(), key=lambda person: person.name)

    def end(self, session: Session) -> None:
        """End one session."""
        with self._store.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == session.digest))

    def end_all(self, person_key: str, keep: str | None = None) -> int:
        """End all sessions of a person, but the one whose digest is to be kept; return how many there were."""
        with self._store.write() as connection:
            return end_within(connection, person_key, keep)

    def _packed(self, person: Person) -> str:
        return msgspec.json.encode(_Kept(**msgspec.structs.asdict(person), mark=self._mark)).decode()

    def _lasts(self, row: Row[tuple[object, ...]]) -> bool:
        now = self._now()
        if not row.person_key.startswith(LOCAL) and msgspec.json.decode(row.person, type=_Kept).mark != self._mark:
            return False
        return now < min(moment(row.expires_at), moment(row.seen_at) + self._lifetime.idle)

    def _see(self, digest: str) -> None:
        # A page can be read while the store can't be written; the session then only ends earlier.
        with suppress(OperationalError), self._store.write() as connection:
            connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen_at=micros(self._now())))


def end_within(connection: Connection, person_key: str, keep: str | None = None) -> int:
    """End all sessions of a person, but one, together with the change of their account; return how many there were.

    Whoever signs in at that moment is not seen here: `end_all` afterwards ends their sessions, too.
    """
    theirs = delete(sessions).where(sessions.c.person_key == person_key)
    return connection.execute(theirs.where(sessions.c.digest != keep) if keep else theirs).rowcount


def _person(packed: str) -> Person:
    return msgspec.json.decode(packed, type=Person)
