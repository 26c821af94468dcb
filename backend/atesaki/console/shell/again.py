"""Lets a form that was kept while its sender was signed out be sent with one press once they are signed in.

The page that keeps it knows no session, so its token stands in a cookie that no other site can set.
"""

from __future__ import annotations

import secrets
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

COOKIE: Final = "__Host-atesaki_again"
_SECONDS: Final = 12 * 60 * 60


def token_of(request: Request) -> str:
    """Return the token of the forms that are kept in this browser."""
    return request.cookies.get(COOKIE) or secrets.token_urlsafe(32)


def remember(response: Response, token: str) -> Response:
    """Let the browser know the token, too."""
    response.set_cookie(COOKIE, token, max_age=_SECONDS, path="/", secure=True, httponly=True, samesite="strict")
    return response


def is_kept(request: Request, sent: str) -> bool:
    """Tell whether a form was kept by a page of ours in this very browser."""
    known = request.cookies.get(COOKIE)
    return bool(known) and secrets.compare_digest(sent.encode(), str(known).encode())
