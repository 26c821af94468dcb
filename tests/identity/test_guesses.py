"""Guesses are slowed down and recorded, wherever they come from, and keep nobody out of their own browser."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from tests.identity.premises import HANAKO, OTHER, PASSWORD, TARO, Hall, refusal

from atesaki.identity.errors import RateLimited
from atesaki.identity.password_sign_in import SignInRefused
from atesaki.storage.guess_tables import guess_allowances


def test_guessing_one_account_is_slowed_to_one_a_minute(hall: Hall) -> None:
    """From wherever it is done; and even the right password waits, or guessing would go on through it."""
    for place in range(10):
        refusal(hall.sign_in.check, HANAKO, OTHER, f"client {place}")
    with pytest.raises(RateLimited) as limited:
        hall.sign_in.check(HANAKO, PASSWORD, "one more")
    assert 0 < limited.value.retry_after <= 61
    hall.clock.advance(minutes=1)
    assert hall.sign_in.check(HANAKO, PASSWORD, "one more").name == HANAKO


def test_a_stranger_who_guesses_keeps_nobody_out_of_their_own_browser(hall: Hall) -> None:
    """Neither from elsewhere nor from the same office; what is guessed in that browser is slowed down by itself."""
    browser = hall.sign_in.browsers.mark(HANAKO)
    for _ in range(40):
        with pytest.raises((SignInRefused, RateLimited)):
            hall.sign_in.check(HANAKO, OTHER, "office")
    assert hall.sign_in.check(f" {HANAKO.upper()}", PASSWORD, "office", browser).name == HANAKO
    for _ in range(9):
        refusal(hall.sign_in.check, HANAKO, OTHER, "office", browser)
    with pytest.raises(RateLimited):
        hall.sign_in.check(HANAKO, PASSWORD, "office", browser)


@pytest.mark.parametrize("forged", ["", ".", "x", "x.", "x.y", "x.é", None])
def test_a_browser_is_known_for_its_own_account_only(hall: Hall, forged: str | None) -> None:
    """Nobody gets more guesses by an invented mark, or by that of their own account."""
    browsers = hall.sign_in.browsers
    own = browsers.mark(TARO)
    assert browsers.known(TARO, own)
    assert browsers.known(TARO, own) != browsers.known(TARO, browsers.mark(TARO))
    assert browsers.known(HANAKO, own) == browsers.known(HANAKO, f"x{own}") == browsers.known(HANAKO, forged) == ""


def test_a_stranger_who_guesses_lets_whoever_is_signed_in_change_their_password(hall: Hall) -> None:
    """The session has shown already that it is theirs."""
    session = hall.sign_in.begin(hall.sign_in.check(HANAKO, PASSWORD, "hers"), "password").session
    for place in range(12):
        with pytest.raises((SignInRefused, RateLimited)):
            hall.sign_in.check(HANAKO, OTHER, f"client {place}")
    hall.own.change_password(session, PASSWORD, OTHER, "client")


@pytest.mark.parametrize(
    ("host", "same", "other"),
    [
        ("2001:db8:0:1::{:x}", "2001:db8:0:1:ffff::1", "2001:db8:0:2::1"),
        ("::ffff:192.0.2.7", "192.0.2.7", "::ffff:192.0.2.8"),
    ],
)
def test_another_address_of_one_s_own_network_is_no_other_client(hall: Hall, host: str, same: str, other: str) -> None:
    """A machine takes new IPv6 addresses in its /64 as it likes, and a socket for both kinds maps IPv4."""
    for number in range(30):
        refusal(hall.sign_in.check, f"person{number}@hall.example", PASSWORD, host.format(number))
    assert not hall.guesses.is_to_record(same)
    with pytest.raises(RateLimited):
        hall.sign_in.check(HANAKO, PASSWORD, same)
    assert hall.sign_in.check(HANAKO, PASSWORD, other).name == HANAKO


def test_one_client_can_not_try_one_password_on_everybody(hall: Hall) -> None:
    """And it doesn't lock anybody else out."""
    for number in range(30):
        refusal(hall.sign_in.check, f"person{number}@hall.example", PASSWORD, "one client")
    with pytest.raises(RateLimited):
        hall.sign_in.check(HANAKO, PASSWORD, "one client")
    assert hall.sign_in.check(HANAKO, PASSWORD, "another client").name == HANAKO


def test_guessing_is_recorded_once_a_minute(hall: Hall) -> None:
    """A flood of guesses is no flood of records."""
    for _ in range(10):
        refusal(hall.sign_in.check, HANAKO, OTHER, "client")
    for _ in range(25):
        with pytest.raises(RateLimited):
            hall.sign_in.check(HANAKO, OTHER, "client")
    assert len(hall.records) == 11 + 1
    assert [record.body["scope"] for record in hall.records if record.body["reason"] == "too_often"] == [
        "account",
        "client",
    ]


def test_replicas_and_restarts_give_nobody_more_guesses(hall: Hall) -> None:
    """A guesser has as many tries with ten replicas as with one, and a server that starts anew remembers them."""
    for number in range(10):
        hall.another_replica().take(HANAKO, f"client {number}")
    with pytest.raises(RateLimited):
        hall.another_replica().take(HANAKO, "one more")
    for number in range(30):
        hall.another_replica().take(f"person{number}@hall.example", "one client")
    with pytest.raises(RateLimited):
        hall.another_replica().take(TARO, "one client")


def test_guesses_of_one_moment_are_counted_one_by_one(hall: Hall) -> None:
    """Of forty that arrive together at several replicas ten are let through, no more."""

    def guess(number: int) -> bool:
        try:
            hall.another_replica().take(HANAKO, f"client {number}")
        except RateLimited:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(guess, range(40))) == 10


def test_a_clock_that_was_set_back_locks_nobody_out_for_long(hall: Hall) -> None:
    """What was counted under the wrong clock weighs at most a whole allowance."""
    hall.clock.advance(days=1)
    hall.guesses.take(HANAKO, "client")
    hall.clock.advance(days=-1)
    with pytest.raises(RateLimited) as limited:
        hall.guesses.take(HANAKO, "client")
    assert limited.value.retry_after <= 61


def test_what_is_counted_names_nobody_and_goes_once_it_weighs_nothing(hall: Hall) -> None:
    """The store holds hashes, no address of a person or a network; the next guess sweeps those that are over."""
    hall.guesses.take(HANAKO, "192.0.2.7")
    with hall.store.read() as connection:
        first = set(connection.scalars(select(guess_allowances.c.who)))
    assert len(first) == 2
    assert not any("hanako" in who or "192" in who for who in first)
    hall.clock.advance(minutes=2)
    hall.guesses.take(TARO, "198.51.100.7")
    with hall.store.read() as connection:
        assert first.isdisjoint(connection.scalars(select(guess_allowances.c.who)))
