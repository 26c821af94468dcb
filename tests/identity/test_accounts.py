"""People are invited, changed and disabled; somebody can always administer; everything is recorded."""

import re

import pytest
from tests.identity.premises import HANAKO, OTHER, PASSWORD, TARO, Hall

from atesaki.identity.accounts import AccountExists, AccountInvalid, AccountNotFound, LastAdmin, checked_address
from atesaki.identity.links import LinkInvalid
from atesaki.identity.passwords import PasswordRefused
from atesaki.storage.engine import Store


@pytest.fixture
def hall(store: Store) -> Hall:
    """An empty hall, on both databases."""
    return Hall(store)


def test_first_admin_comes_through_a_link_that_works_once(hall: Hall) -> None:
    """Whoever reads the log of the server later can't make themselves an admin."""
    secret = hall.accounts.links.create("first_admin", roles=["admin"])
    link = hall.accounts.links.find("first_admin", secret)
    account = hall.accounts.accept(link, " 職員　花子 ", PASSWORD, "Hanako@Hall.Example")
    assert (account.name, account.display_name, account.roles) == (HANAKO, "職員 花子", frozenset({"admin"}))
    with pytest.raises(LinkInvalid):
        hall.accounts.links.find("first_admin", secret)
    with pytest.raises(LinkInvalid):
        hall.accounts.accept(link, "x", PASSWORD, TARO)
    assert hall.accounts.has_admin()


def test_first_admin_leaves_no_other_link_for_one(hall: Hall) -> None:
    """Each start without an admin has printed one, and logs are read by more people than admins."""
    first, second = (hall.accounts.links.create("first_admin", roles=["admin"]) for _ in range(2))
    invitation = hall.accounts.invite(TARO, ["auditor"], "test")
    hall.accounts.accept(hall.accounts.links.find("first_admin", second), "Hanako", PASSWORD, HANAKO)
    with pytest.raises(LinkInvalid):
        hall.accounts.links.find("first_admin", first)
    assert hall.accounts.links.find("invitation", invitation).account == TARO


def test_link_is_for_one_purpose_and_for_three_days(hall: Hall) -> None:
    """An invitation sets nobody's password, and an old mail opens nothing."""
    secret = hall.accounts.invite(TARO, ["auditor"], HANAKO)
    with pytest.raises(LinkInvalid):
        hall.accounts.links.find("new_password", secret)
    hall.clock.advance(hours=71)
    assert hall.accounts.links.find("invitation", secret).account == TARO
    hall.clock.advance(hours=1)
    with pytest.raises(LinkInvalid):
        hall.accounts.links.find("invitation", secret)


def test_invitation_gives_its_roles_whatever_address_is_typed(hall: Hall) -> None:
    """Who is invited can't pass the invitation off as somebody else's."""
    link = hall.accounts.links.find("invitation", hall.accounts.invite(TARO, ["checker", "auditor"], HANAKO))
    account = hall.accounts.accept(link, "Taro", PASSWORD, "other@hall.example")
    assert (account.name, account.roles) == (TARO, frozenset({"auditor", "checker"}))


def test_new_invitation_replaces_the_one_before(hall: Hall) -> None:
    """The roles that were thought better of can't be taken."""
    old = hall.accounts.invite(TARO, ["admin"], HANAKO)
    hall.accounts.invite(TARO, ["checker"], HANAKO)
    assert [link.roles for link in hall.accounts.links.open_ones("invitation")] == [{"checker"}]
    with pytest.raises(LinkInvalid):
        hall.accounts.links.find("invitation", old)
    hall.accounts.withdraw(TARO, HANAKO)
    assert hall.accounts.links.open_ones("invitation") == []


@pytest.mark.parametrize("address", ["", "taro", "taro@", "@hall.example", "a@b@c"])
def test_address_that_is_none_is_refused(address: str) -> None:
    """An account is named by an address."""
    with pytest.raises(AccountInvalid):
        checked_address(address)


def test_nobody_is_invited_twice_or_without_a_role(hall: Hall) -> None:
    """And an unknown role is none."""
    hall.person(HANAKO)
    with pytest.raises(AccountExists):
        hall.accounts.invite(HANAKO, ["admin"], "x")
    with pytest.raises(AccountInvalid):
        hall.accounts.invite(TARO, ["emperor"], "x")  # type: ignore[list-item]
    with pytest.raises(AccountNotFound):
        hall.accounts.get(TARO)


def test_weak_password_leaves_the_link_as_it_was(hall: Hall) -> None:
    """Whoever is refused tries again with the same link."""
    link = hall.accounts.links.find("invitation", hall.accounts.invite(TARO, ["auditor"], HANAKO))
    with pytest.raises(PasswordRefused):
        hall.accounts.accept(link, "Taro", "password1234")
    assert hall.accounts.accept(link, "Taro", PASSWORD).name == TARO


@pytest.mark.parametrize("change", ["own password", "disabled"])
def test_link_for_a_new_password_ends_with_the_password_and_the_account(hall: Hall, change: str) -> None:
    """Whoever else holds it neither undoes the change nor waits for the account to be enabled."""
    taro = hall.person(TARO)
    hall.person(HANAKO)
    link = hall.accounts.new_password_link(TARO, HANAKO)
    if change == "disabled":
        hall.accounts.disable(TARO, HANAKO)
    else:
        hall.own.change_password(hall.sign_in.begin(taro, "password").session, PASSWORD, OTHER, "client")
    with pytest.raises(LinkInvalid):
        hall.accounts.links.find("new_password", link)


def test_last_admin_stays(hall: Hall) -> None:
    """Without a provider somebody has to be able to let others in."""
    hall.person(HANAKO)
    hall.person(TARO, "auditor")
    with pytest.raises(LastAdmin):
        hall.accounts.disable(HANAKO, HANAKO)
    with pytest.raises(LastAdmin):
        hall.accounts.change_roles(HANAKO, ["auditor"], HANAKO)
    hall.accounts.change_roles(TARO, ["admin"], HANAKO)
    hall.accounts.disable(HANAKO, TARO)
    with pytest.raises(LastAdmin):
        hall.accounts.disable(TARO, TARO)


def test_beside_a_provider_no_account_of_our_own_has_to_stay(store: Store) -> None:
    """Whoever moves to a provider can do away with passwords."""
    hall = Hall(store, alone=False)
    hall.person(HANAKO)
    hall.accounts.disable(HANAKO, "somebody of the provider's")
    assert not hall.accounts.any()


def test_changed_roles_and_disabling_end_all_sessions(hall: Hall) -> None:
    """A session says what its person may do, so it must not outlive that."""
    account, _ = hall.person(TARO, "auditor"), hall.person(HANAKO)
    cookie = hall.sign_in.begin(account, "password").cookie
    hall.accounts.change_roles(TARO, ["auditor"], HANAKO)
    assert hall.sessions.of(cookie)
    hall.accounts.change_roles(TARO, ["checker"], HANAKO)
    assert hall.sessions.of(cookie) is None
    cookie = hall.sign_in.begin(hall.accounts.get(TARO), "password").cookie
    hall.accounts.disable(TARO, HANAKO)
    assert hall.sessions.of(cookie) is None
    hall.accounts.enable(TARO, HANAKO)
    assert hall.sign_in.check(TARO, PASSWORD, "client").name == TARO


def test_whoever_can_sign_in_already_is_not_let_in_again(hall: Hall) -> None:
    """A second click ends nobody's session and records no change."""
    cookie = hall.sign_in.begin(hall.person(HANAKO), "password").cookie
    recorded = hall.kinds()
    hall.accounts.enable(HANAKO, TARO)
    assert hall.sessions.of(cookie)
    assert hall.kinds() == recorded


def test_sessions_end_with_the_change_whatever_fails_afterwards(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a former admin would stay one for hours, and saving once more would change nothing."""
    hall.person(HANAKO)
    roles, disabled, stolen = (hall.sign_in.begin(hall.person(f"{name}@hall.example"), "password") for name in "abc")

    def broken(person_key: str, keep: str | None = None) -> int:
        raise ConnectionResetError(person_key, keep)

    monkeypatch.setattr(hall.sessions, "end_all", broken)
    link = hall.accounts.links.find("new_password", hall.accounts.new_password_link("c@hall.example", HANAKO))
    with pytest.raises(ConnectionResetError):
        hall.accounts.change_roles("a@hall.example", ["auditor"], HANAKO)
    with pytest.raises(ConnectionResetError):
        hall.accounts.disable("b@hall.example", HANAKO)
    with pytest.raises(ConnectionResetError):
        hall.accounts.reset_password(link, OTHER)
    assert [hall.sessions.of(begun.cookie) for begun in (roles, disabled, stolen)] == [None] * 3


def test_new_password_by_link_ends_sessions_and_codes(hall: Hall) -> None:
    """Whoever lost the phone with the codes gets in again, and nobody else stays in."""
    account = hall.person(HANAKO)
    begun = hall.sign_in.begin(account, "password")
    link = hall.accounts.links.find("new_password", hall.accounts.new_password_link(HANAKO, TARO))
    changed = hall.accounts.reset_password(link, OTHER)
    assert not changed.asks_for_code
    assert hall.sessions.of(begun.cookie) is None
    assert hall.sign_in.check(HANAKO, OTHER, "client").name == HANAKO
    with pytest.raises(LinkInvalid):
        hall.accounts.reset_password(link, PASSWORD)


def test_every_change_is_recorded_with_before_and_after_and_names_apart(hall: Hall) -> None:
    """The journal's bodies name nobody, whatever happens to the personal part."""
    hall.person(HANAKO)
    hall.person(TARO, "auditor")
    hall.accounts.change_roles(TARO, ["checker"], HANAKO)
    hall.accounts.disable(TARO, HANAKO)
    hall.accounts.enable(TARO, HANAKO)
    hall.accounts.reset_password(
        hall.accounts.links.find("new_password", hall.accounts.new_password_link(TARO, HANAKO)), OTHER
    )
    assert hall.kinds() == [
        *["account.invited", "account.created"] * 2,
        *["account.changed"] * 3,
        "account.link_created",
        "account.changed",
    ]
    assert hall.records[4].body == {"before": {"roles": ["auditor"]}, "after": {"roles": ["checker"]}}
    assert hall.records[4].personal == {"name": f"local:{TARO}", "author": HANAKO}
    assert not [record for record in hall.records if re.search(r"@|taro|hanako", f"{record.subject} {record.body}")]
    assert PASSWORD not in str(hall.records)


def test_accounts_are_paged_by_name(hall: Hall) -> None:
    """However many there are, a page is short."""
    for name in (TARO, HANAKO, "aoi@hall.example"):
        hall.person(name)
    first = hall.accounts.page(limit=2)
    assert [account.name for account in first] == ["aoi@hall.example", HANAKO]
    assert [account.name for account in hall.accounts.page(first[-1].name, 2)] == [TARO]
