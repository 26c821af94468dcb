"""Fills in the forms of a page as a browser without JavaScript would send them."""

import re
from html.parser import HTMLParser
from typing import Any

import httpx2
from tests.server import Visitor
from typing_extensions import override

Values = dict[str, list[str]]


class _Forms(HTMLParser):
    """Collects the forms of a page: where each goes, and what its inputs hold."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, Values]] = []
        self._select: str | None = None
        self._options: list[str] = []
        self._textarea: tuple[str, str] | None = None

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a form, an input, a choice or a text."""
        given = dict(attrs)
        if tag == "form":
            self.forms.append((given.get("action") or "", {}))
        elif tag == "select":
            self._select, self._options = given.get("name"), []
        elif tag == "option" and self._select:
            self._options = (
                [given.get("value") or ""] if "selected" in given else self._options or [given.get("value") or ""]
            )
        elif tag == "textarea":
            self._textarea = (given.get("name") or "", "")
        elif tag == "input" and (given.get("type") not in {"checkbox", "radio"} or "checked" in given):
            self._add(given.get("name"), given.get("value") or "")

    @override
    def handle_endtag(self, tag: str) -> None:
        """End a choice or a text."""
        if tag == "select" and self._select:
            self._add(self._select, *self._options)
            self._select = None
        elif tag == "textarea" and self._textarea:
            # The parser of a browser drops the first line end, and a form sends CRLF, whatever stood there.
            text = re.sub(r"\r\n?", "\n", self._textarea[1]).removeprefix("\n")
            self._add(self._textarea[0], text.replace("\n", "\r\n"))
            self._textarea = None

    @override
    def handle_data(self, data: str) -> None:
        """Collect a text."""
        if self._textarea:
            self._textarea = (self._textarea[0], self._textarea[1] + data)

    def _add(self, name: str | None, *values: str) -> None:
        if name and self.forms:
            self.forms[-1][1].setdefault(name, []).extend(values)


def values_of(page: httpx2.Response, action: str) -> Values:
    """Return what the form of a page holds that goes to an address with this ending."""
    parser = _Forms()
    parser.feed(page.text)
    return next(values for to, values in parser.forms if to.endswith(action))


def sent(visitor: Visitor, page: httpx2.Response, action: str, /, **changes: Any) -> httpx2.Response:  # noqa: ANN401 - form values
    """Send the form of a page with some inputs changed; names with dots are given as `fields={…}`."""
    values: dict[str, Any] = values_of(page, action)
    values.pop("csrf", None)
    values |= changes.pop("fields", {}) | changes
    return visitor.post(action, values)
