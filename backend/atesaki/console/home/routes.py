"""The route of the console's first page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from starlette.responses import Response

from atesaki.console.rosters.words import PROVIDERS
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.navigation import ANYBODY, AUDITORS, CHECKERS, ROSTER_EDITORS, only_checks, places_of
from atesaki.console.shell.pages import Pages
from atesaki.console.shell.render import page, redirect
from atesaki.identity.person import Person
from atesaki.judgement.facts import Organization
from atesaki.rosters.ownership import editable
from atesaki.rosters.roster import Roster


class KnowsOrganization(Protocol):
    """Knows who we are."""

    @property
    def value(self) -> Organization:
        """The organization in force."""


class ListsRosters(Protocol):
    """Knows the registered rosters."""

    def all(self) -> Sequence[Roster]:
        """Every roster; blocks."""


class Arrived(Protocol):
    """Knows from which clients decisions have come."""

    def apps(self) -> frozenset[str]:
        """The names of clients, such as `outlook`, that have asked at least once; blocks."""


class KnowsRules(Protocol):
    """Knows what is wrong with the newest policy set, as `file:line:column: sentence`."""

    @property
    def problem(self) -> str | None:
        """Why it is not in force."""

    @property
    def unread(self) -> str | None:
        """Which tests of the set in force don't load."""


class KnowsJournal(Protocol):
    """Knows what is wrong with the journal."""

    @property
    def problem(self) -> str | None:
        """Why nothing can be recorded now, and so nothing is answered."""


class Step(NamedTuple):
    """One step of the first set-up: its name, where it is done, and whether it is."""

    name: str
    path: str
    done: bool


class Warnings(NamedTuple):
    """What to look at: rules and exemptions that end soon, names of rosters out of step.

    `untold` names the directories that failed to tell which addresses are lists. `waiting_checks` counts the mails that
    a person may check, `waiting_erasures` those that the account with a key may approve.
    """

    ending: Callable[[], Sequence[object]]
    out_of_step: Callable[[], Sequence[str]]
    untold: Callable[[], Sequence[str]]
    waiting_checks: Callable[[Person], int]
    waiting_erasures: Callable[[str], int]
    rules: KnowsRules
    journal: KnowsJournal


def add_routes(
    pages: Pages,
    organization: KnowsOrganization,
    rosters: ListsRosters,
    arrived: Arrived,
    warnings: Warnings,
) -> None:
    """Register the page."""

    def show(ask: Ask) -> Response:
        if only_checks(ask.person):
            return redirect(ask, "/checks", lang=ask.query("lang"))
        admin = ask.person.may(frozenset({"admin"}))
        steps = _steps(organization, rosters, arrived) if admin else []
        places = [place for place in places_of(ask.person) if place.path != "/"]
        ends = len(warnings.ending()) if admin else 0
        late = _late(ask, rosters, warnings) if ask.person.may(ROSTER_EDITORS) else 0
        waiting = warnings.waiting_checks(ask.person) if ask.person.may(CHECKERS) else 0
        erasures = warnings.waiting_erasures(ask.person.key) if ask.person.may(AUDITORS) else 0
        return page(
            ask,
            "home/page.html",
            steps=steps,
            own=places,
            ends=ends,
            out_of_step=late,
            unrecorded=warnings.journal.problem if ask.person.may(AUDITORS) else None,
            rules=warnings.rules if admin else None,
            untold=[PROVIDERS[each] for each in warnings.untold()] if admin else [],
            waiting=waiting,
            erasures=erasures,
        )

    for path in ("", "/"):
        pages.get(path, show, roles=ANYBODY)


def _late(ask: Ask, rosters: ListsRosters, warnings: Warnings) -> int:
    """Count the rosters out of step that the visitor may mend: an owner, only their own."""
    mine = editable(rosters.all(), email=ask.person.email, roles=ask.person.roles)
    return len({roster.name for roster in mine}.intersection(warnings.out_of_step()))


def _steps(organization: KnowsOrganization, rosters: ListsRosters, arrived: Arrived) -> list[Step]:
    apps = arrived.apps()
    return [
        Step("domains", "/organization", bool(organization.value.internal_domains)),
        Step("roster", "/rosters", bool(rosters.all())),
        Step("client", "", bool(apps & {"outlook", "gmail_extension", "gmail_addon"})),
        Step("mail", "/try-it", bool(apps)),
    ]
