"""Pages of this slice: the shell's, with what is wrong on them."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response

from atesaki.console.shell import render
from atesaki.console.shell.ask import Ask
from atesaki.console.sign_in.words import Problem


def page(ask: Ask, template: str, problem: Problem | None, *, safe: bool = True, **values: object) -> Response:
    """Return a page with the status and headers of its problem; `safe` says whether a session could be kept."""
    status = problem.status if problem else HTTPStatus.OK if safe else HTTPStatus.FORBIDDEN
    response = render.page(ask, template, status=status, problem=problem, safe=safe, **values)
    response.headers.update(problem.headers if problem else {})
    return response
