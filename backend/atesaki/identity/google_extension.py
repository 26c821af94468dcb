"""ID tokens of the Gmail extension: who is signed in to Google, asked for by our own nonce.

https://developers.google.com/identity/openid-connect/openid-connect, "Validate an ID token"
"""

import time
from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from atesaki.identity.errors import NotPermitted
from atesaki.identity.google import ISSUERS, person
from atesaki.identity.id_token import Expected, FindsKeys, TokenInvalid, read_id_token
from atesaki.identity.issuers import IdentifiesHolder, TokenRefused, Unverified, host_of
from atesaki.identity.nonce import Nonces
from atesaki.identity.verifier import Identity

HOST: Final = host_of(ISSUERS[0])


class ExtensionTrust(Struct, frozen=True):
    """Whose tokens are taken: of these OAuth clients, and of people of these Workspace domains (of all without any)."""

    client_ids: tuple[str, ...]
    hosted_domains: tuple[str, ...] = ()


class ExtensionTokens:
    """Identifies the holders of ID tokens; a person is Google's `sub`, which never changes and is never given anew."""

    def __init__(
        self, keys: FindsKeys, trust: ExtensionTrust, nonces: Nonces, now: Callable[[], float] = time.time
    ) -> None:
        self._keys = keys
        self._trust = trust
        self._nonces = nonces
        self._now = now

    @property
    def by_host(self) -> Mapping[str, IdentifiesHolder]:
        """The host of the issuer whose tokens are read here; none where no client is named."""
        return {HOST: self} if self._trust.client_ids else {}

    async def identify(self, token: Unverified) -> Identity:
        """Return who holds a valid token; raises `TokenRefused` or `KeysUnavailable` for any other."""
        expected = Expected(ISSUERS, self._trust.client_ids)
        try:
            claims = await read_id_token(token.text, self._keys, expected, self._now)
        except TokenInvalid:
            raise TokenRefused("invalid") from None
        if not self._nonces.answered_by(claims.get("nonce"), claims["iat"]):
            raise TokenRefused("nonce")
        try:
            return person(claims, self._trust.hosted_domains)
        except NotPermitted:
            raise TokenRefused("person") from None
