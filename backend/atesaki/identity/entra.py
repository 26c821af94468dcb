"""Access tokens of Microsoft Entra ID (v2.0): signature, tenant, audience and scope, before any claim is believed."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError
from joserfc.jwk import RSAKey

from atesaki.identity.id_token import ALGORITHM, MALFORMED, SIGNATURES
from atesaki.identity.issuers import IdentifiesHolder, TokenRefused, Unverified, host_of
from atesaki.identity.jwks import Fetch, KeysUnavailable, ProviderKeys, fetch_https
from atesaki.identity.verifier import Identity
from atesaki.judgement.address import parse_address
from atesaki.setting_kinds import is_guid

PROVIDER: Final = "entra"

SCOPE: Final = "access_as_user"
"""The scope of the app registration; Office's own sign-in insists on this name (Microsoft, "Register an Office Add-in
that uses single sign-on"). An ID token has none, which is how it is told from an access token."""

OFFICE_CLIENTS: Final = frozenset(
    {
        "d3590ed6-52b3-4102-aeff-aad2292ab01c",
        "93d53678-613d-4013-afc1-62e9e444a0a5",
        "bc59ab01-8403-45c6-8796-ac3ef710b3e3",
    }
)
"""Microsoft Office, Office on the web, Outlook on the web: they ask for the token where the add-in can't
(the same page; its id `ea5a67f6-…` stands for these three)."""

LEEWAY: Final = 60
"""Seconds by which two clocks may differ."""

_REASONS = {"iss": "issuer", "tid": "tenant", "aud": "audience", "nbf": "not_yet_valid", "iat": "not_yet_valid"}


class Registration(NamedTuple):
    """Whose tokens are taken: of these tenants, for these audiences, asked for by these clients.

    `authority` is the sign-in service without a slash at its end; everything else is GUIDs in lower case,
    and `audiences` may also hold `api://` addresses.
    """

    authority: str
    tenants: tuple[str, ...]
    audiences: tuple[str, ...]
    clients: tuple[str, ...] = ()

    def issuer(self, tenant: str) -> str:
        """Return the issuer of v2.0 tokens of a tenant."""
        return f"{self.authority}/{tenant}/v2.0"

    def keys_url(self, tenant: str) -> str:
        """Return where a tenant's signing keys are."""
        return f"{self.authority}/{tenant}/discovery/v2.0/keys"

    def takes_client(self, client: object) -> bool:
        """Tell whether tokens are taken from this client: the add-in itself, Office, or one that was named."""
        return isinstance(client, str) and client in (*self.audiences, *OFFICE_CLIENTS, *self.clients)


class EntraTokens:
    """Identifies the holders of access tokens; a person is the pair of tenant and object id, which never changes.

    `preferred_username` can be changed by whoever administers the account, so it is noted and nothing hangs on it
    (Microsoft, "Secure applications and APIs by validating claims").
    """

    def __init__(
        self,
        registration: Registration,
        fetch: Fetch = fetch_https,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._registration = registration
        self._keys = {
            tenant: ProviderKeys(registration.keys_url(tenant), fetch, clock) for tenant in registration.tenants
        }
        self._now = now

    @property
    def by_host(self) -> Mapping[str, IdentifiesHolder]:
        """The hosts of issuers whose tokens are read here; none where no tenant is named."""
        # Tokens of version 1 name another host; read here, they get the reason that helps.
        hosts = (host_of(self._registration.authority), "sts.windows.net") if self._keys else ()
        return dict.fromkeys(hosts, self)

    async def keep_fresh(self) -> None:
        """Fetch the keys of every tenant before anybody has to wait for them, for ever."""
        await asyncio.gather(*(keys.keep_fresh() for keys in self._keys.values()))

    async def identify(self, token: Unverified) -> Identity:
        """Return who holds the token; raises `TokenRefused`."""
        tenant = token.claims.get("tid")
        # Before any key is fetched: only tenants that were named make us ask anybody.
        if not isinstance(tenant, str) or tenant not in self._keys:
            raise TokenRefused("tenant")
        key = await self._key(tenant, token.header)
        claims = _signed_claims(token.text, key)
        self._check(claims, tenant)
        return _person(claims, tenant)

    async def _key(self, tenant: str, header: Mapping[str, object]) -> RSAKey:
        key_id = header.get("kid")
        if header.get("alg") != ALGORITHM:
            raise TokenRefused("algorithm")
        if not isinstance(key_id, str) or not key_id:
            raise TokenRefused("no_key_id")
        try:
            key = await self._keys[tenant].find(key_id)
        except KeysUnavailable:
            raise TokenRefused("keys_unavailable") from None
        if key is None:
            raise TokenRefused("unknown_key")
        # One document may hold the keys of several issuers (Microsoft, "Validate the signing key issuer").
        issuer = self._registration.issuer(tenant)
        if str(key.get("issuer", issuer)).replace("{tenantid}", tenant) != issuer:
            raise TokenRefused("key_issuer")
        return key

    def _check(self, claims: Mapping[str, Any], tenant: str) -> None:
        # First, since a version 1 token differs in all the rest too, and this is the reason that helps.
        if claims.get("ver") != "2.0":
            raise TokenRefused("version")
        try:
            self._rules(tenant).validate(dict(claims))
        except ExpiredTokenError:
            raise TokenRefused("expired") from None
        except ClaimError as error:
            raise TokenRefused(_REASONS.get(error.claim, "claims")) from None
        if SCOPE not in str(claims.get("scp", "")).split(" "):
            raise TokenRefused("scope")
        if not self._registration.takes_client(claims.get("azp")):
            raise TokenRefused("client")

    def _rules(self, tenant: str) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(self._now()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self._registration.issuer(tenant)},
            tid={"essential": True, "value": tenant},
            aud={"essential": True, "values": list(self._registration.audiences)},
            exp={"essential": True},
            nbf={"essential": True},
        )


def _signed_claims(token: str, key: RSAKey) -> Mapping[str, Any]:
    try:
        return jwt.decode(token, key, registry=SIGNATURES).claims
    except MALFORMED:
        raise TokenRefused("signature") from None


def _person(claims: Mapping[str, Any], tenant: str) -> Identity:
    subject = claims.get("oid")
    if not isinstance(subject, str) or not is_guid(subject):
        raise TokenRefused("subject")
    name = claims.get("preferred_username")
    address = parse_address(name) if isinstance(name, str) else None
    return Identity(PROVIDER, f"{tenant}/{subject}", address.spec if address and address.readable else None)
