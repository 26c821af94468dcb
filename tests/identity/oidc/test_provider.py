"""What a provider says of itself: its keys, its addresses, and what counts while it is away."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from tests.fakes.oidc import ISSUER, FakeOidc
from tests.fakes.provider import public, rsa_key
from tests.identity.oidc.desk import Desk
from typing_extensions import override

from atesaki.identity.oidc_http import Answer
from atesaki.identity.oidc_provider import ASK_EVERY, ProviderUnavailable

T = TypeVar("T")


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


class Hanging(FakeOidc):
    """A provider that doesn't answer while `hangs` is set; `asked` says that somebody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.hangs = False
        self.asked, self.over = threading.Event(), threading.Event()

    @override
    def __call__(self, url: str, headers: Mapping[str, str] = {}, body: bytes | None = None) -> Answer:
        """Answer a call, or wait and break the connection."""
        if self.hangs:
            self.asked.set()
            self.over.wait(20)
            raise ConnectionResetError
        return super().__call__(url, headers, body)

    @contextmanager
    def waited_for(self, ask: Callable[[], T]) -> Iterator[tuple[ThreadPoolExecutor, Future[T]]]:
        """Let one thread wait for it until the end; give threads for others, and what the first one is told."""
        self.hangs = True
        with ThreadPoolExecutor(2) as threads:
            first = threads.submit(ask)
            try:
                assert self.asked.wait(20)
                yield threads, first
            finally:
                self.over.set()


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Hanging:
    """A provider that can be told to hang, and little patience."""
    monkeypatch.setattr("atesaki.identity.oidc_provider.PATIENCE", 0.05)
    return Hanging()


def test_one_thread_at_a_time_waits_for_a_provider_that_hangs(hanging: Hanging) -> None:
    """All others are told soon, so that clicks of strangers don't take every thread of the server."""
    provider = Desk(hanging).provider
    with hanging.waited_for(provider.metadata) as (threads, first):
        with pytest.raises(ProviderUnavailable):
            threads.submit(provider.metadata).result(5)
        assert not first.done()
    with pytest.raises(ProviderUnavailable):
        first.result()


def test_what_a_provider_said_counts_while_it_hangs(hanging: Hanging) -> None:
    """People still leave for it after an hour, and a known key is known; an unknown one may be new."""
    desk = Desk(hanging)
    known = desk.provider.key("k1")
    desk.later = 4_000.0
    with hanging.waited_for(desk.provider.metadata) as (threads, _):
        assert threads.submit(desk.start).result(5).url
        assert threads.submit(desk.provider.key, "k1").result(5) is known
        with pytest.raises(ProviderUnavailable):
            threads.submit(desk.provider.key, "k2").result(5)
