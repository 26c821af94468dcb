"""One's own account: password, codes of an authenticator app, sessions, sign-out everywhere."""

from __future__ import annotations

from starlette.responses import Response

from atesaki.console.shell.ask import Ask
from atesaki.console.shell.render import HEADERS, redirect
from atesaki.console.sign_in.desk import SignInDesk, client_of, leave, session_of
from atesaki.console.sign_in.rendering import page
from atesaki.console.sign_in.words import REFUSALS, SAVED, Problem, not_the_same, problem_of
from atesaki.identity import totp


class OwnAccountPages:
    """Handlers of the visitor's own account."""

    def __init__(self, desk: SignInDesk) -> None:
        self._desk = desk

    def show(self, ask: Ask) -> Response:
        """Show the account."""
        return self._page(ask)

    def password(self, ask: Ask) -> Response:
        """Set a new password."""
        session = session_of(ask)
        if ask.value("password") != ask.value("again"):
            return self._page(ask, not_the_same(ask))
        try:
            if session:
                self._desk.own.change_password(session, ask.value("old"), ask.value("password"), client_of(ask))
        except REFUSALS as error:
            return self._page(ask, problem_of(ask, error))
        return redirect(ask, "/account", said=ask.text(SAVED))

    def offer_code(self, ask: Ask) -> Response:
        """Begin to set up codes."""
        if session := session_of(ask):
            self._desk.own.offer_code(session)
        return redirect(ask, "/account/code")

    def code(self, ask: Ask) -> Response:
        """Show what an authenticator app needs."""
        return self._code_page(ask)

    def picture(self, ask: Ask) -> Response:
        """Return the same as a picture for the app to read; nothing keeps it."""
        session = session_of(ask)
        secret = self._desk.own.offered_code(session) if session else None
        if secret is None:
            return Response(status_code=404, headers=HEADERS)
        uri = totp.provisioning_uri(secret, ask.person.email)
        return Response(totp.picture(uri), media_type="image/svg+xml", headers=HEADERS)

    def enable_code(self, ask: Ask) -> Response:
        """Ask for codes from now on."""
        try:
            if session := session_of(ask):
                self._desk.own.enable_code(session, ask.value("code"), client_of(ask))
        except REFUSALS as error:
            return self._code_page(ask, problem_of(ask, error))
        return redirect(ask, "/account", said=ask.text(SAVED))

    def disable_code(self, ask: Ask) -> Response:
        """Ask for codes no longer."""
        try:
            if session := session_of(ask):
                self._desk.own.disable_code(session, ask.value("confirmation"), client_of(ask))
        except REFUSALS as error:
            return self._page(ask, problem_of(ask, error)._replace(field="confirmation"))
        return redirect(ask, "/account", said=ask.text(SAVED))

    def sign_out_everywhere(self, ask: Ask) -> Response:
        """End all sessions of the visitor, this one too."""
        self._desk.trail.signed_out(ask.person.key, ask.person.author, everywhere=True)
        self._desk.sessions.end_all(ask.person.key)
        return leave(ask, "/signed-out")

    def _page(self, ask: Ask, problem: Problem | None = None) -> Response:
        session = session_of(ask)
        return page(
            ask,
            "sign_in/account.html",
            problem,
            account=self._desk.own.of(ask.person.key),
            sessions=self._desk.sessions.all_of(ask.person.key),
            digest=session.digest if session else "",
            provider=self._desk.provider_name,
        )

    def _code_page(self, ask: Ask, problem: Problem | None = None) -> Response:
        session = session_of(ask)
        secret = self._desk.own.offered_code(session) if session else None
        if secret is None:
            return redirect(ask, "/account")
        groups = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
        return page(ask, "sign_in/set_up_code.html", problem, secret=groups)
