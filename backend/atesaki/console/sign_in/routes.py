"""The routes of signing in, of one's own account, and of people."""

from __future__ import annotations

from atesaki.console.shell.navigation import ADMIN, ANYBODY
from atesaki.console.shell.pages import Pages
from atesaki.console.sign_in.account import OwnAccountPages
from atesaki.console.sign_in.by_link import ByLink
from atesaki.console.sign_in.desk import SignInDesk
from atesaki.console.sign_in.entrance import Entrance
from atesaki.console.sign_in.people import PeoplePages


def add_routes(pages: Pages, desk: SignInDesk) -> None:
    """Register the pages."""
    _add_entrance(pages, Entrance(desk))
    for path, handlers in {
        "/sign-in/first/{link}": ByLink(desk, "first_admin"),
        "/invitation/{link}": ByLink(desk, "invitation"),
        "/new-password/{link}": ByLink(desk, "new_password"),
    }.items():
        pages.public_get(path, handlers.show)
        pages.public_post(path, handlers.take)
    _add_account(pages, OwnAccountPages(desk))
    _add_people(pages, PeoplePages(desk))


def _add_entrance(pages: Pages, entrance: Entrance) -> None:
    pages.public_get("/sign-in", entrance.show)
    pages.public_post("/sign-in", entrance.password)
    pages.public_get("/sign-in/code", entrance.show_code)
    pages.public_post("/sign-in/code", entrance.code)
    # Links, not forms: the policy of our pages lets no form end at another site.
    pages.public_get("/sign-in/provider", entrance.depart)
    pages.public_get("/sign-in/return", entrance.arrive)
    pages.public_get("/signed-out", entrance.signed_out)
    pages.post("/sign-out", entrance.sign_out, roles=ANYBODY)


def _add_account(pages: Pages, account: OwnAccountPages) -> None:
    pages.get("/account", account.show, roles=ANYBODY)
    pages.post("/account/password", account.password, roles=ANYBODY)
    pages.post("/account/code/offer", account.offer_code, roles=ANYBODY)
    pages.get("/account/code", account.code, roles=ANYBODY)
    pages.get("/account/code.svg", account.picture, roles=ANYBODY)
    pages.post("/account/code", account.enable_code, roles=ANYBODY)
    pages.post("/account/code/off", account.disable_code, roles=ANYBODY)
    pages.post("/account/sign-out-everywhere", account.sign_out_everywhere, roles=ANYBODY)


def _add_people(pages: Pages, people: PeoplePages) -> None:
    pages.get("/people", people.show, roles=ADMIN)
    pages.post("/people/invite", people.invite, roles=ADMIN)
    pages.get("/people/link", people.link, roles=ADMIN)
    pages.post("/people/withdraw", people.withdraw, roles=ADMIN)
    pages.get("/people/account/{name:path}", people.person, roles=ADMIN)
    pages.post("/people/roles", people.roles, roles=ADMIN)
    pages.post("/people/disable", people.disable, roles=ADMIN)
    pages.post("/people/enable", people.enable, roles=ADMIN)
    pages.post("/people/new-password", people.new_password, roles=ADMIN)
    pages.post("/people/end-sessions", people.end_sessions, roles=ADMIN)
