"""Who may call what: clients with a deployment key, admins and auditors with a token."""

from typing import Annotated

from fastapi import Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from atesaki.identity.errors import KeyRequired, NotPermitted, TokenRequired
from atesaki.identity.keys import KeyRing
from atesaki.identity.verifier import Identity, Verifier
from atesaki.sending.limits import Limits
from atesaki.sending.request import Caller

_key = APIKeyHeader(
    name="Atesaki-Key", scheme_name="DeploymentKey", description="The key that IT deploys.", auto_error=False
)
_token = HTTPBearer(scheme_name="AdminToken", description="The token of admins and auditors.", auto_error=False)

Key = Annotated[str | None, Security(_key)]
Token = Annotated[HTTPAuthorizationCredentials | None, Security(_token)]

ADMIN = "admin"
"""The author of changes until people sign in."""


class Access:
    """Checks the keys and tokens of requests; its methods are FastAPI dependencies."""

    def __init__(
        self, *, deployment: KeyRing, admin: KeyRing, metrics: KeyRing, verifier: Verifier, limits: Limits
    ) -> None:
        self._deployment = deployment
        self._admin = admin
        self._metrics = metrics
        self._verifier = verifier
        self.limits = limits

    async def caller(self, key: str | bytes | None, token: str | None, app: str) -> Caller:
        """Return who calls as a client; raises `KeyRequired` or `RateLimited`.

        An identity token that is not valid makes nobody a stranger: the sender is then only claimed.
        """
        caller = await self.keyed(key)
        return Caller(caller.key, await self.identity(token, app))

    async def keyed(self, key: str | bytes | None) -> Caller:
        """Return the caller behind a deployment key and count the call."""
        digest = self._deployment.match(key) if key else None
        if digest is None:
            raise KeyRequired("Send a valid deployment key in the header Atesaki-Key.")
        await self.limits.take("key", digest)
        return Caller(digest)

    async def identity(self, token: str | None, app: str) -> Identity | None:
        """Return the person behind an identity token, `None` where there is no valid one."""
        return await self._verifier.verify(token, app) if token else None

    async def client(self, key: Key, token: Token) -> Caller:
        """Dependency of what a mail client calls."""
        return await self.caller(key, token.credentials if token else None, "api")

    def admin(self, token: Token) -> str:
        """Dependency of what admins and auditors call; returns the author of what is done."""
        secret = token.credentials if token else ""
        if secret and self._admin.match(secret):
            return ADMIN
        if secret and self._metrics.match(secret):
            raise NotPermitted("This token may only read metrics.")
        raise TokenRequired("Send the admin token as Authorization: Bearer.")

    def metrics(self, token: Token) -> None:
        """Dependency of the metrics: their own token, or the admin's."""
        if token is None or not (self._metrics.match(token.credentials) or self._admin.match(token.credentials)):
            raise TokenRequired("Send the metrics token or the admin token as Authorization: Bearer.")
