"""The routes of the organization's page."""

from __future__ import annotations

from http import HTTPStatus
from typing import Protocol

from starlette.responses import Response

from atesaki.console.organization.conflict import Newer
from atesaki.console.organization.form import (
    MOST_QUOTED,
    OrganizationForm,
    Problem,
    entries,
    form_from,
    form_of,
    organization_from,
)
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.navigation import ADMIN
from atesaki.console.shell.numbers import number_of
from atesaki.console.shell.pages import Pages
from atesaki.console.shell.render import page, redirect
from atesaki.console.shell.text import mark as _
from atesaki.journal.changes import Change
from atesaki.judgement.facts import Organization
from atesaki.sending.errors import OrganizationChanged, OrganizationInvalid
from atesaki.sending.organization import OrganizationState

_SAVED = _("Saved. It is in force for the next mail.")
_THIS_ONE = _("“%(text)s” can't be used: %(said)s")


class KeepsOrganization(Protocol):
    """Keeps the organization in force."""

    def refresh(self) -> OrganizationState:
        """Return the organization and its revision as the store has it; blocks."""

    def put(self, organization: Organization, author: str, *, seen: int | None = None) -> OrganizationState:
        """Replace the one of the revision that was seen; blocks."""

    def change_to(self, revision: int) -> Change | None:
        """Return who made this revision and when, as far as that is known; blocks."""


def add_routes(pages: Pages, organization: KeepsOrganization) -> None:
    """Register the page and its form."""
    routes = _Routes(organization)
    pages.get("/organization", routes.show, roles=ADMIN)
    pages.post("/organization", routes.save, roles=ADMIN)


class _Routes:
    def __init__(self, organization: KeepsOrganization) -> None:
        self._organization = organization

    def show(self, ask: Ask) -> Response:
        state = self._organization.refresh()
        return _page(ask, form_of(state.organization), state.revision)

    def save(self, ask: Ask) -> Response:
        form = form_from(ask)
        seen = number_of(ask.value("revision"))
        try:
            self._organization.put(organization_from(form), ask.person.author, seen=seen)
        except OrganizationChanged:
            return self._beside(ask, form)
        except Problem as problem:
            return _wrong(ask, form, seen, problem)
        except OrganizationInvalid as error:
            return _wrong(ask, form, seen, _problem(ask, form, error))
        return redirect(ask, "/organization", said=ask.text(_SAVED))

    def _beside(self, ask: Ask, form: OrganizationForm) -> Response:
        """Show what is in force now beside what was typed; who saves again has seen it."""
        state = self._organization.refresh()
        newer = Newer(form_of(state.organization), form, self._organization.change_to(state.revision))
        return _page(ask, form, state.revision, newer=newer, status=HTTPStatus.CONFLICT)


def _problem(ask: Ask, form: OrganizationForm, error: OrganizationInvalid) -> Problem:
    """Name the domain that is wrong, since it may be one of many."""
    path, _bracket, place = (error.field or "").rstrip("]").partition("[")
    field, sentence = path.partition(".")[0], ask.sentence(error)
    text = entries(getattr(form, field))[int(place)] if place else ""
    if not text or text in sentence:
        return Problem(field, sentence)
    return Problem(field, _THIS_ONE, text=text[:MOST_QUOTED], said=sentence)


def _wrong(ask: Ask, form: OrganizationForm, seen: int, problem: Problem) -> Response:
    """Show a mistake; the page stays one of the revision that was seen, else the next try would hide a newer one."""
    return _page(ask, form, seen, problem=problem, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _page(  # noqa: PLR0913  # Each is a part of the page.
    ask: Ask,
    form: OrganizationForm,
    revision: int,
    *,
    problem: Problem | None = None,
    newer: Newer | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    return page(
        ask, "organization/page.html", form=form, revision=revision, problem=problem, newer=newer, status=status
    )
