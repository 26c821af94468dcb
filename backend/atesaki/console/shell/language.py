"""The language of a page: chosen, remembered, else what the browser prefers."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from atesaki.console.language import LOCALES, locale_of
from atesaki.judgement.explain import Locale

COOKIE: Final = "atesaki_language"
_YEAR = 365 * 24 * 60 * 60


def language(request: Request, default: Locale) -> Locale:
    """Return the language asked for by `?lang=`, else the one chosen before, else the browser's, else the default."""
    remembered = next((locale for locale in LOCALES if locale == request.cookies.get(COOKIE)), None)
    if remembered and "lang" not in request.query_params:
        return remembered
    return locale_of(request, default)


def remember(response: Response, request: Request, locale: Locale) -> None:
    """Keep the language that was just chosen."""
    if "lang" in request.query_params:
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, locale, max_age=_YEAR, httponly=True, samesite="lax", secure=secure)
