"""The page of one's own account, over HTTP: signing out, here and everywhere, and a new password."""

import httpx2
from tests.console.sign_in.browser import HANAKO, OTHER, PASSWORD, Browser, Open, become_admin, recorded
from tests.server import Server

from atesaki.identity.sessions import COOKIE


def test_sign_out_is_a_form_and_ends_the_session(server: Server, browser: Browser) -> None:
    """A link or a picture elsewhere signs nobody out, and the cookie is worth nothing afterwards."""
    become_admin(browser, server)
    cookie = browser.cookies[COOKIE]
    assert browser.get("/sign-out").headers["location"] == "/console/"
    assert browser.is_signed_in()
    assert Browser.post(browser, "/sign-out", csrf="").status_code == 409
    browser.get("/account")
    assert browser.post("/sign-out").headers["location"] == "/console/signed-out"
    with httpx2.Client(base_url=server.base_url, cookies={COOKIE: cookie}) as thief:
        assert thief.get("/console/").status_code == 303
    assert recorded(server, "person.signed_out")[0]["body"] == {"everywhere": False}


def test_whoever_signs_out_too_late_is_told_that_they_are(server: Server, browser: Browser) -> None:
    """On a shared computer nobody must think that it did not work, or sign in again for it."""
    become_admin(browser, server)
    browser.get("/account")
    browser.cookies.clear()
    answer = browser.post("/sign-out")
    assert (answer.status_code, "You are signed out" in answer.text) == (401, True)
    assert "Nothing was changed" not in answer.text


def test_sign_out_everywhere_ends_the_sessions_of_other_browsers(
    server: Server, browser: Browser, another: Open
) -> None:
    """A laptop that was lost is out."""
    become_admin(browser, server)
    other = another(server)
    other.sign_in()
    assert other.is_signed_in()
    assert browser.get("/account").text.count("<tr><td>") == 2
    browser.post("/account/sign-out-everywhere")
    assert (browser.is_signed_in(), other.is_signed_in()) == (False, False)


def test_password_is_changed_with_the_present_one(server: Server, browser: Browser, another: Open) -> None:
    """Wrong, weak and unequal ones are told at their field."""
    become_admin(browser, server)
    browser.get("/account")
    for fields, field in (
        ({"old": OTHER, "password": OTHER, "again": OTHER}, "old"),
        ({"old": PASSWORD, "password": "password1234", "again": "password1234"}, "password"),
        ({"old": PASSWORD, "password": OTHER, "again": PASSWORD}, "again"),
    ):
        assert f'id="{field}-problem"' in browser.post("/account/password", **fields).text
    assert browser.post("/account/password", old=PASSWORD, password=OTHER, again=OTHER).status_code == 303
    assert another(server).sign_in(HANAKO, OTHER).status_code == 303
