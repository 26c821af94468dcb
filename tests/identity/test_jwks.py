"""Signing keys: fetched rarely, kept while they are fresh, and never guessed."""

import asyncio
import http.server
import json
import threading
import urllib.request
from collections.abc import Coroutine, Iterator
from email.message import Message
from http.client import HTTPResponse
from io import BytesIO
from typing import Any, TypeVar
from urllib.error import HTTPError

import pytest
from joserfc.jwk import RSAKey
from tests.fakes.provider import KEY_ID, FakeProvider, public, rsa_key
from tests.fakes.running import running
from typing_extensions import override

from atesaki.identity import jwks
from atesaki.identity.jwks import KeysUnavailable, ProviderKeys, fetch_https, freshness, read_keys

URL = "https://provider.example/keys"
_T = TypeVar("_T")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now


class Keys:
    """The keys of a fake provider, asked one after the other on one event loop."""

    def __init__(self) -> None:
        self.provider, self.clock = FakeProvider(), Clock()
        self.keys = ProviderKeys(URL, self.provider.fetch, self.clock)
        self.runner = asyncio.Runner()

    def find(self, key_id: str = KEY_ID) -> RSAKey | None:
        """Return the key of this id."""
        return self.run(self.keys.find(key_id))

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Wait for the work."""
        return self.runner.run(work)


@pytest.fixture
def keys() -> Iterator[Keys]:
    """A provider that nobody has asked yet."""
    found = Keys()
    with found.runner:
        yield found


def test_known_key_is_fetched_once(keys: Keys) -> None:
    """While the set is fresh, nobody waits for the provider."""
    found = keys.find()
    assert found is not None
    assert found.as_dict(private=False)["n"] == rsa_key().as_dict(private=False)["n"]
    keys.clock.now += 3_599
    assert keys.find() is found
    assert keys.provider.asked == [URL]


def test_several_callers_share_one_fetch(keys: Keys) -> None:
    """A burst after the start asks the provider once."""

    async def burst() -> list[RSAKey | None]:
        return await asyncio.gather(*(keys.keys.find(KEY_ID) for _ in range(20)))

    assert None not in keys.run(burst())
    assert len(keys.provider.asked) == 1


def test_set_is_fetched_again_once_it_is_no_longer_fresh(keys: Keys) -> None:
    """The provider's max-age says when."""
    keys.find()
    keys.clock.now += 3_601
    keys.find()
    assert len(keys.provider.asked) == 2


def test_unknown_key_asks_at_most_once_a_minute(keys: Keys) -> None:
    """A new key is found within a minute; invented ids don't make us flood the provider."""
    keys.find()
    assert [keys.find("k2") for _ in range(5)] == [None] * 5
    assert len(keys.provider.asked) == 1
    keys.provider.keys = [public(rsa_key()), public(rsa_key("k2"))]
    keys.clock.now += jwks.REFRESH_EVERY
    assert keys.find("k2") is not None
    assert len(keys.provider.asked) == 2


def test_without_any_set_nobody_can_be_told(keys: Keys) -> None:
    """Neither good nor bad: the caller has to say that it could not check."""
    keys.provider.down = True
    for _ in range(3):
        with pytest.raises(KeysUnavailable):
            keys.find()
    assert len(keys.provider.asked) == 1
    keys.provider.down = False
    keys.clock.now += jwks.RETRY_EVERY
    assert keys.find() is not None


def test_last_good_set_serves_while_the_provider_is_down(keys: Keys) -> None:
    """For a day; then the keys may have been withdrawn."""
    keys.find()
    keys.provider.down = True
    keys.clock.now += 3_600 + jwks.STALE_FOR - 1
    assert keys.find() is not None
    keys.clock.now += 1
    with pytest.raises(KeysUnavailable):
        keys.find()


def test_new_key_of_a_provider_that_is_down_can_not_be_told(keys: Keys) -> None:
    """The unknown key may be its newest one."""
    keys.find()
    keys.provider.down = True
    keys.clock.now += jwks.REFRESH_EVERY
    with pytest.raises(KeysUnavailable):
        keys.find("k2")
    assert keys.find() is not None


def test_nobody_waits_long_for_a_slow_provider(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person wants to send; what comes late serves the next one."""
    monkeypatch.setattr(jwks, "PATIENCE", 0.01)
    answering = threading.Event()

    def slow(url: str) -> jwks.Fetched:
        answering.wait(10)
        return keys.provider.fetch(url)

    keys.keys = ProviderKeys(URL, slow, keys.clock)
    for _ in range(3):
        with pytest.raises(KeysUnavailable):
            keys.find()
    answering.set()
    monkeypatch.setattr(jwks, "PATIENCE", 10)
    assert keys.find() is not None
    assert len(keys.provider.asked) == 1


def test_keys_are_there_before_anybody_asks(keys: Keys) -> None:
    """The first sender after a start is verified without waiting, even if the provider breaks down then."""

    async def start() -> None:
        work = asyncio.create_task(keys.keys.keep_fresh())
        await asyncio.sleep(0)
        assert keys.keys._fetching is not None
        await keys.keys._fetching
        keys.provider.down = True
        work.cancel()

    keys.run(start())
    assert keys.find() is not None
    assert len(keys.provider.asked) == 1


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"keys": []}', b'{"keys": [1]}', b"<html>", b"\xff", b"[" * 9_999]
)
def test_answer_that_is_no_key_set_is_no_answer(keys: Keys, body: bytes) -> None:
    """A captive portal or an empty set never replaces the keys."""
    keys.keys = ProviderKeys(URL, lambda _: jwks.Fetched(body), keys.clock)
    with pytest.raises(KeysUnavailable):
        keys.find()


# The library warns about the short key, which we refuse.
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_keys_that_must_not_sign_tokens_are_passed_over() -> None:
    """Keys for encryption, short ones, other kinds and broken ones; the rest of the set serves."""
    entries = [
        public(rsa_key("for-encryption"), use="enc"),
        public(rsa_key("short", 1_024)),
        {"kty": "EC", "kid": "curve", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "RSA", "kid": "broken", "n": "AQAB"},
        {**public(rsa_key()), "kid": 7},
        public(rsa_key()),
    ]
    assert list(read_keys(json.dumps({"keys": entries}).encode())) == [KEY_ID]


def _answer(**headers: str) -> HTTPResponse:
    answer = HTTPResponse(_Socket())  # type: ignore[arg-type]  # It only asks for a file.
    answer.headers = Message()  # type: ignore[assignment]  # The base of the class that it has.
    for name, value in headers.items():
        answer.headers[name.replace("_", "-")] = value
    return answer


class _Socket:
    def makefile(self, _mode: str) -> BytesIO:
        return BytesIO()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache_Control": "public, max-age=19800, must-revalidate", "Age": "800"}, 19_000),
        ({"Cache_Control": 'Max-Age="60"'}, 60),
        ({"Cache_Control": "s-maxage=60"}, jwks.USUAL_AGE),
        ({"Cache_Control": "no-cache", "Age": "²"}, jwks.USUAL_AGE),
        ({}, jwks.USUAL_AGE),
    ],
)
def test_freshness_is_what_the_provider_says(headers: dict[str, str], seconds: float) -> None:
    """RFC 9111 §4.2, with the time that a cache on the way kept it."""
    assert freshness(_answer(**headers)) == seconds


@pytest.mark.parametrize(("said", "kept"), [(0.0, jwks.LEAST_AGE), (10**9, jwks.MOST_AGE)])
def test_freshness_has_bounds(keys: Keys, said: float, kept: float) -> None:
    """Neither do we ask at every token, nor do we keep a withdrawn key for years."""
    keys.provider.max_age = said
    keys.find()
    keys.clock.now += kept - 1
    keys.find()
    assert len(keys.provider.asked) == 1
    keys.clock.now += 1
    keys.find()
    assert len(keys.provider.asked) == 2


def test_keys_are_fetched_by_https_only() -> None:
    """Over http anybody on the way could hand us a key."""
    with pytest.raises(ValueError, match="https only"):
        fetch_https("http://provider.example/keys")


class _Elsewhere(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.1:9/keys")
        self.end_headers()

    @override
    def log_message(self, *_: object) -> None:
        pass


def test_redirect_is_not_followed() -> None:
    """The keys come from the address that was named."""
    with running(http.server.HTTPServer(("127.0.0.1", 0), _Elsewhere)) as server:
        with pytest.raises(HTTPError) as caught:
            urllib.request.build_opener(jwks.NoRedirect).open(f"http://127.0.0.1:{server.server_port}/", timeout=5)
        caught.value.close()
    assert caught.value.code == 302
