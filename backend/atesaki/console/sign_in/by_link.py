"""The pages that one-time links lead to: the first admin, an invitation, a new password."""

from __future__ import annotations

from starlette.responses import Response

from atesaki.console.shell.ask import Ask
from atesaki.console.sign_in.desk import SignInDesk, enter_with_password, go_on, session_of
from atesaki.console.sign_in.rendering import page
from atesaki.console.sign_in.words import REFUSALS, Problem, not_the_same, problem_of
from atesaki.identity.links import Link, LinkInvalid, Purpose
from atesaki.identity.registry import Account


class ByLink:
    """Handlers of one kind of link."""

    def __init__(self, desk: SignInDesk, purpose: Purpose) -> None:
        self._desk = desk
        self._purpose: Purpose = purpose

    def show(self, ask: Ask) -> Response:
        """Show what the link is for; it is used by the form only, not by whoever looks at it first."""
        return self._page(ask, ask.path("link"))

    def take(self, ask: Ask) -> Response:
        """Use the link."""
        secret = ask.path("link")
        if ask.value("only_shown"):
            # Another language: what was typed stays, but for the passwords.
            return self._page(ask, secret)
        if ask.value("password") != ask.value("again"):
            return self._page(ask, secret, not_the_same(ask))
        if not self._desk.is_safe(ask):
            return self._page(ask, secret)
        try:
            account = self._used(ask, self._desk.accounts.links.find(self._purpose, secret))
            begun = self._desk.sign_in.begin(account, self._purpose)
        except REFUSALS as error:
            return self._page(ask, secret, problem_of(ask, error))
        # Of whoever was signed in here before.
        if session := session_of(ask):
            self._desk.sessions.end(session)
        return enter_with_password(go_on(ask.to("/")), begun, self._desk.sign_in.browsers.mark(account.name))

    def _used(self, ask: Ask, link: Link) -> Account:
        accounts, password = self._desk.accounts, ask.value("password")
        if self._purpose == "new_password":
            return accounts.reset_password(link, password)
        return accounts.accept(link, ask.value("display_name"), password, ask.value("address"))

    def _page(self, ask: Ask, secret: str, problem: Problem | None = None) -> Response:
        try:
            link: Link | None = self._desk.accounts.links.find(self._purpose, secret)
        except LinkInvalid as error:
            link, problem = None, problem_of(ask, error)
        return page(
            ask,
            "sign_in/by_link.html",
            problem,
            safe=self._desk.is_safe(ask),
            link=link,
            address=ask.value("address"),
            display_name=ask.value("display_name"),
        )
