"""The page itself: everything it shows as one value, and its rendering with all texts escaped."""

from __future__ import annotations

from http import HTTPStatus

from msgspec import Struct
from starlette.responses import HTMLResponse

from atesaki.console import guard
from atesaki.console.shell.render import environment
from atesaki.console.try_it import words
from atesaki.console.try_it.examples import examples
from atesaki.console.try_it.form import Form
from atesaki.console.try_it.view import Shown
from atesaki.judgement.explain import Locale


class Trouble(Struct, frozen=True):
    """Why there is no answer: the name of a sentence, the form field it belongs to, and the HTTP status."""

    sentence: str
    field: str | None = None
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY
    detail: str | None = None


class Page(Struct, frozen=True, kw_only=True):
    """All that one page of Try it shows."""

    locale: Locale
    form: Form
    admitted: bool
    shown: Shown | None = None
    trouble: Trouble | None = None


def rendered(page: Page) -> HTMLResponse:
    """Return the page as HTML, with the status of its trouble if it has any."""
    template = environment(page.locale).get_template("try_it/public.html")
    html = template.render(page=page, words=words, examples=list(examples(page.locale)))
    return HTMLResponse(html, page.trouble.status if page.trouble else HTTPStatus.OK, headers=guard.HEADERS)
