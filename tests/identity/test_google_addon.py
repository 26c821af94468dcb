"""The add-on's two tokens: whatever is wrong with one, nobody is believed."""

import asyncio
from typing import Any

import pytest
from joserfc.jwk import OctKey
from tests.fakes.provider import KEY_ID, FakeProvider, rsa_key, signed, unsigned

from atesaki.clients.gmail import audiences
from atesaki.identity.errors import NotPermitted
from atesaki.identity.google import KEYS_URL
from atesaki.identity.google_addon import AddonTokens, AddonTrust
from atesaki.identity.id_token import MAX_LENGTH, TokenInvalid
from atesaki.identity.jwks import KeysUnavailable, ProviderKeys
from atesaki.identity.verifier import Identity

NOW = 1_795_000_000
BASE = "https://atesaki.hall.example"
ACCOUNT = "service-1234@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"
CLIENT = "1234-addon.apps.googleusercontent.com"
TRUST = AddonTrust(audiences(BASE), ACCOUNT, CLIENT, ("hall.example",))

TIMES = {"iat": NOW - 60, "exp": NOW + 3_540}
ISSUER = "https://accounts.google.com"
SYSTEM: dict[str, Any] = {
    "iss": ISSUER,
    "aud": f"{BASE}/gmail/addon/action",
    "sub": "115",
    "email": ACCOUNT,
    "email_verified": True,
    **TIMES,
}
PERSON: dict[str, Any] = {
    "iss": ISSUER,
    "aud": CLIENT,
    "sub": "108",
    "email": "staff@hall.example",
    "email_verified": True,
    "hd": "hall.example",
    **TIMES,
}
RS256 = {"alg": "RS256", "kid": KEY_ID}


class Gate:
    """The verification with a fake provider's keys, at a fixed time."""

    def __init__(self, trust: AddonTrust = TRUST) -> None:
        self.provider = FakeProvider()
        self._tokens = AddonTokens(ProviderKeys(KEYS_URL, self.provider.fetch), trust, lambda: NOW)

    def confirm(self, token: str | None) -> None:
        """Verify a system token."""
        asyncio.run(self._tokens.confirm_caller(token))

    def sender(self, token: str | None) -> Identity:
        """Verify a user token."""
        return asyncio.run(self._tokens.find_sender(token))


def without(claims: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the claims without one of them."""
    return {key: value for key, value in claims.items() if key != name}


@pytest.mark.parametrize("audience", audiences(BASE))
@pytest.mark.parametrize("issuer", [ISSUER, "accounts.google.com"])
def test_google_s_call_is_confirmed(audience: str, issuer: str) -> None:
    """Google names the called address or the base, and spells itself in two ways."""
    Gate().confirm(signed({**SYSTEM, "aud": audience, "iss": issuer}))


def test_person_is_known_by_subject_and_verified_address() -> None:
    """The subject never changes; the address is the one that Google has verified."""
    assert Gate().sender(signed(PERSON)) == Identity("google", "108", "staff@hall.example")


INVALID = {
    "no token": None,
    "empty": "",
    "no token at all": "abc",
    "four parts": "a.b.c.d",
    "not ASCII": "é.é.é",
    "endless": "a" * (MAX_LENGTH + 1),
    "nested header": "W1tb" * 3_000 + ".e30.AA",
    "audience of another": signed({**SYSTEM, "aud": "https://other.example/gmail/addon/action"}),
    "audience is longer": signed({**SYSTEM, "aud": f"{BASE}/gmail/addon/action/x"}),
    "two audiences": signed({**SYSTEM, "aud": [BASE, "https://other.example"]}),
    "no audience": signed(without(SYSTEM, "aud")),
    "issuer of another": signed({**SYSTEM, "iss": "https://accounts.google.com.evil.example"}),
    "no issuer": signed(without(SYSTEM, "iss")),
    "expired": signed({**SYSTEM, "exp": NOW - 31}),
    "never expires": signed(without(SYSTEM, "exp")),
    "expiry is text": signed({**SYSTEM, "exp": "2099"}),
    "issued in the future": signed({**SYSTEM, "iat": NOW + 31}),
    "never issued": signed(without(SYSTEM, "iat")),
    "no subject": signed(without(SYSTEM, "sub")),
    "empty subject": signed({**SYSTEM, "sub": ""}),
    "HS256": signed(SYSTEM, {"alg": "HS256", "kid": KEY_ID}, OctKey.import_key("x" * 32)),
    "HS256 with the public key": signed(
        SYSTEM, {"alg": "HS256", "kid": KEY_ID}, OctKey.import_key(rsa_key().as_bytes(private=False).hex())
    ),
    "RS512": signed(SYSTEM, {"alg": "RS512", "kid": KEY_ID}),
    "no kid": signed(SYSTEM, {"alg": "RS256"}),
    "empty kid": signed(SYSTEM, {"alg": "RS256", "kid": ""}),
    "unknown kid": signed(SYSTEM, {"alg": "RS256", "kid": "k9"}),
    "another key under our kid": signed(SYSTEM, RS256, rsa_key("forger")),
    "none": unsigned(SYSTEM),
    "changed payload": ".".join([*signed(SYSTEM).split(".")[:1], "e30", signed(SYSTEM).split(".")[2]]),
    "no signature": signed(SYSTEM).rpartition(".")[0] + ".",
}


@pytest.mark.parametrize("token", INVALID.values(), ids=INVALID)
def test_token_with_anything_wrong_is_refused(token: str | None) -> None:
    """401, and one sentence that helps no forger."""
    with pytest.raises(TokenInvalid) as caught:
        Gate().confirm(token)
    assert (caught.value.status, caught.value.type) == (401, "identity-token-invalid")
    with pytest.raises(TokenInvalid):
        Gate().sender(token)


@pytest.mark.parametrize(
    "change",
    [
        {"email": "service-99@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"},
        {"email": "staff@hall.example"},
        {"email": ""},
        {"email": [ACCOUNT]},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
    ],
)
def test_call_of_another_service_account_is_not_permitted(change: dict[str, object]) -> None:
    """Google signs for everybody's add-on; only ours may call."""
    with pytest.raises(NotPermitted) as caught:
        Gate().confirm(signed({**SYSTEM, **change}))
    assert caught.value.status == 403


@pytest.mark.parametrize(
    "change",
    [{"email_verified": False}, {"email": None}, {"hd": "other.example"}, {"hd": None}, {"hd": ["hall.example"]}],
)
def test_person_of_another_domain_or_without_verified_address_is_not_permitted(change: dict[str, object]) -> None:
    """Membership is what Google says in `hd`, never what an address looks like."""
    with pytest.raises(NotPermitted):
        Gate().sender(signed({**PERSON, **change}))


def test_every_person_is_permitted_where_no_domain_is_named() -> None:
    """A club without Google Workspace has no hosted domain."""
    gate = Gate(AddonTrust(audiences(BASE), ACCOUNT, CLIENT))
    assert gate.sender(signed(without(PERSON, "hd"))).address == "staff@hall.example"


def test_user_token_of_another_client_is_refused() -> None:
    """A token that the person gave to another site proves nothing here."""
    with pytest.raises(TokenInvalid):
        Gate().sender(signed({**PERSON, "aud": "1234-other.apps.googleusercontent.com"}))


def test_tokens_can_not_stand_for_each_other() -> None:
    """The service account is nobody, and a person is not Google."""
    with pytest.raises(TokenInvalid):
        Gate().sender(signed(SYSTEM))
    with pytest.raises(TokenInvalid):
        Gate().confirm(signed(PERSON))


def test_clocks_may_differ_by_half_a_minute() -> None:
    """Google's clock and ours."""
    Gate().confirm(signed({**SYSTEM, "iat": NOW + 30, "exp": NOW + 60}))
    Gate().confirm(signed({**SYSTEM, "exp": NOW - 29}))


def test_forged_algorithm_does_not_even_ask_for_keys() -> None:
    """Nobody makes us call the provider with a token that is refused anyway."""
    gate = Gate()
    for name in ("HS256", "none", "no kid", "RS512"):
        with pytest.raises(TokenInvalid):
            gate.confirm(INVALID[name])
    assert gate.provider.asked == []


def test_without_the_keys_a_token_is_neither_good_nor_bad() -> None:
    """503, which the add-on turns into a card."""
    gate = Gate()
    gate.provider.down = True
    with pytest.raises(KeysUnavailable) as caught:
        gate.confirm(signed(SYSTEM))
    assert caught.value.status == 503


def test_unknown_header_parameters_are_ignored() -> None:
    """RFC 7515 §4: what a provider adds later must not lock everybody out."""
    Gate().confirm(signed(SYSTEM, {**RS256, "x-new": 1}))
