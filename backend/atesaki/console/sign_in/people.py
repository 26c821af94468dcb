"""The people who may use the console: invited, given roles, disabled, let in again, by admins."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Final

from starlette.responses import Response

from atesaki.console.shell.ask import Ask
from atesaki.console.shell.render import redirect
from atesaki.console.sign_in.desk import SignInDesk, carry_ticket
from atesaki.console.sign_in.rendering import page
from atesaki.console.sign_in.words import REFUSALS, ROLES_CHANGED, SAVED, Problem, problem_of
from atesaki.identity.accounts import PAGE
from atesaki.identity.person import ROLES, Role

_COOKIE: Final = "__Host-atesaki_link"
_TICKET: Final = "handing on a link"


class PeoplePages:
    """Handlers of the admins' pages about people."""

    def __init__(self, desk: SignInDesk) -> None:
        self._desk = desk

    def show(self, ask: Ask) -> Response:
        """List accounts and open invitations."""
        return self._list(ask)

    def invite(self, ask: Ask) -> Response:
        """Invite somebody; the link is shown once, to be handed on by the admin."""
        try:
            secret = self._desk.accounts.invite(ask.value("address"), _roles(ask), ask.person.author)
        except REFUSALS as error:
            return self._list(ask, problem_of(ask, error))
        return self._hand_on(ask, f"/invitation/{secret}", ask.value("address").strip())

    def link(self, ask: Ask) -> Response:
        """Show the link that was just made, in any language and as often as the page is opened anew."""
        made = self._desk.tickets.read(_TICKET, ask.request.cookies.get(_COOKIE))
        if made is None or made["by"] != ask.person.key:
            return redirect(ask, "/people")
        return page(ask, "sign_in/link.html", None, url=self._desk.address(ask, made["path"]), address=made["address"])

    def withdraw(self, ask: Ask) -> Response:
        """Make an invitation useless."""
        self._desk.accounts.withdraw(ask.value("address"), ask.person.author)
        return redirect(ask, "/people", said=ask.text(SAVED))

    def person(self, ask: Ask) -> Response:
        """Show one account; raises `AccountNotFound`."""
        return self._one(ask, ask.path("name"))

    def roles(self, ask: Ask) -> Response:
        """Give somebody other roles, unless somebody else did so since the page was made."""
        name = ask.value("name")
        if ask.value("seen") != _named(self._desk.accounts.get(name).roles):
            return self._one(ask, name, Problem(ask.text(ROLES_CHANGED), "roles", HTTPStatus.CONFLICT, {}))
        try:
            self._desk.accounts.change_roles(name, _roles(ask), ask.person.author)
        except REFUSALS as error:
            return self._one(ask, name, problem_of(ask, error))
        return redirect(ask, "/people", said=ask.text(SAVED))

    def disable(self, ask: Ask) -> Response:
        """Let somebody no longer sign in."""
        name = ask.value("name")
        try:
            self._desk.accounts.disable(name, ask.person.author)
        except REFUSALS as error:
            return self._one(ask, name, problem_of(ask, error))
        return redirect(ask, "/people", said=ask.text(SAVED))

    def enable(self, ask: Ask) -> Response:
        """Let somebody sign in again."""
        self._desk.accounts.enable(ask.value("name"), ask.person.author)
        return redirect(ask, "/people", said=ask.text(SAVED))

    def new_password(self, ask: Ask) -> Response:
        """Make a link with which somebody sets a new password."""
        name = ask.value("name")
        secret = self._desk.accounts.new_password_link(name, ask.person.author)
        return self._hand_on(ask, f"/new-password/{secret}", name)

    def end_sessions(self, ask: Ask) -> Response:
        """Sign somebody out everywhere who signed in with the provider."""
        key = ask.value("key")
        person = next((each for each in self._desk.sessions.people() if each.key == key), None)
        if person is not None:
            self._desk.trail.sent_out(person.key, person.author, ask.person.author)
            self._desk.sessions.end_all(person.key)
        return redirect(ask, "/people", said=ask.text(SAVED))

    def _hand_on(self, ask: Ask, path: str, address: str) -> Response:
        """Show the link on a page of its own: opening that one anew makes no other link, which would void this one."""
        ticket = self._desk.tickets.issue(_TICKET, {"path": path, "address": address, "by": ask.person.key})
        return carry_ticket(redirect(ask, "/people/link"), ticket, _COOKIE)

    def _list(self, ask: Ask, problem: Problem | None = None) -> Response:
        accounts = self._desk.accounts.page(ask.query("after"), PAGE + 1)
        return page(
            ask,
            "sign_in/people.html",
            problem,
            accounts=accounts[:PAGE],
            after=accounts[PAGE - 1].name if len(accounts) > PAGE else "",
            invitations=self._desk.accounts.links.open_ones("invitation"),
            signed_in=self._desk.sessions.people(),
            roles=ROLES,
            chosen=_roles(ask),
            address=ask.value("address"),
            provider=self._desk.provider_name if self._desk.oidc else "",
        )

    def _one(self, ask: Ask, name: str, problem: Problem | None = None) -> Response:
        account = self._desk.accounts.get(name)
        return page(
            ask,
            "sign_in/person.html",
            problem,
            account=account,
            sessions=self._desk.sessions.all_of(account.key),
            roles=ROLES,
            seen=_named(account.roles),
            chosen=_roles(ask) if problem and problem.field == "roles" else account.roles,
        )


def _named(roles: Iterable[Role]) -> str:
    return " ".join(sorted(roles))


def _roles(ask: Ask) -> list[Role]:
    given = set(ask.values("roles"))
    return [role for role in ROLES if role in given]
