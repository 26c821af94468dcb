"""What a provider says of itself: its keys, its addresses, and what counts while it is away."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

import pytest
from tests.fakes.oidc import ISSUER, FakeOidc
from tests.fakes.provider import public, rsa_key
from tests.identity.oidc.desk import Desk

from atesaki.identity.oidc_provider import ASK_EVERY, Provider, ProviderUnavailable


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


def test_one_thread_at_a_time_waits_for_a_provider_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """All others are told at once, so that clicks of strangers don't take every thread of the server."""
    monkeypatch.setattr("atesaki.identity.oidc_provider.PATIENCE", 0.05)
    called, answered = threading.Event(), threading.Event()

    def hanging(url: str, headers: Mapping[str, str] = {}, body: bytes | None = None) -> NoReturn:
        called.set()
        answered.wait(20)
        raise ConnectionResetError(url, headers, body)

    provider = Provider(ISSUER, hanging)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(provider.metadata)
        assert called.wait(20)
        try:
            with pytest.raises(ProviderUnavailable):
                threads.submit(provider.metadata).result(5)
        finally:
            answered.set()
        with pytest.raises((ProviderUnavailable, ConnectionResetError)):
            first.result(5)
