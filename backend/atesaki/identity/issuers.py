"""One verifier for the tokens of several identity providers: the issuer that a token names decides who reads it."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, Protocol
from urllib.parse import urlsplit

import structlog
from joserfc import jws

from atesaki.identity.id_token import MALFORMED, MAX_LENGTH
from atesaki.identity.verifier import Identity
from atesaki.judgement.errors import AtesakiError

VERIFIED: Final = "verified"

_log = structlog.get_logger(__name__)

Report = Callable[[str, str], None]
"""Counts a token: the issuer's host, and `verified` or the reason why it verifies nobody."""


class TokenRefused(Exception):
    """A token that verifies nobody; `reason` is one word for what is wrong, never a value of the token."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unverified(NamedTuple):
    """A token as it came, with what it says of itself; none of it is to be believed."""

    text: str
    header: Mapping[str, Any]
    claims: Mapping[str, Any]


class IdentifiesHolder(Protocol):
    """Reads the tokens of one provider."""

    async def identify(self, token: Unverified) -> Identity:
        """Return who holds a valid token; raises `TokenRefused`, or an `AtesakiError`, for any other."""
        ...


class IssuersVerifier:
    """Hands each token to the provider whose host stands in its issuer (`iss`, RFC 7519 §4.1.1).

    Which app a client says it is tells nothing: it may be wrong. A token that names a wrong issuer finds no key there.
    """

    def __init__(self, providers: Mapping[str, IdentifiesHolder], report: Report) -> None:
        self._providers = providers
        self._report = report

    async def verify(self, token: str) -> Identity | None:
        """Return who holds `token`, `None` for one that is not valid; it is counted, with the reason."""
        issuer = "unknown"
        try:
            unverified = read_unverified(token)
            host = host_of(unverified.claims.get("iss"))
            if host not in self._providers:
                raise TokenRefused("issuer")  # noqa: TRY301  # Refused like all others, here where it is counted.
            issuer = host
            identity = await self._providers[host].identify(unverified)
        except Exception as error:  # noqa: BLE001  # A token is no precondition for a decision, whatever breaks.
            self._refuse(issuer, _reason(error))
            return None
        self._report(issuer, VERIFIED)
        return identity

    def _refuse(self, issuer: str, reason: str) -> None:
        self._report(issuer, reason)
        _log.info("identity_token.refused", issuer=issuer, reason=reason)


def read_unverified(token: str) -> Unverified:
    """Read a token without any check; raises `TokenRefused`."""
    if len(token) > MAX_LENGTH:
        raise TokenRefused("too_large")
    try:
        signed = jws.extract_compact(token.encode())
        return Unverified(token, signed.headers(), dict(json.loads(signed.payload)))
    except MALFORMED:
        raise TokenRefused("malformed") from None


def host_of(issuer: object) -> str:
    """Return the host of an issuer; Google writes one without a scheme."""
    text = issuer if isinstance(issuer, str) else ""
    try:
        return urlsplit(text).netloc or text
    except ValueError:
        return text


def _reason(error: Exception) -> str:
    match error:
        case TokenRefused():
            return error.reason
        case AtesakiError():
            return error.type
        case _:
            return "error"
