"""What a provider says of a person: which claims give a role, and which are not believed."""

from typing import Any

import pytest
from tests.fakes.oidc import FakeOidc
from tests.identity.oidc.desk import GRANTS, Desk, asked, refusal


def test_unverified_address_gives_no_role_and_is_not_kept(desk: Desk) -> None:
    """Anybody can enter anybody's address at some providers."""
    desk.fake.claims |= {"email": "boss@hall.example", "roles": [], "email_verified": False}
    person = desk.walk().person
    assert (person.roles, person.email) == (frozenset(), "")


def test_verified_address_gives_its_role(desk: Desk) -> None:
    """Google Workspace tells no groups, so its people are named by address."""
    desk.fake.claims |= {"email": "Boss@Hall.example", "roles": None}
    assert desk.walk().person.roles == frozenset({"admin"})


def test_address_of_entra_is_taken_where_the_setting_says_so() -> None:
    """One tenant's addresses are what its admins enter."""
    fake = FakeOidc()
    fake.claims |= {"email": "boss@hall.example", "email_verified": None, "roles": []}
    assert Desk(fake, GRANTS._replace(trust_email=True)).walk().person.roles == frozenset({"admin"})


@pytest.mark.parametrize(
    ("claim", "claims", "roles"),
    [
        ("roles", {"roles": "checkers"}, {"checker"}),
        ("roles", {"roles": ["checkers", "atesaki-admins", 7, None]}, {"admin", "checker"}),
        ("roles", {"roles": {"checkers": True}}, set()),
        ("groups", {"groups": ["checkers"], "roles": ["atesaki-admins"]}, {"checker"}),
        ("realm_access.roles", {"realm_access": {"roles": ["checkers"]}}, {"checker"}),
        ("https://hall.example/roles", {"https://hall.example/roles": ["checkers"]}, {"checker"}),
        ("groups", {"roles": ["atesaki-admins"]}, set()),
    ],
)
def test_roles_come_from_the_claim_that_was_named(claim: str, claims: dict[str, Any], roles: set[str]) -> None:
    """Texts and lists of texts; anything else grants nothing."""
    fake = FakeOidc()
    fake.claims |= {"email": None, "roles": None, **claims}
    assert set(Desk(fake, GRANTS._replace(claim=claim)).walk().person.roles) == roles


@pytest.mark.parametrize("sign", [{"hasgroups": True}, {"_claim_names": {"groups": "src1"}}])
def test_person_in_too_many_groups_gets_nothing_and_is_told(sign: dict[str, Any]) -> None:
    """Entra then leaves all groups out (groups overage)."""
    fake = FakeOidc()
    fake.claims |= sign
    arrival = Desk(fake, GRANTS._replace(claim="groups")).walk()
    assert (arrival.person.roles, arrival.overflowed) == (frozenset(), True)


def test_account_of_another_organization_is_refused() -> None:
    """With hosted domains set, an address at the domain is not enough."""
    fake = FakeOidc()
    desk = Desk(fake, GRANTS._replace(hosted_domains=("hall.example",)))
    assert refusal(desk.walk) == "hosted_domain"
    fake.claims["hd"] = "hall.example"
    assert desk.walk().person.roles == frozenset({"admin"})
    assert asked(desk.start())["hd"] == "hall.example"


def test_thin_token_is_completed_by_the_userinfo_endpoint(desk: Desk) -> None:
    """Some providers tell address and roles only there; what the token says wins."""
    desk.fake.claims |= {"email": None, "email_verified": None, "roles": None}
    desk.fake.userinfo = {"sub": "hanako", "name": "Other", "email": "boss@hall.example", "email_verified": True}
    person = desk.walk().person
    assert (person.name, person.roles) == ("職員 花子", frozenset({"admin"}))


@pytest.mark.parametrize(("told", "email"), [("boss@hall.example", "boss@hall.example"), ("hanako@hall.example", "")])
def test_an_address_is_verified_by_what_is_said_of_it(desk: Desk, told: str, email: str) -> None:
    """The token's own address may be anybody's, while the endpoint speaks of one that was verified."""
    desk.fake.claims |= {"email": "boss@hall.example", "email_verified": None, "roles": None}
    desk.fake.userinfo = {"sub": "hanako", "email": told, "email_verified": True}
    assert desk.walk().person.email == email


@pytest.mark.parametrize("sub", ["boss", None])
def test_userinfo_of_somebody_else_is_refused(desk: Desk, sub: str | None) -> None:
    """Tokens may be swapped (OpenID Connect Core 1.0 §5.3.2); an answer about nobody is none."""
    desk.fake.claims |= {"roles": None}
    desk.fake.userinfo = {"roles": ["atesaki-admins"]} | ({"sub": sub} if sub else {})
    if sub:
        assert refusal(desk.walk) == "userinfo"
    else:
        assert desk.walk().person.roles == frozenset()


@pytest.mark.parametrize("value", [[], {}, ["true"], 0, None, "false"])
def test_claim_of_any_kind_says_no_more_than_it_says(desk: Desk, value: object) -> None:
    """What is neither true nor "true" verifies no address, and breaks nothing."""
    desk.fake.claims |= {"email": "boss@hall.example", "email_verified": value, "hasgroups": value, "roles": []}
    person = desk.walk().person
    assert (person.roles, person.email) == (frozenset(), "")
