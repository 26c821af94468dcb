"""Sessions end when they are to end, and nobody gets one who did not sign in."""

import datetime as dt

import msgspec
import pytest
from sqlalchemy import select
from tests.identity.premises import Clock

from atesaki.identity.person import Person
from atesaki.identity.sessions import Lifetime, Sessions
from atesaki.storage.engine import Store, moment
from atesaki.storage.tables import sessions as table

HANAKO = Person("local:hanako@hall.example", "職員 花子", "hanako@hall.example", frozenset({"admin"}))
TARO = Person("https://issuer.example taro", "Taro", "", frozenset({"auditor", "checker"}))


@pytest.fixture
def clock() -> Clock:
    """A clock of its own for each test."""
    return Clock()


@pytest.fixture
def sessions(store: Store, clock: Clock) -> Sessions:
    """Sessions of twelve hours, thirty minutes idle."""
    return Sessions(store, Lifetime(), clock)


def test_session_is_found_by_its_cookie_alone(sessions: Sessions) -> None:
    """Person, roles and token against forgery come back as they were."""
    begun = sessions.begin(HANAKO)
    assert sessions.of(begun.cookie) == begun.session
    assert begun.session.person == HANAKO
    assert [sessions.of(other) for other in (None, "", "x", begun.session.digest, begun.cookie + "x")] == [None] * 5


def test_each_sign_in_has_secrets_of_its_own(sessions: Sessions) -> None:
    """A session id that existed before the sign-in is never used on (no fixation)."""
    one, other = sessions.begin(HANAKO), sessions.begin(HANAKO)
    assert len({one.cookie, other.cookie, one.session.csrf, other.session.csrf}) == 4
    assert len(one.cookie) >= 43


def test_store_never_holds_a_cookie(sessions: Sessions, store: Store) -> None:
    """Whoever reads the database can't sign in with what is there."""
    begun = sessions.begin(HANAKO)
    with store.read() as connection:
        rows = connection.execute(select(table)).all()
    assert not any(begun.cookie in str(value) for row in rows for value in row)


def test_session_ends_after_twelve_hours_however_busy(sessions: Sessions, clock: Clock) -> None:
    """Absolute expiry."""
    cookie = sessions.begin(HANAKO).cookie
    for _ in range(48):
        assert sessions.of(cookie)
        clock.advance(minutes=15)
    assert sessions.of(cookie) is None


def test_session_ends_after_thirty_idle_minutes(sessions: Sessions, clock: Clock) -> None:
    """Idle expiry; a page in between keeps the session."""
    cookie = sessions.begin(HANAKO).cookie
    clock.advance(minutes=29)
    assert sessions.of(cookie)
    clock.advance(minutes=29)
    assert sessions.of(cookie)
    clock.advance(minutes=30)
    assert sessions.of(cookie) is None


def test_use_is_written_at_most_once_a_minute(sessions: Sessions, clock: Clock, store: Store) -> None:
    """A page that is looked at costs no write."""

    def seen() -> dt.datetime:
        with store.read() as connection:
            return moment(connection.scalars(select(table.c.seen_at)).one())

    start, cookie = clock.now, sessions.begin(HANAKO).cookie
    clock.advance(seconds=59)
    sessions.of(cookie)
    assert seen() == start
    clock.advance(seconds=1)
    sessions.of(cookie)
    assert seen() == clock.now


def test_signing_out_ends_one_session_and_everywhere_all(sessions: Sessions) -> None:
    """Others stay signed in."""
    here, there, taro = sessions.begin(HANAKO), sessions.begin(HANAKO), sessions.begin(TARO)
    sessions.end(here.session)
    assert (sessions.of(here.cookie), sessions.of(there.cookie)) == (None, there.session)
    assert sessions.end_all(HANAKO.key) == 1
    assert (sessions.of(there.cookie), sessions.of(taro.cookie)) == (None, taro.session)


def test_all_others_can_be_ended_while_one_stays(sessions: Sessions, clock: Clock) -> None:
    """Who changes a password stays where they are; whoever else knew the old one is out."""
    here, _ = sessions.begin(HANAKO), sessions.begin(HANAKO)
    clock.advance(minutes=2)
    sessions.of(here.cookie)
    assert next(each.digest for each in sessions.all_of(HANAKO.key)) == here.session.digest
    assert sessions.end_all(HANAKO.key, keep=here.session.digest) == 1
    assert [each.digest for each in sessions.all_of(HANAKO.key)] == [here.session.digest]


def test_sessions_that_ended_are_swept_by_the_next_sign_in(sessions: Sessions, clock: Clock, store: Store) -> None:
    """The table holds no more than a day of sessions."""
    sessions.begin(HANAKO)
    clock.advance(hours=12)
    sessions.begin(TARO)
    with store.read() as connection:
        assert connection.scalars(select(table.c.person_key)).all() == [TARO.key]


def test_other_settings_of_the_provider_end_the_sessions_of_its_people(store: Store, clock: Clock) -> None:
    """Else a role that was taken out of them lasted until the session ended; accounts of our own have nothing to do."""
    before, after = (Sessions(store, now=clock, mark=mark) for mark in ("before", "after"))
    taro, hanako = before.begin(TARO), before.begin(HANAKO)
    assert [after.of(begun.cookie) for begun in (taro, hanako)] == [None, hanako.session]
    assert (after.people(), after.all_of(TARO.key)) == ([], [])
    assert before.of(taro.cookie) == taro.session


def test_a_session_of_a_former_version_has_no_mark(store: Store, clock: Clock) -> None:
    """It lasts where nothing is set, and asks for one sign-in where a provider is."""
    begun = Sessions(store, now=clock).begin(TARO)
    with store.write() as connection:
        connection.execute(table.update().values(person=msgspec.json.encode(TARO).decode()))
    assert Sessions(store, now=clock).of(begun.cookie) == begun.session
    assert Sessions(store, now=clock, mark="after").of(begun.cookie) is None
