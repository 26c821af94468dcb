"""Passwords and codes: right ones let in, and whatever changes meanwhile ends what was begun."""

import pyotp
import pytest
from argon2 import PasswordHasher
from tests.identity.premises import HANAKO, OTHER, PASSWORD, TARO, Hall, refusal
from typing_extensions import override

from atesaki.identity import registry
from atesaki.identity.errors import RateLimited
from atesaki.identity.password_sign_in import PasswordSignIn
from atesaki.identity.passwords import PasswordRefused, Passwords
from atesaki.identity.sessions import Session


def test_right_password_lets_in_however_the_address_is_typed(hall: Hall) -> None:
    """Capitals and white space around an address tell nothing."""
    assert hall.sign_in.check(" Hanako@HALL.example ", PASSWORD, "client").name == HANAKO


def test_wrong_password_unknown_and_disabled_account_are_one_answer(hall: Hall) -> None:
    """Nobody learns who has an account."""
    hall.person(TARO)
    hall.accounts.disable(TARO, HANAKO)
    attempts = [(HANAKO, OTHER), ("nobody@hall.example", PASSWORD), (TARO, PASSWORD)]
    sentences = {refusal(hall.sign_in.check, name, word, "c") for name, word in attempts}
    assert len(sentences) == 1


def test_refused_sign_in_is_recorded_without_what_was_typed(hall: Hall) -> None:
    """Passwords end up in the field for the address; that part is personal and can be deleted."""
    refusal(hall.sign_in.check, "my secret password", "x", "client")
    record = hall.records[-1]
    assert (record.kind, record.body) == ("sign_in.refused", {"reason": "password"})
    assert record.personal == {"name": "my secret password"}
    assert "secret" not in record.subject


def test_no_more_is_kept_of_what_was_typed_than_an_address_has(hall: Hall) -> None:
    """Megabytes in the field for the address don't end up in the journal."""
    refusal(hall.sign_in.check, "x" * 4_000_000, "y", "client")
    assert hall.records[-1].personal == {"name": "x" * 320}


def test_outdated_hash_is_written_anew(hall: Hall) -> None:
    """Stronger parameters reach everybody who signs in."""
    old = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD)
    with hall.store.write() as connection:
        registry.change_account(connection, HANAKO, password_hash=old)
    hall.sign_in.check(HANAKO, PASSWORD, "client")
    assert hall.accounts.get(HANAKO).password_hash != old
    assert hall.sign_in.check(HANAKO, PASSWORD, "client").name == HANAKO


def test_account_that_changes_while_somebody_signs_in_gives_no_session(hall: Hall) -> None:
    """Disabling somebody can't be outrun."""
    hall.person(TARO)
    account = hall.sign_in.check(HANAKO, PASSWORD, "client")
    hall.accounts.disable(HANAKO, TARO)
    refusal(hall.sign_in.begin, account, "password")
    assert hall.sessions.all_of(account.key) == []


def test_codes_that_are_set_up_while_somebody_signs_in_without_one_give_no_session(hall: Hall) -> None:
    """Whoever knows only the password is not let in by being quick."""
    thief = hall.sign_in.check(HANAKO, PASSWORD, "client")
    session = _session(hall)
    hall.own.enable_code(session, _code(hall, hall.own.offer_code(session) or ""), "client")
    refusal(hall.sign_in.begin, thief, "password")
    assert [each.digest for each in hall.sessions.all_of(thief.key)] == [session.digest]


def _session(hall: Hall) -> Session:
    return hall.sign_in.begin(hall.accounts.get(HANAKO), "password").session


def _mark(hall: Hall) -> str:
    return hall.accounts.get(HANAKO).password_mark


def _code(hall: Hall, secret: str) -> str:
    return pyotp.TOTP(secret).at(hall.clock.now)


def test_codes_are_asked_for_once_one_was_right(hall: Hall) -> None:
    """Whoever only looked at the picture isn't locked out."""
    session = _session(hall)
    secret = hall.own.offer_code(session)
    assert secret is not None
    assert hall.own.offered_code(session) == secret
    assert not hall.accounts.get(HANAKO).asks_for_code
    refusal(hall.own.enable_code, session, "000000", "client")
    hall.own.enable_code(session, _code(hall, secret), "client")
    assert hall.accounts.get(HANAKO).asks_for_code
    assert hall.own.offer_code(session) is None


def test_codes_are_made_of_a_secret_that_nobody_read_before(hall: Hall) -> None:
    """Whoever had a look at an unlocked screen, and confirmed nothing, doesn't know the codes that are set up later."""
    session = _session(hall)
    read = hall.own.offer_code(session) or ""
    secret = hall.own.offer_code(session) or ""
    assert secret != read
    refusal(hall.own.enable_code, session, _code(hall, read), "client")
    hall.own.enable_code(session, _code(hall, secret), "client")


def test_code_is_taken_once_and_only_around_its_time(hall: Hall) -> None:
    """Whoever looks over a shoulder is too late (RFC 6238 §5.2)."""
    session = _session(hall)
    secret = hall.own.offer_code(session) or ""
    first = _code(hall, secret)
    hall.own.enable_code(session, first, "client")
    refusal(hall.sign_in.check_code, HANAKO, _mark(hall), first, "client")
    hall.clock.advance(seconds=30)
    second = _code(hall, secret)
    assert hall.sign_in.check_code(HANAKO, _mark(hall), f"{second[:3]} {second[3:]}", "client").name == HANAKO
    refusal(hall.sign_in.check_code, HANAKO, _mark(hall), second, "client")
    refusal(hall.sign_in.check_code, HANAKO, _mark(hall), first, "client")
    hall.clock.advance(minutes=5)
    for wrong in ("", "12345", "abcdef", "１２３４５６", second):
        refusal(hall.sign_in.check_code, HANAKO, _mark(hall), wrong, "client")


def test_code_after_a_password_that_was_changed_meanwhile_opens_nothing(hall: Hall) -> None:
    """Nor is it used up: whoever knows the new password needs it."""
    session = _session(hall)
    secret = hall.own.offer_code(session) or ""
    hall.own.enable_code(session, _code(hall, secret), "client")
    mark = hall.sign_in.check(HANAKO, PASSWORD, "client").password_mark
    hall.own.change_password(session, PASSWORD, OTHER, "client")
    hall.clock.advance(seconds=30)
    refusal(hall.sign_in.check_code, HANAKO, mark, _code(hall, secret), "client")
    assert hall.sign_in.check_code(HANAKO, _mark(hall), _code(hall, secret), "client").name == HANAKO


def test_codes_are_no_better_to_guess_than_passwords(hall: Hall) -> None:
    """A million codes take two years."""
    session = _session(hall)
    hall.own.enable_code(session, _code(hall, hall.own.offer_code(session) or ""), "client")
    for _ in range(10):
        refusal(hall.sign_in.check_code, HANAKO, _mark(hall), "000000", "client")
    with pytest.raises(RateLimited):
        hall.sign_in.check_code(HANAKO, _mark(hall), "000000", "client")


def test_own_change_asks_for_the_password_and_ends_the_other_sessions(hall: Hall) -> None:
    """Whoever finds a screen unlocked changes nothing, and whoever knew the old password is out."""
    session, other = _session(hall), hall.sign_in.begin(hall.accounts.get(HANAKO), "password")
    refusal(hall.own.change_password, session, OTHER, OTHER, "client")
    with pytest.raises(PasswordRefused):
        hall.own.change_password(session, PASSWORD, "short", "client")
    hall.own.change_password(session, PASSWORD, OTHER, "client")
    assert hall.sessions.of(other.cookie) is None
    assert [each.digest for each in hall.sessions.all_of(session.person.key)] == [session.digest]
    assert hall.sign_in.check(HANAKO, OTHER, "client").name == HANAKO


def test_codes_can_be_given_up_with_the_password(hall: Hall) -> None:
    """And that is recorded as it was set up."""
    session = _session(hall)
    hall.own.enable_code(session, _code(hall, hall.own.offer_code(session) or ""), "client")
    refusal(hall.own.disable_code, session, OTHER, "client")
    hall.own.disable_code(session, PASSWORD, "client")
    assert not hall.accounts.get(HANAKO).asks_for_code
    assert [record.body for record in hall.records if record.kind == "account.changed"] == [
        {"before": {"code": False}, "after": {"code": True}},
        {"before": {"code": True}, "after": {"code": False}},
    ]


class ResetMeanwhile(Passwords):
    """Stronger hashes, which take so long that the password is reset before the first one is done."""

    def __init__(self, hall: Hall) -> None:
        super().__init__(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
        self._resets = iter([lambda: reset(hall)])

    @override
    def hash(self, password: str) -> str:
        """Hash, once somebody else has changed the password."""
        next(self._resets, lambda: None)()
        return super().hash(password)


def reset(hall: Hall) -> None:
    """Give Hanako another password."""
    secret = hall.accounts.new_password_link(HANAKO, "admin")
    hall.accounts.reset_password(hall.accounts.links.find("new_password", secret), OTHER)


def test_a_hash_that_is_renewed_never_brings_an_old_password_back(hall: Hall) -> None:
    """Neither here nor at another replica."""
    grounds = hall.grounds._replace(passwords=ResetMeanwhile(hall))
    PasswordSignIn(grounds, hall.sign_in.browsers).check(HANAKO, PASSWORD, "client")
    assert hall.sign_in.check(HANAKO, OTHER, "client").name == HANAKO
    refusal(hall.sign_in.check, HANAKO, PASSWORD, "client")


def test_a_new_password_ends_a_sign_in_with_the_old_one(hall: Hall) -> None:
    """Whoever passed the door a moment before has no session afterwards."""
    thief = hall.sign_in.check(HANAKO, PASSWORD, "client")
    reset(hall)
    refusal(hall.sign_in.begin, thief, "password")
    assert hall.sessions.all_of(thief.key) == []


def test_a_password_of_one_s_own_ends_the_other_sessions_whatever_fails_afterwards(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one in which it is changed stays."""
    account = hall.sign_in.check(HANAKO, PASSWORD, "client")
    here, stolen = (hall.sign_in.begin(account, "password") for _ in range(2))

    def broken(person_key: str, keep: str | None = None) -> int:
        raise ConnectionResetError(person_key, keep)

    monkeypatch.setattr(hall.sessions, "end_all", broken)
    with pytest.raises(ConnectionResetError):
        hall.own.change_password(here.session, PASSWORD, OTHER, "client")
    assert hall.sessions.of(stolen.cookie) is None
    assert hall.sessions.of(here.cookie) is not None
