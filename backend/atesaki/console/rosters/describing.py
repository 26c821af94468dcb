"""Which rosters there are, and what is said of one: its name, owner, purpose and handling."""

from __future__ import annotations

import unicodedata
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from atesaki.console.rosters import words
from atesaki.console.rosters.conflict import Newer, newer
from atesaki.console.rosters.ports import Ports, is_admin, own_roster, path_of
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.render import page, redirect
from atesaki.console.shell.text import mark as _
from atesaki.judgement.errors import AtesakiError
from atesaki.rosters.errors import RosterChanged, RosterExists, RosterInvalid, RosterNotYours
from atesaki.rosters.ownership import editable, require_change
from atesaki.rosters.registry import Registered
from atesaki.rosters.roster import RosterDraft, checked_handling, description_of
from atesaki.rosters.sources import source_of, sources

_CREATED = _("The roster is registered. Now import its members.")
_SAVED = _("Saved. It is in force for the next mail.")
_DELETED = _("The roster “%(name)s” is deleted with its members.")
_OTHER_NAME = _("This is not the roster's name. Type it exactly as it stands below the field.")
_BAD = (RosterInvalid, RosterExists, RosterNotYours)


class Describing:
    """The list, and the pages that say what a roster is."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def listed(self, ask: Ask) -> Response:
        """List the rosters that are theirs."""
        person = ask.person
        mine = editable(self._ports.rosters.all(), email=person.email, roles=person.roles)
        return page(
            ask,
            "rosters/list.html",
            rosters=mine,
            sources=sources(self._ports.store),
            path_of=path_of,
            handlings=words.HANDLINGS,
            problem_of=lambda problem: words.problem_of(ask, problem),
            is_admin=is_admin(ask),
        )

    def show(self, ask: Ask) -> Response:
        """Show one roster."""
        roster = own_roster(ask, self._ports)
        source = source_of(self._ports.store, roster.id)
        return page(
            ask,
            "rosters/show.html",
            **_about(ask, roster),
            source=source,
            problem=words.problem_of(ask, source.problem if source else None),
            providers=words.PROVIDERS,
            directories=self._ports.directories,
        )

    def new(self, ask: Ask) -> Response:
        """Show the form of a new roster."""
        return _form(ask, RosterDraft("", ask.person.email, "", "protected"))

    def create(self, ask: Ask) -> Response:
        """Register a roster."""
        draft = _draft(ask, ask.value("name"))
        try:
            roster = self._ports.rosters.create(draft, ask.person.author)
        except _BAD as error:
            return _form(ask, draft, problem=error)
        return redirect(ask, path_of(roster.name, "/import"), said=ask.text(_CREATED))

    def edit(self, ask: Ask) -> Response:
        """Show the form of a roster."""
        roster = own_roster(ask, self._ports)
        return _form(ask, RosterDraft(roster.name, roster.owner, roster.purpose, roster.handling), roster)

    def save(self, ask: Ask) -> Response:
        """Change what is said of a roster."""
        roster = own_roster(ask, self._ports)
        draft, seen = _draft(ask, roster.name), ask.value("version")
        if seen != description_of(roster):
            return self._beside(ask, draft)
        try:
            require_change(roster, draft, email=ask.person.email, roles=ask.person.roles)
            self._ports.rosters.edit(draft, ask.person.author, seen=seen)
        except RosterChanged:
            return self._beside(ask, draft)
        except _BAD as error:
            return _form(ask, draft, roster, problem=error)
        return redirect(ask, path_of(roster.name), said=ask.text(_SAVED))

    def _beside(self, ask: Ask, draft: RosterDraft) -> Response:
        """Show what is in force now beside what was typed; who saves again has seen it."""
        roster = own_roster(ask, self._ports)
        return _form(ask, draft, roster, newer=newer(self._ports.store, roster, draft))

    def ask_to_delete(self, ask: Ask) -> Response:
        """Say what deleting means, and ask for the name."""
        return self._deletion(ask, own_roster(ask, self._ports))

    def delete(self, ask: Ask) -> Response:
        """Delete a roster whose name was typed."""
        roster, typed = own_roster(ask, self._ports), ask.value("typed")
        if unicodedata.normalize("NFC", typed).strip() != roster.name:
            return self._deletion(ask, roster, problem=ask.text(_OTHER_NAME), typed=typed)
        self._ports.rosters.delete(roster.name, ask.person.author)
        return redirect(ask, "/rosters", said=ask.text(_DELETED, name=roster.name))

    def _deletion(self, ask: Ask, roster: Registered, *, problem: str = "", typed: str = "") -> Response:
        naming = [(each.id, getattr(each.title, ask.locale)) for each in self._ports.policies_naming(roster.name)]
        told = {**_about(ask, roster), "naming": naming, "problem": problem, "typed": typed}
        status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
        return page(ask, "rosters/delete.html", status=status, **told)


def _about(ask: Ask, roster: Registered) -> dict[str, Any]:
    return {"roster": roster, "path_of": path_of, "handlings": words.HANDLINGS, "is_admin": is_admin(ask)}


def _form(
    ask: Ask,
    draft: RosterDraft,
    roster: Registered | None = None,
    *,
    problem: AtesakiError | None = None,
    newer: Newer | None = None,
) -> Response:
    status = HTTPStatus.CONFLICT if newer else HTTPStatus(problem.status) if problem else HTTPStatus.OK
    return page(
        ask,
        "rosters/form.html",
        status=status,
        draft=draft,
        roster=roster,
        version=description_of(roster) if roster else "",
        handlings=words.HANDLINGS,
        field=problem.field if problem else "",
        problem=ask.sentence(problem) if problem else "",
        newer=newer,
        is_admin=is_admin(ask),
        path_of=path_of,
    )


def _draft(ask: Ask, name: str) -> RosterDraft:
    handling = checked_handling(ask.value("handling"))
    purpose = ask.value("purpose").replace("\r\n", "\n")
    return RosterDraft(name, ask.value("owner"), purpose, handling)
