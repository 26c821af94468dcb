"""Which passwords are taken, and how they are kept."""

import time

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from hypothesis import given
from hypothesis import strategies as st

from atesaki.identity.errors import RateLimited
from atesaki.identity.passwords import PasswordRefused, Passwords, checked_password

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ADDRESS = "hanako.suzuki@hall.example"

REFUSED = {
    "elevenchars": "too_short",
    "x" * 257: "too_long",
    "hanako.suzuki@hall.example": "own_name",
    "Hanako.Suzuki2026!": "own_name",
    "SuzukiHanako123": "own_name",
    "hall.example2026": "own_name",
    "Password1234": "commonplace",
    "1Q2W3E4R5T6Y": "commonplace",
    "correct horse battery staple": "commonplace",
    "aaaaaaaaaaaaaa": "commonplace",
    "abc1abc1abc1abc1": "commonplace",
    "あああああああああああああ": "commonplace",
}


@pytest.mark.parametrize(("password", "fault"), REFUSED.items())
def test_password_that_anybody_would_try_is_refused(password: str, fault: str) -> None:
    """Short, made of the address, or on the list of what is tried first."""
    with pytest.raises(PasswordRefused) as refused:
        checked_password(password, ADDRESS)
    assert refused.value.fault == fault
    assert password not in refused.value.detail


@pytest.mark.parametrize(
    "password", ["three small boats", "宛先を間違えない三つの工夫", "kX9$kX9$pQ2w", "hanako likes green tea"]
)
def test_any_other_password_is_taken_whatever_it_is_made_of(password: str) -> None:
    """No digits, capitals or signs are asked for (NIST SP 800-63B-4 §3.1.1.2)."""
    assert checked_password(password, ADDRESS) == password


def test_equal_characters_are_equal_however_they_are_typed() -> None:
    """A Mac types 「が」 as two characters, Windows as one."""
    passwords = Passwords(CHEAP)
    kept = passwords.hash("がぎぐげごがぎぐげごか")
    assert passwords.matches(kept, "がぎぐげごがぎぐげごか")


@given(st.text(max_size=300))
def test_no_text_breaks_the_check(text: str) -> None:
    """Whatever is typed is right or wrong."""
    assert not Passwords(CHEAP).matches(None, text)
    assert not Passwords(CHEAP).matches("no hash at all", text)


def test_password_is_kept_as_argon2id_with_its_own_salt() -> None:
    """Equal passwords can't be told from what is kept (RFC 9106)."""
    passwords = Passwords()
    one, other = passwords.hash("three small boats"), passwords.hash("three small boats")
    assert one.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert one != other


def test_account_that_is_not_there_takes_as_long_as_one_that_is() -> None:
    """Nobody learns from the time whether somebody has an account."""
    passwords = Passwords()
    kept = passwords.hash("three small boats")
    known, unknown = (_seconds(passwords, each) for each in (kept, None))
    assert 0.4 < known / unknown < 2.5


@pytest.mark.parametrize("hasher", [CHEAP, PasswordHasher()], ids=["cheap", "usual"])
def test_what_is_kept_of_nobody_is_checked_like_any_other_and_fits_no_password(hasher: PasswordHasher) -> None:
    """A text that is no hash would be refused at once, and tell that there is no account."""
    kept = Passwords(hasher)._nobodys
    assert extract_parameters(kept) == extract_parameters(hasher.hash("three small boats"))
    with pytest.raises(VerifyMismatchError):
        hasher.verify(kept, "three small boats")


def _seconds(passwords: Passwords, kept: str | None) -> float:
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        passwords.matches(kept, "seven grey herons")
        best = min(best, time.perf_counter() - start)
    return best


def test_outdated_hash_is_noticed() -> None:
    """It is written anew when its password is next typed."""
    assert Passwords().is_outdated(CHEAP.hash("x"))
    assert not Passwords(CHEAP).is_outdated(CHEAP.hash("x"))


def test_flood_of_guesses_is_turned_away_instead_of_queueing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two passwords are hashed at a time; whoever waits too long is told when to come back."""
    monkeypatch.setattr("atesaki.identity.passwords._PATIENCE", 0.01)
    passwords = Passwords(CHEAP)
    with passwords._turn(), passwords._turn(), pytest.raises(RateLimited):
        passwords.matches(None, "three small boats")
    assert not passwords.matches(None, "three small boats")
