"""ID tokens (OpenID Connect Core 1.0 §3.1.3.7): signature, issuer, audience and time, before any claim is believed."""

import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple, Protocol

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from atesaki.judgement.errors import AtesakiError

ALGORITHM = "RS256"
"""The one algorithm that Google and Microsoft sign with; a token that names another is refused (RFC 8725 §3.1)."""

LEEWAY = 30
"""Seconds by which two clocks may differ."""

MAX_LENGTH = 16_384
"""Longest token in characters; real ones have 1,000 to 3,000."""

MALFORMED = (JoseError, ValueError, TypeError, KeyError, RecursionError, OverflowError)
"""What reading a token that anybody may have written can raise."""

SIGNATURES = jws.JWSRegistry(algorithms=[ALGORITHM], strict_check_header=False)
"""Header parameters that nobody understands are ignored (RFC 7515 §4); joserfc would refuse them."""


class TokenInvalid(AtesakiError):
    """A token that is not valid; what is wrong with it is nobody's business who forged it."""

    status: ClassVar[int] = 401
    type: ClassVar[str] = "identity-token-invalid"
    challenge: ClassVar[str] = 'Bearer error="invalid_token"'


class FindsKeys(Protocol):
    """Finds a provider's key by its id; raises `KeysUnavailable`."""

    async def find(self, key_id: str) -> RSAKey | None:
        """Return the key, `None` where there is no such key."""


class Expected(NamedTuple):
    """Who may have issued a token, and for whom it must have been issued."""

    issuers: tuple[str, ...]
    audiences: tuple[str, ...]


async def read_id_token(
    token: str, keys: FindsKeys, expected: Expected, now: Callable[[], float] = time.time
) -> Mapping[str, Any]:
    """Return the claims of a valid token.

    Raises `TokenInvalid` for any other, and `KeysUnavailable` where that can't be told.
    """
    key = await keys.find(_key_id(token))
    if key is None:
        raise _invalid()
    try:
        claims = jwt.decode(token, key, registry=SIGNATURES).claims
        _rules(expected, int(now())).validate(claims)
    except MALFORMED:
        raise _invalid() from None
    # A token for several audiences may have been handed on by one of them.
    if not isinstance(claims["aud"], str) or not claims["sub"]:
        raise _invalid()
    return claims


def _key_id(token: str) -> str:
    """Return the id of the key that signed; a token that names none could have been signed by any of them."""
    try:
        if len(token) > MAX_LENGTH:
            raise _invalid()
        header = jws.extract_compact(token.encode()).headers()
    except MALFORMED:
        raise _invalid() from None
    key_id = header.get("kid")
    # Before any key is fetched: an algorithm that we refuse must not make us ask the provider.
    if header.get("alg") != ALGORITHM or not isinstance(key_id, str) or not key_id:
        raise _invalid()
    return key_id


def _rules(expected: Expected, now: int) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=now,
        leeway=LEEWAY,
        iss={"essential": True, "values": list(expected.issuers)},
        aud={"essential": True, "values": list(expected.audiences)},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )


def _invalid() -> TokenInvalid:
    return TokenInvalid("The identity token is not valid; sign in again.")
