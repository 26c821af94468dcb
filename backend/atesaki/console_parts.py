"""Puts the pages of the console together: each slice with the ports that it needs."""

import datetime as dt
import zoneinfo

from starlette.applications import Starlette

from atesaki.console import assets, home, organization
from atesaki.console.shell.ask import Desk
from atesaki.console.shell.pages import Pages
from atesaki.identity.sessions import Sessions
from atesaki.parts import Parts
from atesaki.sending.arrivals import Arrivals


def open_console(parts: Parts) -> Pages:
    """Return all pages of the console, ready to be mounted."""
    pages = Pages(Desk(Sessions(parts.base.store), parts.base.settings.locale, lambda: _zone(parts)))
    home.add_routes(pages, parts.organization, parts.rosters, Arrivals(parts.base.store))
    organization.add_routes(pages, parts.organization)
    return pages


def mount_console(app: Starlette, pages: Pages) -> None:
    """Give the pages their addresses; the script that they share stands before the static files of the package."""
    app.router.routes.append(assets.htmx_route())
    app.router.routes.extend(pages.router.routes)


def _zone(parts: Parts) -> dt.tzinfo:
    return zoneinfo.ZoneInfo(parts.organization.value.time_zone)
