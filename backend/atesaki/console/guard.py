"""What protects the page: headers of every answer, and the admission cookie."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "atesaki_admission"
_TWELVE_HOURS = 12 * 60 * 60

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Sent with every page: nothing inline runs, nothing is loaded from elsewhere, no address stays in a cache."""


def admit(response: Response, request: Request, key: str) -> None:
    """Let the browser keep the key for twelve hours, out of reach of scripts and of other sites (RFC 6265bis)."""
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, key, max_age=_TWELVE_HOURS, httponly=True, samesite="strict", secure=secure)
