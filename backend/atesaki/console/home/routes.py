"""The route of the console's first page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from starlette.responses import Response

from atesaki.console.shell.ask import Ask
from atesaki.console.shell.navigation import ANYBODY, places_of
from atesaki.console.shell.pages import Pages
from atesaki.console.shell.render import page
from atesaki.judgement.facts import Organization


class KnowsOrganization(Protocol):
    """Knows who we are."""

    @property
    def value(self) -> Organization:
        """The organization in force."""


class ListsRosters(Protocol):
    """Knows the registered rosters."""

    def all(self) -> Sequence[object]:
        """Every roster; blocks."""


class Arrived(Protocol):
    """Knows from which clients decisions have come."""

    def apps(self) -> frozenset[str]:
        """The names of clients, such as `outlook`, that have asked at least once; blocks."""


class Step(NamedTuple):
    """One step of the first set-up: its name, where it is done, and whether it is."""

    name: str
    path: str
    done: bool


class Warnings(NamedTuple):
    """What an admin should look at: rules and exemptions that end soon, and rosters out of step with their groups."""

    ending: Callable[[], Sequence[object]]
    out_of_step: Callable[[], Sequence[object]]


def add_routes(
    pages: Pages,
    organization: KnowsOrganization,
    rosters: ListsRosters,
    arrived: Arrived,
    warnings: Warnings,
) -> None:
    """Register the page."""

    def show(ask: Ask) -> Response:
        admin = ask.person.may(frozenset({"admin"}))
        steps = _steps(organization, rosters, arrived) if admin else []
        places = [place for place in places_of(ask.person) if place.path != "/"]
        ends, out_of_step = (len(found()) if admin else 0 for found in warnings)
        return page(ask, "home/page.html", steps=steps, own=places, ends=ends, out_of_step=out_of_step)

    for path in ("", "/"):
        pages.get(path, show, roles=ANYBODY)


def _steps(organization: KnowsOrganization, rosters: ListsRosters, arrived: Arrived) -> list[Step]:
    apps = arrived.apps()
    return [
        Step("domains", "/organization", bool(organization.value.internal_domains)),
        Step("roster", "/rosters", bool(rosters.all())),
        Step("client", "", bool(apps & {"outlook", "gmail_extension", "gmail_addon"})),
        Step("mail", "/try-it", bool(apps)),
    ]
