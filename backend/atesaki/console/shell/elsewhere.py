"""Answers every address of the console that no page has: what a form was sent to leads to the page above it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import compile_path

from atesaki.console.shell import refusal
from atesaki.console.shell.ask import PREFIX, Ask
from atesaki.console.shell.render import redirect


class Registered(Protocol):
    """A page as it was registered."""

    @property
    def method(self) -> str:
        """How it is asked for."""

    @property
    def path(self) -> str:
        """Its address, with names for what differs."""


class Elsewhere:
    """Whoever opens the address of a refused form anew, or comes back to it by the sign-in, is not lost."""

    def __init__(self, table: Iterable[Registered]) -> None:
        pages = list(table)
        self._forms = [_pattern(each) for each in pages if each.method == "POST"]
        self._shown = [_pattern(each) for each in pages if each.method == "GET"]

    def show(self, ask: Ask) -> Response:
        """Lead from where a form is sent to the page above; say of any other address that there is nothing."""
        path = f"{PREFIX}/{ask.path('elsewhere')}"
        if not _is_one_of(self._forms, path):
            return refusal.nothing_here(ask)
        above = next(each for each in _above(path) if _is_one_of(self._shown, each))
        return redirect(ask, quote(above.removeprefix(PREFIX)), lang=ask.query("lang"))


def _pattern(page: Registered) -> re.Pattern[str]:
    return compile_path(page.path)[0]


def _is_one_of(patterns: Iterable[re.Pattern[str]], path: str) -> bool:
    return any(pattern.match(path) for pattern in patterns)


def _above(path: str) -> Iterator[str]:
    """Go up from an address; the first page of the console is the last."""
    while (path := path.rpartition("/")[0]) != PREFIX:
        yield path
    yield f"{PREFIX}/"
