"""Pages of this slice: the shell's, with the loader's sentences in the visitor's language."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import HTMLResponse

from atesaki.console.shell import render
from atesaki.console.shell.ask import Ask
from atesaki.judgement.errors import AtesakiError
from atesaki.policies.errors import PolicyError
from atesaki.policies.in_words.mistakes import mistake_in_words


def page(ask: Ask, template: str, *, status: int = HTTPStatus.OK, **values: object) -> HTMLResponse:
    """Return a whole page."""
    return render.page(ask, template, status=status, **_telling(ask), **values)


def fragment(ask: Ask, template: str, **values: object) -> HTMLResponse:
    """Return a part of a page, for htmx."""
    return render.fragment(ask, template, **_telling(ask), **values)  # type: ignore[arg-type]  # No name is taken twice.


def _telling(ask: Ask) -> dict[str, object]:
    def told(mistake: PolicyError) -> str:
        return mistake_in_words(mistake.sentence, ask.locale)

    def told_difference(difference: str) -> str:
        return mistake_in_words(difference, ask.locale)

    def told_error(error: AtesakiError) -> str:
        translated = ask.text(error.detail)
        return mistake_in_words(translated, ask.locale)

    return {"told": told, "told_difference": told_difference, "told_error": told_error}
