"""Which language a visitor reads."""

from __future__ import annotations

from typing import get_args

from starlette.requests import Request

from atesaki.judgement.explain import Locale

LOCALES: tuple[Locale, ...] = get_args(Locale)


def locale_of(request: Request, default: Locale) -> Locale:
    """Return the language asked for by `?lang=`, else by Accept-Language (RFC 9110 §12.5.4), else the default."""
    wanted = [request.query_params.get("lang", ""), *_accepted(request.headers.get("accept-language", ""))]
    for tag in wanted:
        for locale in LOCALES:
            if tag.lower().partition("-")[0] == locale:
                return locale
    return default


def _accepted(header: str) -> list[str]:
    ranked = []
    for entry in header.split(","):
        tag, _, parameter = entry.strip().partition(";")
        ranked.append((-_quality(parameter), tag.strip()))
    # Sorting is stable: equal qualities keep the order of the header.
    return [tag for quality, tag in sorted(ranked, key=lambda pair: pair[0]) if quality < 0]


def _quality(parameter: str) -> float:
    try:
        return float(parameter.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0.0
