"""The routes of the pages of rosters."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from atesaki.console.rosters.checking import Checking
from atesaki.console.rosters.describing import Describing
from atesaki.console.rosters.following import Following
from atesaki.console.rosters.importing import Importing
from atesaki.console.rosters.people import People
from atesaki.console.rosters.ports import Ports
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.navigation import ADMIN, ROSTER_EDITORS
from atesaki.console.shell.pages import MAX_FORM_BYTES, Pages

_READ = 4
"""A file of up to so many times the limit is read, so that its sender is told; beyond it a post is cut off."""

Handler = Callable[[Ask], Response]


def add_routes(pages: Pages, ports: Ports) -> None:
    """Register all pages of rosters."""
    describing = Describing(ports)
    pages.get("/rosters", describing.listed, roles=ROSTER_EDITORS)
    pages.get("/rosters/new", describing.new, roles=ADMIN)
    pages.post("/rosters/new", describing.create, roles=ADMIN)
    own = _Own(pages)
    own.get("", describing.show)
    own.both("/edit", describing.edit, describing.save)
    own.both("/delete", describing.ask_to_delete, describing.delete)
    people = People(ports)
    own.both("/members", people.show, people.find)
    own.post("/export", people.export)
    checking = Checking(ports)
    own.both("/check", checking.show, checking.ask)
    _add_import(own, Importing(ports), ports.max_import_bytes)
    _add_sync(own, Following(ports))


def _add_import(own: _Own, importing: Importing, limit: int) -> None:
    own.get("/import", importing.choose)
    own.post("/import", importing.upload, _READ * limit)
    own.both("/import/{upload}", importing.preview, importing.confirm)
    own.get("/import/{upload}/rejected", importing.rejected)
    own.post("/import/{upload}/changes", importing.changes)


def _add_sync(own: _Own, following: Following) -> None:
    own.both("/sync", following.show, following.confirm)
    own.post("/sync/now", following.now)
    own.post("/sync/stop", following.stop)


class _Own:
    """Registers pages of one roster, which its handlers open for admins and its owner only."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def get(self, page: str, handler: Handler) -> None:
        self._pages.get(f"/rosters/of/{{name}}{page}", handler, roles=ROSTER_EDITORS)

    def post(self, page: str, handler: Handler, max_bytes: int = MAX_FORM_BYTES) -> None:
        self._pages.post(f"/rosters/of/{{name}}{page}", handler, roles=ROSTER_EDITORS, max_bytes=max_bytes)

    def both(self, page: str, shown: Handler, sent: Handler) -> None:
        self.get(page, shown)
        self.post(page, sent)
