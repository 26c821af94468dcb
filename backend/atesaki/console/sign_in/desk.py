"""What signing in needs of the identity slice, and what every page of it asks of a request."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from starlette.responses import RedirectResponse, Response

from atesaki.console.shell.ask import PREFIX, Ask
from atesaki.console.shell.render import HEADERS
from atesaki.identity import browsers, tickets
from atesaki.identity.accounts import Accounts
from atesaki.identity.guesses import Guesses
from atesaki.identity.keys import digest_of
from atesaki.identity.oidc import Departure, OidcSignIn
from atesaki.identity.own_account import OwnAccount
from atesaki.identity.password_sign_in import PasswordSignIn
from atesaki.identity.sessions import COOKIE, Begun, Session, Sessions
from atesaki.identity.tickets import Tickets
from atesaki.identity.trail import Trail
from atesaki.setting_kinds import LOOPBACK, origin

_PROVIDERS: Final = {"login.microsoftonline.com": "Microsoft", "accounts.google.com": "Google"}
_SEE_OTHER: Final = 303
_LONGEST_PATH: Final = 2_000
"""A longer path would make a ticket that no cookie can hold."""

_MOST_DEPARTED: Final = 5
"""So many tabs may be at the provider at once; the tickets of earlier ones would fill the header of every request."""

_is_ticket = re.compile(rf"{tickets.COOKIE}_[0-9a-f]{{16}}").fullmatch


class SignInDesk(NamedTuple):
    """The people, their sessions, and the ways to sign in; `provider` is its issuer, empty where there is none."""

    trail: Trail
    guesses: Guesses
    sessions: Sessions
    accounts: Accounts
    sign_in: PasswordSignIn
    own: OwnAccount
    tickets: Tickets
    oidc: OidcSignIn | None
    provider: str = ""
    public_url: str | None = None

    @property
    def provider_name(self) -> str:
        """What people call the provider."""
        host = urlsplit(self.provider).hostname or ""
        return _PROVIDERS.get(host, host)

    def address(self, ask: Ask, path: str) -> str:
        """Return the whole address of a page, for other people and for the provider."""
        return f"{self.public_url or str(ask.request.base_url).rstrip('/')}{PREFIX}{path}"

    def is_safe(self, ask: Ask) -> bool:
        """Tell whether a session can be kept: its cookie is taken over https, and on this machine, only."""
        url = ask.request.url
        ours = urlsplit(self.public_url or "")
        behind_proxy = ours.scheme == "https" and origin(f"https://{ours.netloc}") == origin(f"https://{url.netloc}")
        return url.scheme == "https" or url.hostname in LOOPBACK or behind_proxy


def client_of(ask: Ask) -> str:
    """Return the network address that a guess is counted for."""
    return ask.request.client.host if ask.request.client else ""


def browser_of(ask: Ask) -> str | None:
    """Return the mark of the browser, if somebody signed in there with a password before."""
    return ask.request.cookies.get(browsers.COOKIE)


def session_of(ask: Ask) -> Session | None:
    """Return the session of the visitor."""
    return ask.visitor if isinstance(ask.visitor, Session) else None


def own_path(ask: Ask, text: str) -> str:
    """Return a path of the console, the first page where `text` is none: nobody is sent to another site."""
    first = ask.to("/")
    root = first.rstrip("/")
    ours = text == root or text.startswith((f"{root}/", f"{root}?"))
    ours = ours and len(text) <= _LONGEST_PATH
    return text if ours and text.isascii() and text.isprintable() and "\\" not in text else first


def go_on(to: str) -> Response:
    """Send the browser on to a path of our own."""
    return RedirectResponse(to, _SEE_OTHER, headers=HEADERS)


def enter(response: Response, begun: Begun) -> Response:
    """Give the browser its new session."""
    response.set_cookie(COOKIE, begun.cookie, path="/", secure=True, httponly=True, samesite="lax")
    return forget_ticket(response)


def enter_with_password(response: Response, begun: Begun, mark: str) -> Response:
    """Give the browser its new session, and the mark by which it is known at the next sign-in."""
    enter(response, begun)
    lasts = browsers.LASTS
    response.set_cookie(browsers.COOKIE, mark, max_age=lasts, path="/", secure=True, httponly=True, samesite="lax")
    return response


def leave(ask: Ask, path: str) -> Response:
    """Send the browser on without a session."""
    response = go_on(ask.to(path))
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return response


def departed(ask: Ask, departure: Departure) -> Response:
    """Send the browser to the provider; each tab carries a ticket of its own, so that none takes another's away."""
    response = carry_ticket(go_on(departure.url), departure.ticket, ticket_of(departure.state))
    carried = [name for name in ask.request.cookies if _is_ticket(name)]
    # Browsers send the oldest first (RFC 6265bis §5.8.3).
    for name in carried[: -(_MOST_DEPARTED - 1)]:
        forget_ticket(response, name)
    return response


def ticket_of(state: str) -> str:
    """Return the name of the cookie that holds the ticket of one departure to the provider."""
    return f"{tickets.COOKIE}_{digest_of(state)[:16]}"


def carry_ticket(response: Response, ticket: str, name: str = tickets.COOKIE) -> Response:
    """Let the browser carry a ticket; also back from the provider's site, so not SameSite=Strict."""
    response.set_cookie(name, ticket, max_age=tickets.LASTS, path="/", secure=True, httponly=True, samesite="lax")
    return response


def forget_ticket(response: Response, name: str = tickets.COOKIE) -> Response:
    """Take the ticket back: it is good for one answer."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")
    return response
