"""The pages before somebody is signed in: the password, the code, the provider, and the way back out."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping

from starlette.responses import Response

from atesaki.console.shell.ask import Ask
from atesaki.console.shell.render import as_warning, redirect
from atesaki.console.sign_in import desk as doors
from atesaki.console.sign_in.desk import SignInDesk, browser_of, client_of, enter, go_on, own_path, session_of
from atesaki.console.sign_in.rendering import page
from atesaki.console.sign_in.words import OVERFLOWED, REFUSALS, Problem, problem_of
from atesaki.identity import tickets
from atesaki.identity.links import LinkInvalid
from atesaki.identity.oidc import PURPOSE, Arrival, OidcRefused
from atesaki.identity.registry import Account

CODE_TICKET = "typing a code"
_CODE = "sign_in/code.html"


class Entrance:
    """Handlers of the sign-in."""

    def __init__(self, desk: SignInDesk) -> None:
        self._desk = desk

    def show(self, ask: Ask) -> Response:
        """Show how to sign in; whoever is signed in goes on at once."""
        target = own_path(ask, ask.query("next"))
        if session_of(ask):
            return go_on(target)
        return self._page(ask, target)

    def password(self, ask: Ask) -> Response:
        """Take an address and a password."""
        target = own_path(ask, ask.value("next"))
        if not self._desk.is_safe(ask):
            return self._page(ask, target)
        try:
            address, password = ask.value("address"), ask.value("password")
            account = self._desk.sign_in.check(address, password, client_of(ask), browser_of(ask))
            if account.asks_for_code:
                return self._ask_for_code(ask, account, target)
            return self._entered(ask, account, "password", target)
        except REFUSALS as error:
            return self._page(ask, target, problem_of(ask, error))

    def show_code(self, ask: Ask) -> Response:
        """Ask for the code of somebody whose password was right."""
        if self._carried(ask) is None:
            return redirect(ask, "/sign-in")
        return page(ask, _CODE, None)

    def code(self, ask: Ask) -> Response:
        """Take the code of somebody whose password was right."""
        carried = self._carried(ask)
        if carried is None:
            return redirect(ask, "/sign-in")
        name, mark, target = carried["name"], carried["mark"], carried["return_to"]
        try:
            account = self._desk.sign_in.check_code(name, mark, ask.value("code"), client_of(ask), browser_of(ask))
            entered = self._entered(ask, account, "password and code", target)
            self._desk.accounts.links.revoke("code", name)
        except REFUSALS as error:
            problem = problem_of(ask, error)
            # No code helps where the password is no longer the same.
            if problem.field == "password":
                return doors.forget_ticket(self._page(ask, target, problem))
            return page(ask, _CODE, problem)
        return entered

    def depart(self, ask: Ask) -> Response:
        """Send somebody to the provider."""
        target = own_path(ask, ask.query("next"))
        if self._desk.oidc is None or not self._desk.is_safe(ask):
            return self._page(ask, target)
        try:
            departure = self._desk.oidc.start(self._return_address(ask), target)
        except REFUSALS as error:
            return self._page(ask, target, problem_of(ask, error))
        return doors.departed(ask, departure)

    def arrive(self, ask: Ask) -> Response:
        """Take what somebody brings back from the provider."""
        if self._desk.oidc is None:
            return redirect(ask, "/sign-in")
        query, name = dict(ask.request.query_params), doors.ticket_of(ask.query("state"))
        ticket = ask.request.cookies.get(name)
        try:
            arrival = self._desk.oidc.finish(self._return_address(ask), ticket, query)
        except REFUSALS as error:
            if isinstance(error, OidcRefused) and self._desk.guesses.is_to_record(client_of(ask)):
                self._desk.trail.refused("", reason=error.reason, how="provider")
            target = own_path(ask, (self._desk.tickets.read(PURPOSE, ticket) or {}).get("return_to", ""))
            return doors.forget_ticket(self._page(ask, target, problem_of(ask, error)), name)
        return doors.forget_ticket(self._arrived(ask, arrival), name)

    def sign_out(self, ask: Ask) -> Response:
        """End the session."""
        if session := session_of(ask):
            self._desk.trail.signed_out(session.person.key, session.person.author, everywhere=False)
            self._desk.sessions.end(session)
        return doors.leave(ask, "/signed-out")

    def signed_out(self, ask: Ask) -> Response:
        """Say that the session has ended, and offer to sign out at the provider too."""
        oidc = self._desk.oidc
        # Its own address, since a provider sends browsers back only where it was told to.
        url = oidc.sign_out_url(self._desk.address(ask, "/signed-out")) if oidc else None
        return page(ask, "sign_in/signed_out.html", None, provider=self._desk.provider_name, provider_url=url)

    def _ask_for_code(self, ask: Ask, account: Account, target: str) -> Response:
        # The seal of a ticket and the secret of the codes stand in the store; the proof of a password may not.
        proof = self._desk.accounts.links.create("code", account.name, lasts=dt.timedelta(seconds=tickets.LASTS))
        carried = {"name": account.name, "mark": account.password_mark, "proof": proof, "return_to": target}
        ticket = self._desk.tickets.issue(CODE_TICKET, carried)
        # A page of its own: it can be opened anew, in another language too, without the password.
        return doors.carry_ticket(redirect(ask, "/sign-in/code"), ticket)

    def _carried(self, ask: Ask) -> Mapping[str, str] | None:
        carried = self._desk.tickets.read(CODE_TICKET, ask.request.cookies.get(tickets.COOKIE)) or {}
        with contextlib.suppress(LinkInvalid):
            if self._desk.accounts.links.find("code", carried.get("proof", "")).account == carried["name"]:
                return carried
        return None

    def _entered(self, ask: Ask, account: Account, how: str, target: str) -> Response:
        begun = self._desk.sign_in.begin(account, how)
        self._end_former(ask)
        return doors.enter_with_password(go_on(target), begun, self._desk.sign_in.browsers.mark(account.name))

    def _arrived(self, ask: Ask, arrival: Arrival) -> Response:
        person = arrival.person
        self._desk.trail.signed_in(person.key, person.author, how="provider", roles=sorted(person.roles))
        begun = self._desk.sessions.begin(person)
        self._end_former(ask)
        if arrival.overflowed and not person.roles:
            return enter(redirect(ask, "/", said=as_warning(ask.text(OVERFLOWED))), begun)
        return enter(go_on(own_path(ask, arrival.return_to)), begun)

    def _end_former(self, ask: Ask) -> None:
        if session := session_of(ask):
            self._desk.sessions.end(session)

    def _return_address(self, ask: Ask) -> str:
        return self._desk.address(ask, "/sign-in/return")

    def _page(self, ask: Ask, target: str, problem: Problem | None = None) -> Response:
        return page(
            ask,
            "sign_in/sign_in.html",
            problem,
            safe=self._desk.is_safe(ask),
            target=target,
            address=ask.value("address"),
            provider=self._desk.provider_name if self._desk.oidc else "",
            with_password=self._desk.oidc is None or self._desk.accounts.any(),
            empty=self._desk.oidc is None and not self._desk.accounts.any(),
        )
