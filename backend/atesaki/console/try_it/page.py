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
    retry_after: int | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The headers that its status asks for."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


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
    if page.trouble is None:
        return HTMLResponse(html, headers=guard.HEADERS)
    return HTMLResponse(html, page.trouble.status, headers={**guard.HEADERS, **page.trouble.headers})
