"""An OpenID provider as it describes itself (OpenID Connect Discovery 1.0), and its signing keys."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Final

import msgspec
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey
from msgspec import Struct

from atesaki.identity.jwks import LEAST_BITS
from atesaki.identity.oidc_http import FAILURES, Call, is_safe
from atesaki.judgement.errors import AtesakiError

ALGORITHMS: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"})
"""What an ID token may be signed with: never `none`, never a shared secret (RFC 8725 §3.1)."""

FRESH_FOR: Final = 3_600.0
ASK_EVERY: Final = 30.0
"""Seconds between two calls for keys: tokens with invented key ids must not make us flood the provider."""

PATIENCE: Final = 1.0
"""Seconds for which one waits while another asks: a provider that hangs must not keep every thread waiting.

What is known already then counts.
"""

DISCOVERY_FAILURES: Final = (*FAILURES, msgspec.MsgspecError)
"""What asking a provider who it is can raise."""

_PUBLIC = {"RSA": ("kty", "n", "e"), "EC": ("kty", "crv", "x", "y"), "OKP": ("kty", "crv", "x")}
_OK = 200
_log = structlog.get_logger(__name__)


class ProviderUnavailable(AtesakiError):
    """The provider can't be asked, so nobody can sign in with it."""

    status: ClassVar[int] = 503
    type: ClassVar[str] = "identity-provider-unavailable"
    retry_after: ClassVar[int] = 10


class Metadata(Struct, frozen=True):
    """What a provider says of itself; what it leaves out has the standard's default."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    id_token_signing_alg_values_supported: tuple[str, ...] = ("RS256",)
    authorization_response_iss_parameter_supported: bool = False

    @property
    def algorithms(self) -> list[str]:
        """What its ID tokens may be signed with."""
        return sorted(ALGORITHMS.intersection(self.id_token_signing_alg_values_supported))


class Provider:
    """One provider; what it says is kept for an hour, and for as long as it can't be reached. Threads may share it."""

    def __init__(self, issuer: str, call: Call, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._call = call
        self._clock = clock
        self._lock = threading.Lock()
        self._metadata: Metadata | None = None
        self._keys: Mapping[str, Key] = {}
        self._metadata_at = self._keys_at = float("-inf")

    def metadata(self) -> Metadata:
        """Return what the provider says of itself; raises `ProviderUnavailable`."""
        with self._turn() as ours:
            if ours and self._clock() - self._metadata_at >= FRESH_FOR:
                self._metadata = self._discovered() or self._metadata
                self._metadata_at = self._clock() if self._metadata else float("-inf")
            if self._metadata is None:
                raise _unavailable()
            return self._metadata

    def key(self, key_id: str | None) -> Key | None:
        """Return a signing key, `None` where the provider has no such key; raises `ProviderUnavailable`.

        A token may leave its key's id out where there is but one key (OpenID Connect Core 1.0 §10.1).
        """
        url = self.metadata().jwks_uri
        with self._turn() as ours:
            since, found = self._clock() - self._keys_at, self._find(key_id)
            if ours and (since >= FRESH_FOR or (since >= ASK_EVERY and found is None)):
                self._keys = self._fetched_keys(url) or self._keys
                self._keys_at = self._clock() if self._keys else float("-inf")
                found = self._find(key_id)
            # Whoever didn't get a turn doesn't know that there is no such key.
            if not self._keys or (found is None and not ours):
                raise _unavailable()
            return found

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        """Tell whether it is our turn to ask; it is not where another one has asked for too long."""
        ours = self._lock.acquire(timeout=PATIENCE)
        try:
            yield ours
        finally:
            if ours:
                self._lock.release()

    def _find(self, key_id: str | None) -> Key | None:
        if key_id is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(key_id)

    def _discovered(self) -> Metadata | None:
        try:
            return discover(self._issuer, self._call)
        except DISCOVERY_FAILURES as error:
            _log.warning("identity_provider.not_discovered", error=type(error).__name__)
            return None

    def _fetched_keys(self, url: str) -> Mapping[str, Key]:
        try:
            return read_signing_keys(self._call(url).body)
        except FAILURES as error:
            _log.warning("identity_provider.no_keys", error=type(error).__name__)
            return {}


def discover(issuer: str, call: Call) -> Metadata:
    """Return what a provider says of itself; raises one of `DISCOVERY_FAILURES`."""
    answer = call(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    found = msgspec.json.decode(answer.body, type=Metadata)
    _check(found, issuer)
    return found


def read_signing_keys(body: bytes) -> Mapping[str, Key]:
    """Return the public keys for signatures in a key set (RFC 7517) by their ids; raises `ValueError`."""
    document = json.loads(body)
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, Sequence):
        raise ValueError("This is no key set.")  # noqa: TRY004  # What comes from outside has a wrong value.
    found = ((str(entry.get("kid", "")), _key(entry)) for entry in entries if isinstance(entry, dict))
    return {key_id: key for key_id, key in found if key is not None}


def _key(entry: Mapping[str, Any]) -> Key | None:
    members = _PUBLIC.get(str(entry.get("kty")))
    if members is None or entry.get("use", "sig") != "sig":
        return None
    try:
        # Only the public part: a shared secret or a private key has no business here.
        key = JWKRegistry.import_key({name: entry[name] for name in members})
    except (JoseError, KeyError, TypeError, ValueError):
        return None
    if isinstance(key, RSAKey):
        return key if key.public_key.key_size >= LEAST_BITS else None
    return key if isinstance(key, ECKey | OKPKey) else None


def _check(found: Metadata, issuer: str) -> None:
    """Refuse metadata of somebody else (OpenID Connect Discovery 1.0 §4.3) and endpoints that anybody can listen to."""
    if found.issuer.rstrip("/") != issuer.rstrip("/"):
        raise ValueError("The provider names another issuer.")
    endpoints = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri, found.userinfo_endpoint)
    if not all(is_safe(endpoint) for endpoint in endpoints if endpoint):
        raise ValueError("The provider names an address without https.")


def _unavailable() -> ProviderUnavailable:
    return ProviderUnavailable("The identity provider can't be reached at the moment; try again in a minute.")
