"""Access tokens of Microsoft Entra ID: who is verified, and every way in which nobody is."""

import asyncio
import base64
import hmac
import json
from collections.abc import Iterator

import pytest
from tests.fakes.entra import AUTHORITY, CLIENT, OTHER_TENANT, PERSON, TENANT, FakeEntra
from tests.fakes.provider import rsa_key, signed, unsigned

from atesaki.identity import jwks
from atesaki.identity.entra import OFFICE_CLIENTS, EntraTokens, Registration
from atesaki.identity.id_token import MAX_LENGTH
from atesaki.identity.issuers import IssuersVerifier
from atesaki.identity.verifier import Identity

SOME_CLIENT = "cccccccc-bbbb-4ccc-8ddd-eeeeeeeeeeee"


class Desk:
    """A verifier that trusts the fake tenant, its clocks, and what it reported."""

    def __init__(self, registration: Registration) -> None:
        self.entra, self.reports = FakeEntra(), list[tuple[str, str]]()
        self.now: float = self.entra.claims()["iat"]
        tokens = EntraTokens(registration, self.entra.fetch, lambda: self.now, lambda: self.now)
        self._verifier = IssuersVerifier(tokens.by_host, lambda issuer, result: self.reports.append((issuer, result)))
        self.runner = asyncio.Runner()

    def verify(self, token: str) -> Identity | None:
        """Return who holds the token."""
        return self.runner.run(self._verifier.verify(token))

    def refused(self, token: str) -> str:
        """Return why a token verifies nobody."""
        assert self.verify(token) is None
        return self.reports[-1][1]


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A verifier for one tenant and one app registration."""
    made = Desk(Registration(AUTHORITY, (TENANT,), (CLIENT, f"api://guard.example/{CLIENT}"), (SOME_CLIENT,)))
    with made.runner:
        yield made


def test_holder_of_a_valid_token_is_verified(desk: Desk) -> None:
    """A person is the pair of tenant and object id; the name they sign in with is only noted."""
    assert desk.verify(desk.entra.token()) == Identity("entra", f"{TENANT}/{PERSON}", "staff@hall.example")
    assert desk.reports == [("login.microsoftonline.com", "verified")]
    assert desk.entra.asked == [f"{AUTHORITY}/{TENANT}/discovery/v2.0/keys"]


@pytest.mark.parametrize("name", [None, "+81 3 1234 5678", "half-typed", 7])
def test_sign_in_name_that_is_no_address_is_left_out(desk: Desk, name: object) -> None:
    """Entra allows phone numbers and more there; nothing hangs on it."""
    found = desk.verify(desk.entra.token(preferred_username=name))
    assert found is not None
    assert (found.key, found.address) == (f"entra:{TENANT}/{PERSON}", None)


@pytest.mark.parametrize("client", [CLIENT, SOME_CLIENT, *sorted(OFFICE_CLIENTS)])
def test_token_may_be_asked_for_by_the_add_in_by_office_and_by_named_clients(desk: Desk, client: str) -> None:
    """Nested app authentication names the add-in, Office's own sign-in names Office."""
    assert desk.verify(desk.entra.token(azp=client)) is not None


@pytest.mark.parametrize("audience", [CLIENT, f"api://guard.example/{CLIENT}"])
def test_token_may_name_the_client_id_or_the_address_of_the_registration(desk: Desk, audience: str) -> None:
    """Both are audiences that the settings name."""
    assert desk.verify(desk.entra.token(aud=audience)) is not None


def test_scope_may_stand_among_others(desk: Desk) -> None:
    """Scopes are separated by blanks (RFC 6749 §3.3)."""
    assert desk.verify(desk.entra.token(scp="openid access_as_user profile")) is not None


WRONG_CLAIMS: dict[str, tuple[dict[str, object], str]] = {
    "other audience": ({"aud": SOME_CLIENT}, "audience"),
    "token for Microsoft Graph": ({"aud": "00000003-0000-0000-c000-000000000000"}, "audience"),
    "no audience": ({"aud": None}, "audience"),
    "audience that is no text": ({"aud": {"a": 1}}, "audience"),
    "tenant that is not ours": ({"tid": OTHER_TENANT, "iss": f"{AUTHORITY}/{OTHER_TENANT}/v2.0"}, "tenant"),
    "no tenant": ({"tid": None}, "tenant"),
    "tenant that is no text": ({"tid": [TENANT]}, "tenant"),
    "issuer of another tenant": ({"iss": f"{AUTHORITY}/{OTHER_TENANT}/v2.0"}, "issuer"),
    "issuer that only begins like ours": ({"iss": f"{AUTHORITY}/{TENANT}/v2.0/evil"}, "issuer"),
    "issuer elsewhere": ({"iss": f"https://login.microsoftonline.com.evil.example/{TENANT}/v2.0"}, "issuer"),
    "issuer that can't be read": ({"iss": "https://[evil"}, "issuer"),
    "issuer that is no text": ({"iss": 7}, "issuer"),
    "no issuer": ({"iss": None}, "issuer"),
    "version 1": ({"iss": f"https://sts.windows.net/{TENANT}/", "ver": "1.0", "aud": f"api://{CLIENT}"}, "version"),
    "no version": ({"ver": None}, "version"),
    "other scope": ({"scp": "User.Read"}, "scope"),
    "scope that only contains ours": ({"scp": "access_as_user.not"}, "scope"),
    "ID token": ({"scp": None, "azp": None, "nonce": "n"}, "scope"),
    "app without a user": ({"scp": None, "roles": ["access_as_user"], "idtyp": "app"}, "scope"),
    "scope that is a list": ({"scp": ["access_as_user"]}, "scope"),
    "client that nobody named": ({"azp": "dddddddd-bbbb-4ccc-8ddd-eeeeeeeeeeee"}, "client"),
    "no client": ({"azp": None}, "client"),
    "client that is a list": ({"azp": [CLIENT]}, "client"),
    "no end": ({"exp": None}, "claims"),
    "end that is no number": ({"exp": "never"}, "claims"),
    "no beginning": ({"nbf": None}, "not_yet_valid"),
    "no object id": ({"oid": None}, "subject"),
    "object id with more in it": ({"oid": f"{PERSON}/x"}, "subject"),
}


@pytest.mark.parametrize(("changes", "reason"), WRONG_CLAIMS.values(), ids=WRONG_CLAIMS)
def test_token_with_a_wrong_claim_verifies_nobody(desk: Desk, changes: dict[str, object], reason: str) -> None:
    """Each claim is checked by itself, though the signature is good."""
    assert desk.refused(desk.entra.token(**changes)) == reason


def test_clocks_may_differ_by_a_minute(desk: Desk) -> None:
    """A token is taken a minute early and a minute late, not longer."""
    token, issued = desk.entra.token(), desk.now
    for second, result in [(-60, "verified"), (-61, "not_yet_valid"), (3_659, "verified"), (3_660, "expired")]:
        desk.now = issued + second
        desk.verify(token)
        assert desk.reports[-1][1] == result


def _forged(desk: Desk, header: dict[str, object]) -> str:
    return signed(desk.entra.claims(), header)


def _base64(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def test_token_without_a_signature_verifies_nobody(desk: Desk) -> None:
    """`alg: none` is refused before any key is looked for."""
    assert desk.refused(unsigned(desk.entra.claims())) == "algorithm"
    assert desk.entra.asked == []


def test_token_signed_with_the_public_key_as_a_secret_verifies_nobody(desk: Desk) -> None:
    """RFC 8725 §2.1: an attacker who knows the public key must not become its owner."""
    # By hand: the library refuses to forge.
    signed_part = ".".join(
        _base64(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": "k1"}, desk.entra.claims())
    )
    signature = hmac.digest(rsa_key().as_pem(private=False), signed_part.encode(), "sha256")
    assert desk.refused(f"{signed_part}.{_base64(signature)}") == "algorithm"


def test_other_algorithm_of_the_same_key_verifies_nobody(desk: Desk) -> None:
    """The algorithm is pinned."""
    assert desk.refused(_forged(desk, {"alg": "RS512", "kid": "k1"})) == "algorithm"


@pytest.mark.parametrize("header", [{"alg": "RS256"}, {"alg": "RS256", "kid": ""}])
def test_token_that_names_no_key_verifies_nobody(desk: Desk, header: dict[str, object]) -> None:
    """A signature is checked with the one key that it names, never with all of them."""
    assert desk.refused(_forged(desk, header)) == "no_key_id"


def test_token_signed_by_somebody_else_verifies_nobody(desk: Desk) -> None:
    """The name of our key is no proof of having it."""
    token = signed(desk.entra.claims(), {"alg": "RS256", "kid": "k1"}, rsa_key("stranger"))
    assert desk.refused(token) == "signature"


def test_token_whose_claims_were_changed_verifies_nobody(desk: Desk) -> None:
    """The signature covers every claim."""
    header, _, signature = desk.entra.token().split(".")
    claims = json.dumps(desk.entra.claims(person="66666666-2222-4333-8444-555555555555")).encode()
    assert desk.refused(f"{header}.{_base64(claims)}.{signature}") == "signature"


def test_header_parameters_that_nobody_knows_are_ignored(desk: Desk) -> None:
    """RFC 7515 §4: Microsoft adds some."""
    header: dict[str, object] = {"alg": "RS256", "kid": "k1", "x5t": "k1", "rh": "0.x"}
    assert desk.verify(_forged(desk, header)) is not None


def test_key_of_another_issuer_verifies_nobody(desk: Desk) -> None:
    """Keys of personal accounts stand beside those of organizations and name their own issuer."""
    desk.entra.keys = [{**desk.entra.published("k1"), "issuer": f"{AUTHORITY}/{OTHER_TENANT}/v2.0"}]
    assert desk.refused(desk.entra.token()) == "key_issuer"


def test_new_key_is_fetched_when_a_token_names_it(desk: Desk) -> None:
    """Entra changes its keys without notice; nobody has to restart anything."""
    old, new = (signed(desk.entra.claims(), {"alg": "RS256", "kid": name}, rsa_key(name)) for name in ("k1", "k2"))
    assert desk.verify(old) is not None
    desk.entra.keys = [desk.entra.published("k2")]
    desk.now += jwks.REFRESH_EVERY
    assert desk.verify(new) is not None
    assert desk.refused(old) == "unknown_key"
    assert len(desk.entra.asked) == 2


def test_known_key_serves_while_the_key_server_is_down(desk: Desk) -> None:
    """Entra's trouble is not ours for as long as the keys are known."""
    assert desk.verify(desk.entra.token()) is not None
    desk.entra.down = True
    desk.now += desk.entra.max_age - 1
    assert desk.verify(desk.entra.token()) is not None
    other = signed(desk.entra.claims(), {"alg": "RS256", "kid": "k2"}, rsa_key("k2"))
    assert desk.refused(other) == "keys_unavailable"


def test_nobody_is_verified_where_the_keys_were_never_had(desk: Desk) -> None:
    """The decision goes on without: the sender is claimed."""
    desk.entra.down = True
    assert desk.refused(desk.entra.token()) == "keys_unavailable"


JUNK: dict[str, str] = {
    "nothing": "",
    "no token": "not-a-token",
    "empty parts": "..",
    "bad base64": "!.!.!",
    "no JSON": "bm8.bm8.bm8",
    "claims that are a list": "eyJhbGciOiJSUzI1NiJ9.W10.AA",
    "latin-1": "é.é.é",
    "deep nesting": f"{_base64(b'[' * 9_000)}.e30.AA",
}


@pytest.mark.parametrize("text", JUNK.values(), ids=JUNK)
def test_what_is_no_token_verifies_nobody(desk: Desk, text: str) -> None:
    """Whatever stands in the header, the answer is the same."""
    assert desk.verify(text) is None
    assert desk.reports[-1] in {("unknown", "malformed"), ("unknown", "issuer")}


def test_huge_token_is_not_even_read(desk: Desk) -> None:
    """Real ones have at most a few thousand characters."""
    token = desk.entra.token(groups=["g" * MAX_LENGTH])
    assert desk.refused(token) == "too_large"
    assert desk.entra.asked == []


def test_tokens_of_nobody_we_trust_make_us_ask_nobody(desk: Desk) -> None:
    """Invented tenants and issuers cause no request to anywhere."""
    for changes in (WRONG_CLAIMS["tenant that is not ours"][0], WRONG_CLAIMS["issuer elsewhere"][0]):
        desk.verify(desk.entra.token(**changes))
    assert desk.entra.asked == []


def test_without_tenants_no_token_is_read() -> None:
    """Entra is off until it is configured."""
    desk = Desk(Registration(AUTHORITY, (), ()))
    with desk.runner:
        assert desk.refused(desk.entra.token()) == "issuer"
    assert desk.reports == [("unknown", "issuer")]


def test_provider_that_breaks_verifies_nobody_and_stops_nothing() -> None:
    """A token is no precondition for a decision, whatever goes wrong with it."""

    class Broken:
        async def identify(self, token: object) -> Identity:
            raise ZeroDivisionError(token)

    reports: list[tuple[str, str]] = []
    verifier = IssuersVerifier({"login.microsoftonline.com": Broken()}, lambda *report: reports.append(report))
    assert asyncio.run(verifier.verify(FakeEntra().token())) is None
    assert reports == [("login.microsoftonline.com", "error")]
