"""The page itself: everything it shows as one value, and its rendering with all texts escaped."""

from __future__ import annotations

import re
from http import HTTPStatus

from jinja2 import Environment, PackageLoader, StrictUndefined
from msgspec import Struct
from starlette.responses import HTMLResponse

from atesaki.console import guard
from atesaki.console.examples import examples
from atesaki.console.form import Form
from atesaki.console.language import strings
from atesaki.console.view import Shown
from atesaki.judgement.explain import Locale

_COUNT = re.compile(r"(?<=\d) (?=\w)")
_TEMPLATES = Environment(
    loader=PackageLoader("atesaki.console"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

# A number stays with the word that it counts: 「26 人」 is never broken after 26.
_TEMPLATES.filters["unbroken"] = lambda sentence: _COUNT.sub("\u00a0", sentence)


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
    html = _TEMPLATES.get_template("try_it.html").render(
        page=page, t=strings(page.locale), examples=list(examples(page.locale))
    )
    return HTMLResponse(html, page.trouble.status if page.trouble else HTTPStatus.OK, headers=guard.HEADERS)
