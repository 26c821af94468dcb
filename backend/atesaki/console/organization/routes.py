"""The routes of the organization's page."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Protocol

from starlette.responses import Response

from atesaki.console.organization.form import OrganizationForm, Problem, form_from, form_of, organization_from
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.navigation import ADMIN
from atesaki.console.shell.pages import Pages
from atesaki.console.shell.render import page, redirect
from atesaki.console.shell.text import mark as _
from atesaki.judgement.facts import Organization
from atesaki.sending.errors import OrganizationInvalid
from atesaki.sending.organization import OrganizationState

_SAVED = _("Saved. It is in force for the next mail.")
_CHANGED = _("Somebody else changed this page in the meantime; what is in force now stands beside your own text.")


class KeepsOrganization(Protocol):
    """Keeps the organization in force."""

    @property
    def state(self) -> OrganizationState:
        """The organization and its revision."""

    def put(self, organization: Organization, author: str) -> OrganizationState:
        """Replace it; blocks."""


def add_routes(pages: Pages, organization: KeepsOrganization) -> None:
    """Register the page and its form."""
    routes = _Routes(organization)
    pages.get("/organization", routes.show, roles=ADMIN)
    pages.post("/organization", routes.save, roles=ADMIN)


class _Routes:
    def __init__(self, organization: KeepsOrganization) -> None:
        self._organization = organization

    def show(self, ask: Ask) -> Response:
        state = self._organization.state
        return _page(ask, form_of(state.organization), state)

    def save(self, ask: Ask) -> Response:
        state, form = self._organization.state, form_from(ask)
        if ask.value("revision") != str(state.revision):
            return _page(ask, form, state, Problem("", ask.text(_CHANGED)), HTTPStatus.CONFLICT)
        try:
            self._organization.put(organization_from(form), ask.person.author)
        except Problem as problem:
            return _page(ask, form, state, problem, HTTPStatus.UNPROCESSABLE_ENTITY)
        except OrganizationInvalid as error:
            wrong = Problem(re.split(r"[.\[]", error.field or "")[0], ask.sentence(error))
            return _page(ask, form, state, wrong, HTTPStatus.UNPROCESSABLE_ENTITY)
        return redirect(ask, "/organization", said=ask.text(_SAVED))


def _page(
    ask: Ask, form: OrganizationForm, state: OrganizationState, problem: Problem | None = None, status: int = 200
) -> Response:
    now = form_of(state.organization)
    return page(
        ask, "organization/page.html", form=form, now=now, revision=state.revision, problem=problem, status=status
    )
