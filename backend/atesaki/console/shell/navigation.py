"""The main pages of the console, and who sees which of them."""

from __future__ import annotations

from typing import NamedTuple

from atesaki.console.shell.text import mark as _
from atesaki.identity.person import Person, Role

Roles = frozenset[Role]

ADMIN: Roles = frozenset({"admin"})
AUDITORS: Roles = frozenset({"admin", "auditor"})
CHECKERS: Roles = frozenset({"admin", "checker"})
ROSTER_EDITORS: Roles = frozenset({"admin", "roster_owner"})
ANYBODY: Roles = frozenset()
"""Everybody who is signed in, whatever their roles."""


class Place(NamedTuple):
    """One entry of the navigation."""

    path: str
    label: str
    roles: Roles


PLACES = (
    Place("/", _("Start"), ANYBODY),
    Place("/policies", _("Rules"), ADMIN),
    Place("/rosters", _("Rosters"), ROSTER_EDITORS),
    Place("/try-it", _("Try it"), ADMIN),
    Place("/checks", _("Second check"), CHECKERS),
    Place("/journal", _("Journal"), AUDITORS),
    Place("/organization", _("Organization"), ADMIN),
    Place("/people", _("People"), ADMIN),
)


def may(person: Person, roles: Roles) -> bool:
    """Tell whether a person may open what is meant for `roles`."""
    return roles == ANYBODY or person.may(roles)


def places_of(person: Person) -> list[Place]:
    """Return the entries that a person may open; whoever only checks needs no first page to choose from."""
    return [place for place in PLACES if may(person, place.roles) and not (place.path == "/" and only_checks(person))]


def only_checks(person: Person) -> bool:
    """Tell whether the checks are all that a person may open."""
    return person.roles == {"checker"}


def is_here(place: Place, path: str) -> bool:
    """Tell whether a page belongs to an entry; `path` begins behind `/console`."""
    return path in {"", "/"} if place.path == "/" else path == place.path or path.startswith(f"{place.path}/")
