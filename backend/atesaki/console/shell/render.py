"""Turns templates into answers: in the visitor's language, all texts escaped, with the headers of every page."""

from __future__ import annotations

import base64
import datetime as dt
import re
from functools import cache, partial
from http import HTTPStatus
from typing import Final

from babel.dates import format_date, format_datetime
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from atesaki.console import guard
from atesaki.console.shell.ask import PREFIX, Ask
from atesaki.console.shell.language import remember
from atesaki.console.shell.navigation import is_here, places_of
from atesaki.console.shell.sentences import translated
from atesaki.console.shell.text import translations
from atesaki.judgement.explain import Locale

_CSP = "Content-Security-Policy"

HEADERS: Final = {**guard.HEADERS, _CSP: f"{guard.HEADERS[_CSP]}; connect-src 'self'"}
"""Sent with every page; scripts of these pages may ask the server, too."""

NOTICE: Final = "atesaki_notice"
_NOTICE_SECONDS = 60
_MAX_NOTICE = 2_000
_WARNED = "!"
"""Begins a notice that something failed."""
_COUNT = re.compile(r"(?<=\d) (?=\w)")


def page(ask: Ask, template: str, *, status: int = HTTPStatus.OK, **values: object) -> HTMLResponse:
    """Return a whole page; a notice that waited for it is shown, once."""
    notice = _notice(ask.request)
    told = {"notice": notice.removeprefix(_WARNED), "warned": notice.startswith(_WARNED)}
    html = _html(ask, template, **told, here=_here(ask.request), **values)
    response = HTMLResponse(html, status, headers=HEADERS)
    remember(response, ask.request, ask.locale)
    if notice:
        response.delete_cookie(NOTICE, path="/", httponly=True, samesite="lax")
    return response


def fragment(ask: Ask, template: str, *, status: int = HTTPStatus.OK, **values: object) -> HTMLResponse:
    """Return a part of a page, for htmx."""
    return HTMLResponse(_html(ask, template, notice="", here="", **values), status, headers=HEADERS)


def redirect(ask: Ask, path: str, *, said: str = "", **query: object) -> Response:
    """Send the browser on to a page of the console, which shows `said` (already translated) once."""
    response = RedirectResponse(ask.to(path, **query), HTTPStatus.SEE_OTHER, headers=HEADERS)
    if said:
        packed = base64.urlsafe_b64encode(said[:_MAX_NOTICE].encode()).decode()
        secure = ask.request.url.scheme == "https"
        response.set_cookie(NOTICE, packed, max_age=_NOTICE_SECONDS, httponly=True, samesite="lax", secure=secure)
    return response


def as_warning(said: str) -> str:
    """Have a notice shown as the warning that it is, not as a success."""
    return f"{_WARNED}{said}"


def download(text: str | bytes, name: str, media_type: str = "text/csv; charset=utf-8") -> Response:
    """Return a file for the visitor to keep; `name` is plain ASCII."""
    return Response(text, media_type=media_type, headers=headers_of_file(name))


def headers_of_file(name: str) -> dict[str, str]:
    """Return the headers of a file for the visitor to keep; `name` is plain ASCII."""
    return {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}


def _html(ask: Ask, template: str, **values: object) -> str:
    everywhere = {"ask": ask, "to": ask.to, "static": ask.static, "places": places_of(ask.person), "is_here": is_here}
    return environment(ask.locale).get_template(template).render({**everywhere, "csrf": _csrf(ask), **values})


def _csrf(ask: Ask) -> object:
    return lambda: Markup('<input type="hidden" name="csrf" value="{}">').format(ask.visitor.csrf)


def _here(request: Request) -> str:
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", "")).removeprefix(PREFIX)


def _notice(request: Request) -> str:
    try:
        return base64.urlsafe_b64decode(request.cookies.get(NOTICE, "").encode()).decode()
    except ValueError:
        return ""


@cache
def environment(locale: Locale) -> Environment:
    """Return the templates of all slices, in one language."""
    made = Environment(
        loader=PackageLoader("atesaki.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    texts = translations(locale)
    made.install_gettext_callables(texts.gettext, texts.ngettext, newstyle=True)  # type: ignore[attr-defined]  # The extension adds it.
    made.filters |= {"number": _number, "moment": _moment, "day": _day, "unbroken": _unbroken}
    made.filters["sentence"] = partial(translated, locale=locale)
    made.globals["other_locale"] = "en" if locale == "ja" else "ja"
    return made


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,}"


def _unbroken(sentence: str) -> str:
    """Keep a number with the word that it counts: 「26 人」 is never broken after 26."""
    return _COUNT.sub("\u00a0", sentence)


@pass_context
def _moment(context: Context, value: dt.datetime | None) -> str:
    """Return date and time in the organization's time zone."""
    ask: Ask = context["ask"]
    return "–" if value is None else format_datetime(value, "medium", tzinfo=ask.zone, locale=ask.locale)


@pass_context
def _day(context: Context, value: dt.date | None) -> str:
    ask: Ask = context["ask"]
    return "–" if value is None else format_date(value, "medium", locale=ask.locale)
