"""ID tokens of the Gmail extension: whatever is wrong with one, its sender is only claimed."""

import asyncio
import hashlib
from typing import Any

import pytest
from joserfc.jwk import OctKey
from tests.fakes.provider import KEY_ID, FakeProvider, rsa_key, signed, unsigned

from atesaki.identity.google import KEYS_URL
from atesaki.identity.google_extension import ExtensionTokens, ExtensionTrust
from atesaki.identity.issuers import VERIFIED, IssuersVerifier
from atesaki.identity.jwks import ProviderKeys
from atesaki.identity.nonce import Nonces
from atesaki.identity.verifier import Identity

NOW = 1_795_000_000
CLIENT = "1234-extension.apps.googleusercontent.com"
TRUST = ExtensionTrust((CLIENT,), ("hall.example",))


class Gate:
    """The whole verification with a fake provider's keys, at a fixed time."""

    def __init__(self, trust: ExtensionTrust = TRUST) -> None:
        self.provider = FakeProvider()
        self.nonces = Nonces(lambda content: hashlib.sha256(b"ours" + content).hexdigest(), lambda: NOW - 60)
        self.reports: list[tuple[str, str]] = []
        keys = ProviderKeys(KEYS_URL, self.provider.fetch)
        tokens = ExtensionTokens(keys, trust, self.nonces, lambda: NOW)
        self._verifier = IssuersVerifier(tokens.by_host, lambda issuer, result: self.reports.append((issuer, result)))

    def claims(self, **changed: object) -> dict[str, Any]:
        """Return the claims of a good token, with some of them changed; `None` leaves one out."""
        claims = {
            "iss": "https://accounts.google.com",
            "aud": CLIENT,
            "sub": "108",
            "email": "staff@hall.example",
            "email_verified": True,
            "hd": "hall.example",
            "nonce": self.nonces.issue(),
            "iat": NOW - 30,
            "exp": NOW + 3_570,
        } | changed
        return {name: value for name, value in claims.items() if value is not None}

    def verify(self, token: str) -> Identity | None:
        """Verify a token as `POST /v1/decisions` does."""
        return asyncio.run(self._verifier.verify(token))


@pytest.mark.parametrize("issuer", ["https://accounts.google.com", "accounts.google.com"])
def test_signed_in_person_is_verified(issuer: str) -> None:
    """Google spells itself in two ways; the subject is what a person is known by."""
    gate = Gate()
    assert gate.verify(signed(gate.claims(iss=issuer))) == Identity("google", "108", "staff@hall.example")
    assert gate.reports == [("accounts.google.com", VERIFIED)]


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "audience of another": ({"aud": "somebody-else.apps.googleusercontent.com"}, "invalid"),
    "two audiences": ({"aud": [CLIENT, "another"]}, "invalid"),
    "expired": ({"exp": NOW - 300}, "invalid"),
    "issued in the future": ({"iat": NOW + 3_600}, "invalid"),
    "no subject": ({"sub": None}, "invalid"),
    "no nonce": ({"nonce": None}, "nonce"),
    "nonce of another": ({"nonce": "6afd1c00.00.00"}, "nonce"),
    "unverified address": ({"email_verified": False}, "person"),
    "verified in words": ({"email_verified": "true"}, "person"),
    "another organization": ({"hd": "elsewhere.example"}, "person"),
    "no organization": ({"hd": None}, "person"),
}


@pytest.mark.parametrize(("changed", "reason"), WRONG.values(), ids=WRONG)
def test_token_with_a_wrong_claim_verifies_nobody(changed: dict[str, object], reason: str) -> None:
    """The sender is then claimed, the decision is made all the same, and admins can count why."""
    gate = Gate()
    assert gate.verify(signed(gate.claims(**changed))) is None
    assert gate.reports == [("accounts.google.com", reason)]


def test_token_of_another_issuer_finds_nobody_to_read_it() -> None:
    """Its keys are not even asked for."""
    gate = Gate()
    assert gate.verify(signed(gate.claims(iss="https://accounts.example"))) is None
    assert gate.reports == [("unknown", "issuer")]


def test_token_signed_otherwise_verifies_nobody() -> None:
    """Neither a foreign key, nor a shared secret, nor none at all, nor a key without a name."""
    gate = Gate()
    secret = OctKey.import_key(b"s" * 32, {"kid": KEY_ID})
    tokens = [
        signed(gate.claims(), {"alg": "RS256", "kid": KEY_ID}, rsa_key("foreign")),
        signed(gate.claims(), {"alg": "HS256", "kid": KEY_ID}, secret),
        signed(gate.claims(), {"alg": "RS256"}),
        unsigned(gate.claims()),
    ]
    assert [gate.verify(token) for token in tokens] == [None] * 4


def test_without_keys_nobody_is_verified_and_the_reason_is_counted() -> None:
    """Google out of reach is no fault of the token."""
    gate = Gate()
    gate.provider.down = True
    assert gate.verify(signed(gate.claims())) is None
    assert gate.reports == [("accounts.google.com", "signing-keys-unavailable")]


def test_without_a_client_id_no_google_token_is_read() -> None:
    """Sign-in is off until IT names the OAuth client."""
    assert Gate(ExtensionTrust(())).verify("x.y.z") is None


def test_without_hosted_domains_every_google_account_is_a_person() -> None:
    """A small organization on free mail can verify its people too."""
    gate = Gate(ExtensionTrust((CLIENT,)))
    assert gate.verify(signed(gate.claims(hd=None))) is not None
