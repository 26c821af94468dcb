"""Signing in with an OpenID provider: code flow with PKCE, state and nonce, and an ID token that is checked."""

import json
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, Literal, NamedTuple
from urllib.parse import quote, urlencode

from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import ClaimError, ExpiredTokenError

from atesaki.identity.id_token import MALFORMED, MAX_LENGTH
from atesaki.identity.oidc_http import FAILURES, Call, is_safe
from atesaki.identity.oidc_provider import Metadata, Provider, ProviderUnavailable
from atesaki.identity.oidc_roles import Grants
from atesaki.identity.oidc_token import TokenCalls
from atesaki.identity.person import Person
from atesaki.identity.tickets import Tickets
from atesaki.judgement.errors import AtesakiError

PURPOSE: Final = "signing in with a provider"
SCOPE: Final = "openid profile email"
LEEWAY: Final = 60
"""Seconds by which two clocks may differ."""

_CLAIMS = {"iss": "issuer", "aud": "audience", "nonce": "nonce", "azp": "audience", "at_hash": "access_token"}

Reason = Literal[
    "access_token", "algorithm", "audience", "claims", "code", "denied", "expired", "hosted_domain", "issuer", "key",
    "malformed", "nonce", "replayed", "signature", "state", "userinfo",
]  # fmt: skip


class OidcRefused(AtesakiError):
    """A sign-in that can't be believed; `reason` is one word for what is wrong, never a value of the token."""

    status: ClassVar[int] = 403
    type: ClassVar[str] = "sign-in-refused"

    def __init__(self, reason: Reason) -> None:
        super().__init__("The identity provider's answer can't be accepted; start again.")
        self.reason: Reason = reason


class Registration(NamedTuple):
    """What the provider knows us as; a public client has no secret."""

    client_id: str
    client_secret: str | None


class Departure(NamedTuple):
    """Where the browser goes, the ticket that it carries meanwhile, and the state that it brings back."""

    url: str
    ticket: str
    state: str


class Arrival(NamedTuple):
    """Who came back, and where to; `overflowed` says that the groups were left out, so none was counted."""

    person: Person
    return_to: str
    overflowed: bool


class OidcSignIn:
    """Sends people to a provider and checks what they bring back; every method blocks."""

    def __init__(  # noqa: PLR0913  # Each is a part of its own.
        self,
        registration: Registration,
        provider: Provider,
        grants: Grants,
        tickets: Tickets,
        call: Call,
        *,
        spend: Callable[[str], bool],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._registration = registration
        self._provider = provider
        self._grants = grants
        self._tickets = tickets
        self._call = call
        self._spend = spend
        self._now = now

    def start(self, redirect_uri: str, return_to: str) -> Departure:
        """Begin: state, nonce and verifier are bound to the browser by its ticket; raises `ProviderUnavailable`."""
        metadata = self._provider.metadata()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        hosted = self._grants.hosted_domains
        url, _ = self._client(metadata, redirect_uri).create_authorization_url(
            metadata.authorization_endpoint,
            state=state,
            nonce=nonce,
            code_verifier=verifier,
            # Google then offers only accounts of the organization; the claim is checked all the same.
            hd=hosted[0] if len(hosted) == 1 else None,
        )
        content = {"state": state, "nonce": nonce, "verifier": verifier, "return_to": return_to}
        return Departure(url, self._tickets.issue(PURPOSE, content), state)

    def finish(self, redirect_uri: str, ticket: str | None, query: Mapping[str, str]) -> Arrival:
        """Return who signed in; raises `OidcRefused` or `ProviderUnavailable`."""
        departed, metadata = self._tickets.read(PURPOSE, ticket), self._provider.metadata()
        if departed is None or not secrets.compare_digest(
            departed["state"].encode(), query.get("state", "").encode(errors="replace")
        ):
            raise OidcRefused("state")
        _check_issuer(metadata, query)
        if "error" in query or not query.get("code"):
            raise OidcRefused("denied")
        token = self._exchanged(metadata, redirect_uri, query["code"], departed["verifier"])
        claims = self._claims(metadata, token, departed["nonce"])
        if not self._grants.admits(claims):
            raise OidcRefused("hosted_domain")
        # Only now: whoever can't sign in must not make us write.
        if not self._spend(departed["state"]):
            raise OidcRefused("replayed")
        claims = {**self._more(metadata, token, claims), **claims}
        person = self._grants.person(metadata.issuer, claims)
        return Arrival(person, departed["return_to"], self._grants.overflowed(claims))

    def sign_out_url(self, back: str) -> str | None:
        """Return where one signs out at the provider too (OpenID Connect RP-Initiated Logout 1.0 §2)."""
        try:
            endpoint = self._provider.metadata().end_session_endpoint
        except ProviderUnavailable:
            return None
        if endpoint is None or not is_safe(endpoint):
            return None
        query = urlencode({"client_id": self._registration.client_id, "post_logout_redirect_uri": back})
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"

    def _client(self, metadata: Metadata, redirect_uri: str) -> OAuth2Client:
        client_id, secret = self._registration
        method = _authentication(metadata, secret)
        if method == "client_secret_basic":
            # RFC 6749 §2.3.1 has both encoded first, which Authlib leaves to us.
            secret = quote(secret or "", safe="")
        return OAuth2Client(
            TokenCalls(self._call),
            client_id=client_id,
            client_secret=secret,
            token_endpoint_auth_method=method,
            scope=SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )

    def _exchanged(self, metadata: Metadata, redirect_uri: str, code: str, verifier: str) -> Mapping[str, Any]:
        client = self._client(metadata, redirect_uri)
        try:
            token: Mapping[str, Any] = client.fetch_token(
                metadata.token_endpoint, grant_type="authorization_code", code=code, code_verifier=verifier
            )
        except AuthlibBaseError:
            raise OidcRefused("code") from None
        except FAILURES:
            raise ProviderUnavailable("The identity provider can't be reached at the moment; try again.") from None
        return token

    def _claims(self, metadata: Metadata, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        signed = self._signed(metadata, token.get("id_token"))
        expected = {
            "iss": {"essential": True, "value": metadata.issuer},
            "aud": {"essential": True, "value": self._registration.client_id},
        }
        params = {
            "nonce": nonce,
            "client_id": self._registration.client_id,
            "access_token": token.get("access_token"),
        }
        claims = CodeIDToken(dict(signed.claims), signed.header, expected, params)
        try:
            claims.validate(int(self._now()), LEEWAY)
        except ExpiredTokenError:
            raise OidcRefused("expired") from None
        except ClaimError as error:
            raise OidcRefused(_CLAIMS.get(error.claim, "claims")) from None  # type: ignore[arg-type]  # The table's values are reasons.
        except MALFORMED:
            raise OidcRefused("claims") from None
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise OidcRefused("claims")
        return dict(claims)

    def _signed(self, metadata: Metadata, token: object) -> jwt.Token:
        if not isinstance(token, str) or len(token) > MAX_LENGTH:
            raise OidcRefused("malformed")
        try:
            header = jws.extract_compact(token.encode()).headers()
        except MALFORMED:
            raise OidcRefused("malformed") from None
        if header.get("alg") not in metadata.algorithms:
            raise OidcRefused("algorithm")
        key_id = header.get("kid")
        key = self._provider.key(key_id if isinstance(key_id, str) else None)
        if key is None:
            raise OidcRefused("key")
        # Header parameters that nobody understands are ignored (RFC 7515 §4); joserfc would refuse them.
        registry = jws.JWSRegistry(algorithms=metadata.algorithms, strict_check_header=False)
        try:
            return jwt.decode(token, key, registry=registry)
        except MALFORMED:
            raise OidcRefused("signature") from None

    def _more(self, metadata: Metadata, token: Mapping[str, Any], claims: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask for what a thin ID token leaves out; without an answer nothing more is known, and nothing granted."""
        wanted = {"email", self._grants.claim.partition(".")[0]}
        endpoint, access_token = metadata.userinfo_endpoint, token.get("access_token")
        if wanted <= claims.keys() or endpoint is None or not isinstance(access_token, str):
            return {}
        try:
            answer = self._call(endpoint, {"Authorization": f"Bearer {access_token}"})
            more = json.loads(answer.body)
        except FAILURES:
            return {}
        if not isinstance(more, dict) or "sub" not in more:
            return {}
        # It may be about somebody else (OpenID Connect Core 1.0 §5.3.2).
        if more["sub"] != claims["sub"]:
            raise OidcRefused("userinfo")
        if more.get("email") != claims.get("email", more.get("email")):
            # That one address is verified says nothing of another one.
            more.pop("email_verified", None)
        return more


def _authentication(metadata: Metadata, secret: str | None) -> str:
    if secret is None:
        return "none"
    methods = metadata.token_endpoint_auth_methods_supported
    return "client_secret_post" if "client_secret_post" in methods else "client_secret_basic"


def _check_issuer(metadata: Metadata, query: Mapping[str, str]) -> None:
    """Refuse an answer of another provider (RFC 9207)."""
    needed = metadata.authorization_response_iss_parameter_supported
    if query.get("iss", "" if needed else metadata.issuer) != metadata.issuer:
        raise OidcRefused("issuer")
