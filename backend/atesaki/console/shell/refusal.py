"""The pages that say no: sign in first, not yours, confirm again, and what went wrong."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from atesaki.console.shell import again
from atesaki.console.shell.ask import PREFIX, Ask
from atesaki.console.shell.render import HEADERS, page
from atesaki.console.shell.sentences import translated
from atesaki.console.shell.text import mark as _

AWAY = _("The store can't be reached or written now; nothing was changed. Try again in a few seconds.")
UNFIT = _("Something that was sent can't be read: a number that is too large, or a character that is none.")
BROKEN = _("Something went wrong on the server. If it happens again, ask IT to look at the server's log.")
_NOTHING = _("There is nothing at this address.")
_FOREIGN = _("This form was not sent from a page of Atesaki, so nothing was changed.")


def sign_in_first(ask: Ask) -> Response:
    """Send somebody who isn't signed in to the sign-in, and back here afterwards."""
    if ask.request.method == "GET" and "HX-Request" in ask.request.headers:
        # A part of a page asks, by itself: the whole page is to lead to the sign-in, not this part of it.
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={**HEADERS, "HX-Refresh": "true"})
    query = ask.request.url.query
    # Written as in an address again: names of rosters are Japanese, and may hold what means something there.
    path = quote(ask.request.scope["path"])
    here = f"{path}?{query}" if query else path
    return RedirectResponse(ask.to("/sign-in", next=here), HTTPStatus.SEE_OTHER, headers=HEADERS)


def signed_out(ask: Ask) -> Response:
    """Keep what was typed while its sender was signed out: it can be sent again after signing in elsewhere."""
    if ask.request.scope["path"].endswith(f"{PREFIX}/sign-out"):
        # That has happened already; nobody should sign in again for it.
        return page(ask, "sign_in/signed_out.html", status=HTTPStatus.UNAUTHORIZED, provider="", provider_url=None)
    token = again.token_of(ask.request)
    return again.remember(_again(ask, HTTPStatus.UNAUTHORIZED, token, signed_in=False), token)


def confirm(ask: Ask) -> Response:
    """Ask to send a form again whose token belongs to an earlier session."""
    return _again(ask, HTTPStatus.CONFLICT, ask.visitor.csrf, signed_in=True)


def not_permitted(ask: Ask) -> Response:
    """Say that a page is for people with another role."""
    return page(ask, "shell/not_permitted.html", status=HTTPStatus.FORBIDDEN)


def nothing_here(ask: Ask) -> Response:
    """Say that no page has this address."""
    return problem(ask, HTTPStatus.NOT_FOUND, _NOTHING)


def foreign(ask: Ask) -> Response:
    """Refuse a form that another site sent."""
    return problem(ask, HTTPStatus.FORBIDDEN, _FOREIGN)


def problem(ask: Ask, status: int, sentence: str) -> Response:
    """Say in one sentence what went wrong."""
    return page(ask, "shell/problem.html", status=status, sentence=translated(sentence, ask.locale))


def _again(ask: Ask, status: int, token: str, *, signed_in: bool) -> Response:
    files = any(not isinstance(value, str) and value.filename for value in ask.form.values())
    told = {"fields": ask.typed, "files": files, "token": token, "signed_in": signed_in}
    return page(ask, "shell/again.html", status=status, **told)
