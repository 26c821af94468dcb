"""The token of a provider: what is forged, expired or meant for somebody else lets nobody in."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import pytest
from tests.fakes.oidc import CLIENT, ISSUER, FakeOidc
from tests.fakes.provider import rsa_key, signed, unsigned
from tests.identity.oidc.desk import Desk, refusal

from atesaki.identity.oidc import OidcRefused
from atesaki.identity.oidc_http import Answer
from atesaki.identity.oidc_provider import ProviderUnavailable

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
    assert refusal(desk.walk) == reason


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
    assert refusal(desk.walk) == reason


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
    assert refusal(desk.walk) == "algorithm"


def test_token_signed_with_the_public_key_as_a_secret_is_refused(desk: Desk) -> None:
    """Confusion of HS256 with RS256 (RFC 8725 §2.1), even where the provider claims to support it."""
    desk.fake.metadata["id_token_signing_alg_values_supported"] = ["RS256", "HS256", "none"]
    head, body = (_packed(part) for part in ({"alg": "HS256", "kid": "k1"}, _claims(desk)))
    mark = hmac.new(rsa_key().as_pem(private=False), f"{head}.{body}".encode(), hashlib.sha256).digest()
    desk.fake.id_token = f"{head}.{body}.{base64.urlsafe_b64encode(mark).decode().rstrip('=')}"
    assert refusal(desk.walk) == "algorithm"


def test_token_of_an_algorithm_that_the_provider_does_not_use_is_refused(desk: Desk) -> None:
    """What it says of itself is held against it."""
    desk.fake.id_token = signed(_claims(desk), {"alg": "RS512", "kid": "k1"})
    assert refusal(desk.walk) == "algorithm"


def test_token_of_another_key_is_refused(desk: Desk) -> None:
    """Under its own name and under the provider's."""
    forger = rsa_key("forger")
    desk.fake.id_token = signed(_claims(desk), {"alg": "RS256", "kid": "forger"}, forger)
    assert refusal(desk.walk) == "key"
    desk.fake.id_token = signed(_claims(desk), {"alg": "RS256", "kid": "k1"}, forger)
    assert refusal(desk.walk) == "signature"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "x" * 20_000])
def test_what_is_no_token_is_refused(desk: Desk, token: str) -> None:
    """Whatever the provider sends."""
    desk.fake.id_token = token or "."
    assert refusal(desk.walk) == "malformed"


def test_no_error_names_a_value_of_the_token(desk: Desk) -> None:
    """What is wrong is said in one word, to the journal only."""
    desk.fake.claims |= {"aud": "hanako@hall.example"}
    with pytest.raises(OidcRefused) as refused:
        desk.walk()
    assert "hanako" not in f"{refused.value.detail}{refused.value.reason}"


@pytest.mark.parametrize("path", ["/token", "/userinfo"])
def test_answer_that_nests_too_deeply_is_none(desk: Desk, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading it must not break the sign-in with an error that nobody expected."""
    desk.fake.claims |= {"roles": None, "email": None}
    real = FakeOidc.__call__

    def answer(fake: FakeOidc, url: str, headers: Mapping[str, str] = {}, body: bytes | None = None) -> Answer:
        return Answer(200, b"[" * 100_000) if url.endswith(path) else real(fake, url, headers, body)

    monkeypatch.setattr(FakeOidc, "__call__", answer)
    if path == "/token":
        with pytest.raises(ProviderUnavailable):
            desk.walk()
    else:
        assert desk.walk().person.roles == frozenset()
