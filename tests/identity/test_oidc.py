"""Signing in with a provider: what is replayed, swapped, forged or expired lets nobody in."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.fakes.oidc import CLIENT, ISSUER, RETURN, SECRET, FakeOidc
from tests.fakes.provider import public, rsa_key, signed, unsigned

from atesaki.identity.oidc import Arrival, Departure, OidcRefused, OidcSignIn, Registration
from atesaki.identity.oidc_provider import ASK_EVERY, Provider, ProviderUnavailable
from atesaki.identity.oidc_roles import Grants
from atesaki.identity.tickets import LASTS, Tickets

GRANTS = Grants("roles", {"admin": ("atesaki-admins", "boss@hall.example"), "checker": ("checkers",)})


def _seal(content: bytes) -> str:
    return hmac.new(b"a key for tests", content, hashlib.sha256).hexdigest()


class Desk:
    """The console's side, over one provider; it has a clock for tickets and tokens and one for keys."""

    def __init__(self, fake: FakeOidc, grants: Grants = GRANTS, secret: str | None = SECRET) -> None:
        self.fake = fake
        self.now, self.later = time.time(), 0.0
        self.spent: set[str] = set()
        self.provider = Provider(ISSUER, fake, lambda: self.later)
        tickets = Tickets(_seal, lambda: self.now)
        self.sign_in = OidcSignIn(
            Registration(CLIENT, secret),
            self.provider,
            grants,
            tickets,
            fake,
            spend=self._spend,
            now=lambda: self.now,
        )

    def start(self) -> Departure:
        """Send somebody to the provider."""
        return self.sign_in.start(RETURN, "/console/policies")

    def finish(self, departure: Departure, query: Mapping[str, str]) -> Arrival:
        """Let somebody come back."""
        return self.sign_in.finish(RETURN, departure.ticket, query)

    def walk(self) -> Arrival:
        """Do both."""
        departure = self.start()
        return self.finish(departure, self.fake.authorize(departure.url))

    def _spend(self, secret: str) -> bool:
        first = secret not in self.spent
        self.spent.add(secret)
        return first


@pytest.fixture
def fake() -> FakeOidc:
    """A provider of its own for each test."""
    return FakeOidc()


@pytest.fixture
def desk(fake: FakeOidc) -> Desk:
    """A console at that provider."""
    return Desk(fake)


def _reason(attempt: Callable[[], object]) -> str:
    with pytest.raises(OidcRefused) as refused:
        attempt()
    return refused.value.reason


def _asked(departure: Departure) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(departure.url).query).items()}


def test_person_comes_back_with_roles_and_goes_where_they_were(desk: Desk) -> None:
    """The code is exchanged with PKCE and the secret, the token checked, the claims read."""
    arrival = desk.walk()
    assert arrival.return_to == "/console/policies"
    assert not arrival.overflowed
    person = arrival.person
    assert (person.key, person.name, person.email) == (f"{ISSUER} hanako", "職員 花子", "hanako@hall.example")
    assert person.roles == frozenset({"admin"})


@pytest.mark.parametrize(
    ("fake", "secret"),
    [
        (FakeOidc(methods=("client_secret_basic", "client_secret_post")), SECRET),
        (FakeOidc(methods=("private_key_jwt", "client_secret_basic")), SECRET),
        (FakeOidc(public_client=True), None),
    ],
    ids=["secret in the form", "secret in the header", "no secret"],
)
def test_every_usual_way_of_client_authentication_works(fake: FakeOidc, secret: str | None) -> None:
    """A secret may hold any character."""
    assert Desk(fake, secret=secret).walk().person.email == "hanako@hall.example"


def test_state_nonce_and_verifier_are_new_each_time(desk: Desk) -> None:
    """None of them can be guessed from another."""
    one, other = _asked(desk.start()), _asked(desk.start())
    for name in ("state", "nonce", "code_challenge"):
        assert one[name] != other[name]
        assert len(one[name]) >= 43
    assert one["code_challenge_method"] == "S256"
    assert one["scope"].split() == ["openid", "profile", "email"]


def test_answer_without_the_ticket_of_this_browser_is_refused(desk: Desk) -> None:
    """Nobody can be signed in as somebody else by a link (login CSRF, RFC 9700 §4.7)."""
    victim, attacker = desk.start(), desk.start()
    query = desk.fake.authorize(attacker.url)
    assert _reason(lambda: desk.finish(victim, query)) == "state"
    assert _reason(lambda: desk.sign_in.finish(RETURN, None, query)) == "state"
    assert _reason(lambda: desk.sign_in.finish(RETURN, attacker.ticket + "0", query)) == "state"
    assert _reason(lambda: desk.finish(attacker, {**query, "state": "é\ud800"})) == "state"


def test_answer_after_fifteen_minutes_is_refused(desk: Desk) -> None:
    """A sign-in that somebody left open is started again."""
    departure = desk.start()
    query = desk.fake.authorize(departure.url)
    desk.now += LASTS
    assert _reason(lambda: desk.finish(departure, query)) == "state"


def test_replayed_answer_is_refused(desk: Desk) -> None:
    """Even where the provider takes a code twice."""
    departure = desk.start()
    query = desk.fake.authorize(departure.url)
    again = dict(desk.fake._codes)
    desk.finish(departure, query)
    assert _reason(lambda: desk.finish(departure, query)) == "code"
    desk.fake._codes = again
    assert _reason(lambda: desk.finish(departure, query)) == "replayed"


def test_code_that_somebody_else_asked_for_is_refused_by_pkce(desk: Desk) -> None:
    """A stolen code is worth nothing without its verifier (RFC 7636)."""
    ours, theirs = desk.start(), desk.start()
    stolen = desk.fake.authorize(theirs.url)["code"]
    assert _reason(lambda: desk.finish(ours, {"code": stolen, "state": _asked(ours)["state"]})) == "code"


def test_person_who_declines_is_told_to_start_again(desk: Desk) -> None:
    """An error of the provider is no token."""
    departure = desk.start()
    state = _asked(departure)["state"]
    assert _reason(lambda: desk.finish(departure, {"error": "access_denied", "state": state})) == "denied"
    assert _reason(lambda: desk.finish(departure, {"state": state})) == "denied"


def test_answer_of_another_provider_is_refused(desk: Desk) -> None:
    """Mix-up (RFC 9207): where the answer names its issuer, it has to be ours."""
    departure = desk.start()
    query = desk.fake.authorize(departure.url)
    assert _reason(lambda: desk.finish(departure, {**query, "iss": "https://evil.example"})) == "issuer"
    assert desk.finish(departure, {**query, "iss": ISSUER}).person.name


def test_provider_that_promises_its_issuer_has_to_give_it() -> None:
    """Leaving it out is how the check would be got round."""
    fake = FakeOidc()
    fake.metadata["authorization_response_iss_parameter_supported"] = True
    assert _reason(Desk(fake).walk) == "issuer"


FORGED: dict[str, dict[str, Any]] = {
    "issuer": {"iss": "https://evil.example"},
    "audience": {"aud": "another-client"},
    "nonce": {"nonce": "of another sign-in"},
    "expired": {"exp": 1_700_000_000},
    "claims": {"sub": None},
}


@pytest.mark.parametrize(("reason", "changes"), FORGED.items())
def test_token_of_another_sign_in_is_refused(desk: Desk, reason: str, changes: dict[str, Any]) -> None:
    """Issuer, audience, nonce, expiry and subject (OpenID Connect Core 1.0 §3.1.3.7)."""
    desk.fake.claims |= changes
    assert _reason(desk.walk) == reason


MORE_FORGED: dict[str, tuple[str, dict[str, Any]]] = {
    "no nonce": ("nonce", {"nonce": None}),
    "no expiry": ("claims", {"exp": None}),
    "no issue time": ("claims", {"iat": None}),
    "no audience": ("audience", {"aud": None}),
    "handed on by another client": ("audience", {"aud": [CLIENT, "another-client"]}),
    "issued to another client": ("audience", {"azp": "another-client"}),
    "empty subject": ("claims", {"sub": ""}),
    "subject that is no text": ("claims", {"sub": 7}),
    "issued tomorrow": ("claims", {"iat": 4_000_000_000}),
    "not valid yet": ("claims", {"nbf": 4_000_000_000}),
    "another access token": ("access_token", {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
}


@pytest.mark.parametrize("case", MORE_FORGED)
def test_token_that_leaves_out_or_adds_something_is_refused(desk: Desk, case: str) -> None:
    """What is missing or not for us alone counts as wrong."""
    reason, changes = MORE_FORGED[case]
    desk.fake.claims |= changes
    assert _reason(desk.walk) == reason


def test_token_for_several_audiences_is_taken_where_it_was_issued_to_us(desk: Desk) -> None:
    """`azp` says for whom it is."""
    desk.fake.claims |= {"aud": [CLIENT, "another-client"], "azp": CLIENT}
    assert desk.walk().person.name


def _packed(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def _claims(desk: Desk) -> dict[str, Any]:
    now = int(desk.now)
    return {"iss": ISSUER, "aud": CLIENT, "sub": "hanako", "iat": now, "exp": now + 300, "nonce": "x"}


def test_token_without_signature_is_refused(desk: Desk) -> None:
    """The algorithm `none` (RFC 8725 §2.1)."""
    desk.fake.id_token = unsigned(_claims(desk))
    assert _reason(desk.walk) == "algorithm"


def test_token_signed_with_the_public_key_as_a_secret_is_refused(desk: Desk) -> None:
    """Confusion of HS256 with RS256 (RFC 8725 §2.1), even where the provider claims to support it."""
    desk.fake.metadata["id_token_signing_alg_values_supported"] = ["RS256", "HS256", "none"]
    head, body = (_packed(part) for part in ({"alg": "HS256", "kid": "k1"}, _claims(desk)))
    mark = hmac.new(rsa_key().as_pem(private=False), f"{head}.{body}".encode(), hashlib.sha256).digest()
    desk.fake.id_token = f"{head}.{body}.{base64.urlsafe_b64encode(mark).decode().rstrip('=')}"
    assert _reason(desk.walk) == "algorithm"


def test_token_of_an_algorithm_that_the_provider_does_not_use_is_refused(desk: Desk) -> None:
    """What it says of itself is held against it."""
    desk.fake.id_token = signed(_claims(desk), {"alg": "RS512", "kid": "k1"})
    assert _reason(desk.walk) == "algorithm"


def test_token_of_another_key_is_refused(desk: Desk) -> None:
    """Under its own name and under the provider's."""
    forger = rsa_key("forger")
    desk.fake.id_token = signed(_claims(desk), {"alg": "RS256", "kid": "forger"}, forger)
    assert _reason(desk.walk) == "key"
    desk.fake.id_token = signed(_claims(desk), {"alg": "RS256", "kid": "k1"}, forger)
    assert _reason(desk.walk) == "signature"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "x" * 20_000])
def test_what_is_no_token_is_refused(desk: Desk, token: str) -> None:
    """Whatever the provider sends."""
    desk.fake.id_token = token or "."
    assert _reason(desk.walk) == "malformed"


def test_new_key_of_the_provider_is_fetched_but_not_for_every_token(desk: Desk) -> None:
    """Rotation works without a restart, and invented key ids don't flood the provider."""
    desk.walk()
    desk.fake.keys = [public(rsa_key()), public(rsa_key("k2"))]
    assert desk.provider.key("k2") is None
    desk.later += ASK_EVERY
    assert desk.provider.key("k2") is not None
    for _ in range(5):
        assert desk.provider.key("invented") is None
    assert desk.fake.called.count(f"{ISSUER}/keys") == 2


def test_token_may_leave_out_the_id_of_the_only_key(desk: Desk) -> None:
    """With two keys it may not (OpenID Connect Core 1.0 §10.1)."""
    assert desk.provider.key(None) is not None
    other = Desk(FakeOidc())
    other.fake.keys.append(public(rsa_key("k2")))
    assert other.provider.key(None) is None


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_secret_private_and_short_keys_are_none(desk: Desk) -> None:
    """What a provider publishes by mistake is not used."""
    desk.fake.keys = [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "a"},
        public(rsa_key("short", 1_024)),
        {**public(rsa_key("k2")), "use": "enc"},
        {"kty": "RSA", "kid": "b"},
        public(rsa_key()),
    ]
    assert desk.provider.key("k1") is not None
    assert [desk.provider.key(each) for each in ("a", "short", "k2", "b")] == [None] * 4


def test_provider_that_can_not_be_reached_lets_nobody_in_but_keeps_what_it_said(desk: Desk) -> None:
    """One sentence and a time to come back; keys of an hour ago still do."""
    desk.fake.down = True
    with pytest.raises(ProviderUnavailable):
        desk.start()
    desk.fake.down = False
    desk.walk()
    departure = desk.start()
    query = desk.fake.authorize(departure.url)
    desk.later, desk.fake.down = 4_000.0, True
    assert desk.start().url
    with pytest.raises(ProviderUnavailable):
        desk.finish(departure, query)


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://id.example/token"},
        {"jwks_uri": "ftp://id.example/keys"},
        {"authorization_endpoint": None},
    ],
)
def test_provider_that_describes_itself_wrongly_is_not_used(desk: Desk, change: dict[str, Any]) -> None:
    """Another issuer, or an address that anybody on the way can listen to."""
    desk.fake.metadata |= change
    with pytest.raises(ProviderUnavailable):
        desk.start()


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
    assert _reason(desk.walk) == "hosted_domain"
    fake.claims["hd"] = "hall.example"
    assert desk.walk().person.roles == frozenset({"admin"})
    assert _asked(desk.start())["hd"] == "hall.example"


def test_thin_token_is_completed_by_the_userinfo_endpoint(desk: Desk) -> None:
    """Some providers tell address and roles only there; what the token says wins."""
    desk.fake.claims |= {"email": None, "email_verified": None, "roles": None}
    desk.fake.userinfo = {"sub": "hanako", "name": "Other", "email": "boss@hall.example", "email_verified": True}
    person = desk.walk().person
    assert (person.name, person.roles) == ("職員 花子", frozenset({"admin"}))


@pytest.mark.parametrize("sub", ["boss", None])
def test_userinfo_of_somebody_else_is_refused(desk: Desk, sub: str | None) -> None:
    """Tokens may be swapped (OpenID Connect Core 1.0 §5.3.2); an answer about nobody is none."""
    desk.fake.claims |= {"roles": None}
    desk.fake.userinfo = {"roles": ["atesaki-admins"]} | ({"sub": sub} if sub else {})
    if sub:
        assert _reason(desk.walk) == "userinfo"
    else:
        assert desk.walk().person.roles == frozenset()


def test_signing_out_at_the_provider_is_offered_where_it_can_be_done(desk: Desk) -> None:
    """The provider is told who asks and where to send the browser back to."""
    url = desk.sign_in.sign_out_url("https://atesaki.example/console/sign-in")
    assert url is not None
    assert parse_qs(urlsplit(url).query) == {
        "client_id": [CLIENT],
        "post_logout_redirect_uri": ["https://atesaki.example/console/sign-in"],
    }
    other = Desk(FakeOidc())
    del other.fake.metadata["end_session_endpoint"]
    assert other.sign_in.sign_out_url(RETURN) is None


def test_no_error_names_a_value_of_the_token(desk: Desk) -> None:
    """What is wrong is said in one word, to the journal only."""
    desk.fake.claims |= {"aud": "hanako@hall.example"}
    with pytest.raises(OidcRefused) as refused:
        desk.walk()
    assert "hanako" not in f"{refused.value.detail}{refused.value.reason}"
