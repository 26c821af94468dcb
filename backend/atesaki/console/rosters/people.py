"""The members of a roster, page by page; every look at them is in the journal."""

from __future__ import annotations

from starlette.responses import Response

from atesaki.console.rosters.ports import Ports, own_roster, path_of
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.render import download, page
from atesaki.rosters.members import page_of_members

PAGE = 100
_LONGEST_SEARCH = 200


class People:
    """The members of one roster."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def show(self, ask: Ask) -> Response:
        """Show the first members."""
        return self._page(ask, "", "")

    def find(self, ask: Ask) -> Response:
        """Show those that were searched for, or the following ones; posted, so that no address stands in an URL."""
        return self._page(ask, ask.value("search").strip()[:_LONGEST_SEARCH], ask.value("after"))

    def export(self, ask: Ask) -> Response:
        """Hand out all members as CSV."""
        roster = own_roster(ask, self._ports)
        return download(self._ports.rosters.export(roster.name, ask.person.author), "members.csv")

    def _page(self, ask: Ask, search: str, after: str) -> Response:
        roster = own_roster(ask, self._ports)
        clean_search, clean_after = search.replace("\x00", ""), after.replace("\x00", "")
        found = page_of_members(self._ports.store, roster, after=clean_after, limit=PAGE + 1, search=clean_search)
        shown, more = found[:PAGE], len(found) > PAGE
        if shown:
            self._ports.rosters.viewed(roster.name, "roster_members", len(shown), ask.person.author)
        return page(
            ask,
            "rosters/members.html",
            roster=roster,
            members=shown,
            following=shown[-1].mailbox_key if more else "",
            search=search,
            after=after,
            path_of=path_of,
        )
