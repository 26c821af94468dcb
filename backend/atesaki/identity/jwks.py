"""Signing keys of an identity provider (RFC 7517): fetched by HTTPS, and kept for as long as the provider says."""

import asyncio
import json
import re
import time
import urllib.request
from collections.abc import Callable, Mapping
from email.message import Message
from http.client import HTTPException, HTTPResponse
from typing import IO, ClassVar, NamedTuple

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from typing_extensions import override

from atesaki.deadline import tls_context, within
from atesaki.judgement.errors import AtesakiError

FETCH_SECONDS = 5.0
"""How long one fetch may take."""

PATIENCE = 1.0
"""Seconds for which a person waits for it; what is fetched later serves the next one."""

REFRESH_EVERY = 60.0
"""Seconds between two fetches: tokens with invented key ids must not make us flood the provider."""

RETRY_EVERY = 5.0
"""The same while there is no set at all, and nobody can be verified."""

STALE_FOR = 24 * 3600.0
"""Seconds for which a set that is no longer fresh is used while the provider can't be reached (RFC 5861 §4)."""

LEAST_AGE, USUAL_AGE, MOST_AGE = 60.0, 300.0, 24 * 3600.0
"""Seconds for which a set is fresh: the bounds of what a provider may say, and what holds where it says nothing."""

MAX_BYTES = 262_144
LEAST_BITS = 2_048
"""Shortest RSA key that is believed (RFC 7518 §3.3)."""

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age=\"?(\d{1,9})", re.IGNORECASE)
_log = structlog.get_logger(__name__)


class KeysUnavailable(AtesakiError):
    """The provider's keys can't be had, so a token is neither good nor bad."""

    status: ClassVar[int] = 503
    type: ClassVar[str] = "signing-keys-unavailable"
    retry_after: ClassVar[int] = 5


class Fetched(NamedTuple):
    """A key set as it came, and for how many seconds it is fresh."""

    body: bytes
    max_age: float = USUAL_AGE


Fetch = Callable[[str], Fetched]
"""Fetches an address; blocks, and raises `OSError`, `HTTPException` or `ValueError` where that fails."""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """An answer comes from the address that was named, and from nowhere else."""

    @override
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        """Follow nothing, which makes the answer an error."""


def opener() -> urllib.request.OpenerDirector:
    """Make what opens addresses: it follows nothing, and heeds `within` over https."""
    return urllib.request.build_opener(urllib.request.HTTPSHandler(context=tls_context()), NoRedirect)


def fetch_https(url: str) -> Fetched:
    """Fetch a key set; blocks, raises as `Fetch` says.

    One small GET an hour needs no pool and no event loop:
    the standard library checks certificates and heeds the proxy settings of the machine.
    """
    if not url.startswith("https://"):
        raise ValueError("Signing keys are fetched by https only.")
    with within(FETCH_SECONDS), opener().open(url, timeout=FETCH_SECONDS) as answer:
        body = answer.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise ValueError("The key set is too large.")
        return Fetched(body, freshness(answer))


def freshness(answer: HTTPResponse) -> float:
    """Return for how many more seconds an answer is fresh (RFC 9111 §4.2)."""
    found = _MAX_AGE.search(answer.headers.get("Cache-Control", ""))
    if found is None:
        return USUAL_AGE
    age = answer.headers.get("Age", "")
    return float(found[1]) - (float(age) if age.isascii() and age.isdecimal() else 0.0)


def read_keys(body: bytes) -> Mapping[str, RSAKey]:
    """Return the RSA keys for signatures in a JWK set, by their ids; raises `ValueError` where there are none."""
    document = json.loads(body)
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise ValueError("This is no key set.")  # noqa: TRY004  # What comes from outside has a wrong value.
    found = {str(entry["kid"]): key for entry in entries if (key := _key(entry)) is not None}
    if not found:
        raise ValueError("The key set has no key that can be used.")
    return found


def _key(entry: object) -> RSAKey | None:
    if not isinstance(entry, dict) or entry.get("kty") != "RSA" or entry.get("use", "sig") != "sig":
        return None
    if not isinstance(entry.get("kid"), str):
        return None
    try:
        # Providers add fields of their own, and a private part has no business here.
        key = RSAKey.import_key({name: entry[name] for name in ("kty", "n", "e")} | _issuer(entry))
    except (JoseError, KeyError, TypeError, ValueError):
        return None
    return key if key.public_key.key_size >= LEAST_BITS else None


def _issuer(entry: Mapping[str, object]) -> dict[str, str]:
    """Keep for whom a key signs: Entra says so where one document serves several issuers."""
    issuer = entry.get("issuer")
    return {"issuer": issuer} if isinstance(issuer, str) else {}


class ProviderKeys:
    """The keys of one provider, shared by everybody who verifies its tokens."""

    def __init__(self, url: str, fetch: Fetch = fetch_https, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._fetch = fetch
        self._clock = clock
        self._fetching: asyncio.Task[None] | None = None
        self._keys: Mapping[str, RSAKey] = {}
        self._fresh_until = self._asked_at = float("-inf")
        self._failed = False

    async def find(self, key_id: str) -> RSAKey | None:
        """Return the key, `None` where the provider has no such key; raises `KeysUnavailable`."""
        if not self._sure(key_id) and (fetching := self._refreshing()) is not None:
            await asyncio.wait({fetching}, timeout=PATIENCE)
        unsure = key_id not in self._keys and (self._failed or self._under_way)
        if unsure or self._clock() >= self._fresh_until + STALE_FOR:
            raise KeysUnavailable("The identity provider's keys can't be had at the moment.")
        return self._keys.get(key_id)

    async def keep_fresh(self) -> None:
        """Fetch the keys before anybody has to wait for them, for ever."""
        while True:
            if (fetching := self._refreshing()) is not None:
                await asyncio.wait({fetching})
            await asyncio.sleep(max(REFRESH_EVERY, self._fresh_until - self._clock() - REFRESH_EVERY))

    def _refreshing(self) -> asyncio.Task[None] | None:
        """Return the fetch that everybody shares, if one is under way or may be started."""
        if not self._under_way:
            self._fetching = asyncio.create_task(self._refresh()) if self._may_ask() else None
        return self._fetching

    @property
    def _under_way(self) -> bool:
        return self._fetching is not None and not self._fetching.done()

    def _sure(self, key_id: str) -> bool:
        return key_id in self._keys and self._clock() < self._fresh_until

    def _may_ask(self) -> bool:
        return self._clock() - self._asked_at >= (REFRESH_EVERY if self._keys else RETRY_EVERY)

    async def _refresh(self) -> None:
        self._asked_at = self._clock()
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                fetched = await asyncio.to_thread(self._fetch, self._url)
            self._keys = read_keys(fetched.body)
        except (OSError, HTTPException, ValueError, RecursionError) as error:
            # The last good set stays; `find` says for how long.
            self._failed = True
            _log.warning("signing_keys.not_fetched", error=type(error).__name__)
            return
        self._failed = False
        self._fresh_until = self._asked_at + min(MOST_AGE, max(LEAST_AGE, fetched.max_age))
