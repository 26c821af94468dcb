"""Who may call what: clients with a deployment key; people with the admin token or a session of the console."""

import secrets
from typing import Annotated, NamedTuple, Protocol

from fastapi import Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from typing_extensions import override

from atesaki.identity.errors import KeyRequired, NotPermitted, TokenRequired
from atesaki.identity.keys import KeyRing
from atesaki.identity.origin import is_own
from atesaki.identity.person import Person, Role
from atesaki.identity.sessions import COOKIE, Session
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
"""The author of what is done with the admin token, which tells nobody's name."""

CSRF = "Atesaki-CSRF"
"""The header that proves that a page of our own sent a request: no other site can read the session's token."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class FindsSessions(Protocol):
    """Knows who is signed in to the console."""

    def of(self, cookie: str | None) -> Session | None:
        """Return the session of a cookie, `None` where there is none or it has ended; blocks."""


class Editor(NamedTuple):
    """Who edits rosters; `owner` is whose rosters they are limited to, `None` for an admin."""

    author: str
    owner: str | None


class Door:
    """A FastAPI dependency: opens for the admin token and for sessions with one of `roles`; returns the author.

    Routes that are for people depend on a door; a test reads from it whom they are for.
    """

    def __init__(self, access: "Access", roles: frozenset[Role]) -> None:
        self._access = access
        self.roles = roles

    def __call__(self, request: Request, token: Token) -> str:
        """Return who calls; raises `TokenRequired` or `NotPermitted`."""
        person = self._access.person(request, token, self.roles)
        return person.author if person else ADMIN


class EditorsDoor(Door):
    """The same for those who edit rosters."""

    @override
    def __call__(self, request: Request, token: Token) -> Editor:  # type: ignore[override]  # It tells more.
        person = self._access.person(request, token, self.roles)
        if person is None:
            return Editor(ADMIN, None)
        return Editor(person.author, None if "admin" in person.roles else person.email)


class Access:
    """Checks the keys and tokens of requests; its methods and doors are FastAPI dependencies."""

    def __init__(  # noqa: PLR0913  # One for each kind of caller.
        self,
        *,
        deployment: KeyRing,
        admin: KeyRing,
        metrics: KeyRing,
        verifier: Verifier,
        limits: Limits,
        sessions: FindsSessions,
    ) -> None:
        self._deployment = deployment
        self._admin = admin
        self._metrics = metrics
        self._verifier = verifier
        self._sessions = sessions
        self.limits = limits
        self.admin = Door(self, frozenset({"admin"}))
        self.auditor = Door(self, frozenset({"admin", "auditor"}))
        self.roster_editor = EditorsDoor(self, frozenset({"admin", "roster_owner"}))

    async def keyed(self, key: str | bytes | None) -> Caller:
        """Return the caller behind a deployment key and count the call."""
        digest = self._deployment.match(key) if key else None
        if digest is None:
            raise KeyRequired("Send a valid deployment key in the header Atesaki-Key.")
        await self.limits.take("key", digest)
        return Caller(digest)

    async def identity(self, token: str) -> Identity | None:
        """Return the person behind an identity token, `None` where there is no valid one."""
        return await self._verifier.verify(token) if token else None

    async def client(self, key: Key, token: Token) -> Caller:
        """Dependency of what a mail client calls; raises `KeyRequired` or `RateLimited`.

        An identity token that is not valid makes nobody a stranger: the sender is then only claimed.
        """
        caller = await self.keyed(key)
        return Caller(caller.key, await self.identity(token.credentials if token else ""))

    def person(
        self, request: Request, token: HTTPAuthorizationCredentials | None, roles: frozenset[Role]
    ) -> Person | None:
        """Return who is signed in and has one of the roles, `None` for the admin token; blocks.

        Raises `TokenRequired` or `NotPermitted`.
        """
        if token is not None:
            self._check_token(token.credentials)
            return None
        session = self._sessions.of(request.cookies.get(COOKIE))
        if session is None:
            raise TokenRequired("Send the admin token as Authorization: Bearer.")
        if not session.person.may(roles):
            raise NotPermitted("Your role does not permit this.")
        # Reading is recorded with its purpose, so no link of another site may do it in somebody's name either.
        if not is_own(request.headers):
            raise NotPermitted("Another site asked for this with your session, so it was refused.")
        if request.method not in _SAFE and not _has_token(request, session):
            raise NotPermitted(f"Send the token of your session in the header {CSRF}.")
        return session.person

    def _check_token(self, secret: str) -> None:
        if self._admin.match(secret):
            return
        if self._metrics.match(secret):
            raise NotPermitted("This token may only read metrics.")
        raise TokenRequired("Send the admin token as Authorization: Bearer.")

    def metrics(self, token: Token) -> None:
        """Dependency of the metrics: their own token, or the admin's."""
        if token is None or not (self._metrics.match(token.credentials) or self._admin.match(token.credentials)):
            raise TokenRequired("Send the metrics token or the admin token as Authorization: Bearer.")


def _has_token(request: Request, session: Session) -> bool:
    sent = request.headers.get(CSRF, "")
    return secrets.compare_digest(sent.encode(), session.csrf.encode())
