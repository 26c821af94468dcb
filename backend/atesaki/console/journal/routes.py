"""The routes of the journal's pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import NamedTuple

from starlette.responses import Response

from atesaki.console.journal import decision, overview, taking, words
from atesaki.console.journal.conflict import Refused, in_words
from atesaki.console.journal.finding import BadDay, Hash, Query, filters_of, half_typed, query_from, query_of
from atesaki.console.journal.overview import Figures, TellsRefused
from atesaki.console.journal.ports import Explains, KnowsRules, Looks, RecordsLooks
from atesaki.console.journal.saved import SavedSearches, SearchChanged, SearchNotKept, plain
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.navigation import AUDITORS
from atesaki.console.shell.numbers import number_of
from atesaki.console.shell.pages import Pages
from atesaki.console.shell.render import as_warning, page, redirect
from atesaki.console.shell.text import mark as _
from atesaki.journal.feed import TellsLag
from atesaki.sending.index.search import DecisionSearch, Filters, Found

PAGE = 50
_CURSOR = re.compile(r"[0-9]{1,18}|[0-8][0-9]{18}")
_KEPT = _("The search is kept.")
_REMOVED = _("The search is removed.")
_HALF_TYPED = _("What you typed is no whole e-mail address, so only mails that hold exactly this text are found.")


class Ports(NamedTuple):
    """What the pages need."""

    search: DecisionSearch
    hash_of: Hash
    explain: Explains
    looks: Looks
    record_look: RecordsLooks
    rules: KnowsRules
    saved: SavedSearches
    figures: Figures
    exports: taking.Exports
    lags: TellsLag
    refused: TellsRefused


def add_routes(pages: Pages, ports: Ports) -> None:
    """Register the pages."""
    routes = _Search(ports)
    pages.get("/journal", routes.show, roles=AUDITORS)
    pages.post("/journal", routes.find, roles=AUDITORS)
    pages.post("/journal/searches", routes.keep, roles=AUDITORS)
    pages.post("/journal/searches/remove", routes.remove, roles=AUDITORS)
    pages.post("/journal/export", taking.Routes(ports.search, ports.exports, ports.hash_of).take, roles=AUDITORS)
    one = decision.Routes(ports.explain, ports.record_look)
    pages.get("/journal/decisions/{decision_id}", one.show, roles=AUDITORS)
    pages.post("/journal/decisions/{decision_id}", one.reveal, roles=AUDITORS)
    pages.get(
        "/journal/overview", overview.Routes(ports.figures, ports.rules, ports.lags, ports.refused).show, roles=AUDITORS
    )
    pages.get("/journal/looks", lambda ask: _looks(ask, ports.looks), roles=AUDITORS)


class _Search:
    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def show(self, ask: Ask) -> Response:
        return self._shown(ask, query_of(ask))

    def find(self, ask: Ask) -> Response:
        """Turn what was typed into a link that holds no address, and go there."""
        if plain(ask.value("name")):
            return self.keep(ask)  # Enter in the name of a search presses the form's first button.
        query = query_from(ask, self._ports.hash_of)
        said = as_warning(ask.text(_HALF_TYPED)) if half_typed(ask) else ""
        return redirect(ask, "/journal", said=said, **query.given)

    def keep(self, ask: Ask) -> Response:
        query, name = query_from(ask, self._ports.hash_of), ask.value("name")
        try:
            self._ports.saved.keep(name, query.link, ask.person.author, number_of(ask.value("searches")))
        except SearchNotKept as error:
            return self._shown(ask, query, Refused(name, query.link, ask.sentence(error)), error.status)
        except SearchChanged as error:
            change = self._ports.saved.change_of(plain(name))
            return self._shown(ask, query, Refused(name, query.link, change=change), error.status)
        return redirect(ask, "/journal", said=ask.text(_KEPT), **query.given)

    def remove(self, ask: Ask) -> Response:
        name, link = ask.value("name"), ask.value("link")
        try:
            self._ports.saved.remove(name, link, ask.person.author)
        except SearchChanged as error:
            change = self._ports.saved.change_of(name)
            refused = Refused(name, link, change=change, keeping=False)
            return self._shown(ask, Query(), refused, error.status)
        return redirect(ask, "/journal", said=ask.text(_REMOVED))

    def _shown(self, ask: Ask, query: Query, refused: Refused | None = None, status: int = HTTPStatus.OK) -> Response:
        try:
            found = self._found(ask, filters_of(query, ask.zone))
        except BadDay as error:
            wrong = status if refused else HTTPStatus.UNPROCESSABLE_ENTITY
            return self._page(ask, query, [], bad=error, refused=refused, status=wrong)
        return self._page(ask, query, found, refused=refused, status=status)

    def _found(self, ask: Ask, filters: Filters) -> list[Found]:
        before = ask.query("before")
        cursor = int(before) if _CURSOR.fullmatch(before) else None
        return self._ports.search.page(filters, limit=PAGE + 1, before=cursor)

    def _page(  # noqa: PLR0913  # Each is a part of the page.
        self,
        ask: Ask,
        query: Query,
        found: list[Found],
        *,
        bad: BadDay | None = None,
        refused: Refused | None = None,
        status: int,
    ) -> Response:
        shown, more = found[:PAGE], len(found) > PAGE
        titles, saved = self._ports.rules.titles(ask.locale), self._ports.saved.state
        return page(
            ask,
            "journal/search.html",
            status=status,
            query=query,
            bad=bad,
            refused=refused,
            other=saved.links.get(plain(refused.name)) if refused and not refused.sentence else None,
            in_words=partial(in_words, ask),
            found=shown,
            after=shown[-1].number if more else None,
            titles=titles,
            reasons=partial(_reasons, titles=titles),
            names={kind: self._ports.search.names(kind) for kind in ("rule", "revision", "department")},
            words=words,
            saved=saved,
            formats=taking.FORMATS,
        )


def _reasons(found: Found, titles: Mapping[str, str]) -> list[str]:
    """Return the titles of the policies that the sender was told of, each once."""
    rules = [match.rule for match in found.matches if match.mode == "enforce"]
    return list(dict.fromkeys(titles.get(rule.partition(".")[0], rule) for rule in rules))


def _looks(ask: Ask, looks: Looks) -> Response:
    shown = looks.newest(before=ask.query("before") or None)
    after = shown[-1].record_id if len(shown) == looks.size else None
    return page(ask, "journal/looks.html", looks=shown, kinds=words.LOOKS, after=after)
