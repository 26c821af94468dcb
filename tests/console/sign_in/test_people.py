"""The page of people, over HTTP: an admin invites, changes and disables, but never the last admin."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from tests.console.sign_in.browser import HANAKO, OTHER, TARO, Browser, Open, become_admin, recorded
from tests.server import Server

from atesaki.identity.sessions import COOKIE


def _link(page: str) -> str:
    found = re.search(r'id="url" value="([^"]+)"', page)
    assert found
    return urlsplit(unescape(found[1])).path.removeprefix("/console")


def _made(browser: Browser, kind: str, **fields: object) -> str:
    """Have a link made, and return its path."""
    assert browser.post(f"/people/{kind}", **fields).status_code == 303
    return _link(browser.get("/people/link").text)


def test_admin_invites_changes_and_disables_people(server: Server, browser: Browser, another: Open) -> None:
    """The link is shown once; roles and state change as the page says; all of it is recorded."""
    become_admin(browser, server)
    browser.get("/people")
    assert browser.post("/people/invite", address=TARO).status_code == 422
    link = _made(browser, "invite", address=TARO, roles=["auditor"])
    assert TARO in browser.get("/people").text
    assert link not in browser.shown
    taro = another(server)
    assert "You were invited" in taro.get(link).text
    taro.post(link, display_name="Taro", password=OTHER, again=OTHER)
    assert taro.is_signed_in()
    assert "Taro" in browser.get(f"/people/account/{TARO}").text
    browser.post("/people/roles", name=TARO, roles=["checker"], seen="auditor")
    assert not taro.is_signed_in()
    browser.get(f"/people/account/{TARO}")
    browser.post("/people/disable", name=TARO)
    assert taro.sign_in(TARO, OTHER).status_code == 401
    browser.get(f"/people/account/{TARO}")
    browser.post("/people/enable", name=TARO)
    reset = _made(browser, "new-password", name=TARO)
    taro.post(reset, password="an entirely new one", again="an entirely new one")
    assert taro.is_signed_in()
    changes = [record["body"] for record in recorded(server, "account.changed")][::-1]
    assert changes[0] == {"before": {"roles": ["auditor"]}, "after": {"roles": ["checker"]}}
    assert changes[1] == {"before": {"disabled": False}, "after": {"disabled": True}}
    assert "@" not in str(changes)


def test_last_admin_can_not_be_disabled_or_lose_the_role(server: Server, browser: Browser) -> None:
    """The page says what to do first."""
    become_admin(browser, server)
    for path, more in (("/people/disable", {}), ("/people/roles", {"roles": ["auditor"], "seen": "admin"})):
        browser.get(f"/people/account/{HANAKO}")
        answer = browser.post(path, name=HANAKO, **more)
        assert answer.status_code == 409
        assert "last admin" in answer.text
    assert browser.is_signed_in()


def test_invitation_that_is_withdrawn_opens_nothing(server: Server, browser: Browser) -> None:
    """Whoever left before the first day."""
    become_admin(browser, server)
    browser.get("/people")
    link = _made(browser, "invite", address=TARO, roles=["auditor"])
    browser.get("/people")
    browser.post("/people/withdraw", address=TARO)
    assert browser.get(link).status_code == 410


@pytest.mark.parametrize("kind", ["invite", "new-password"])
def test_link_is_made_once_however_often_its_page_is_opened(server: Server, browser: Browser, kind: str) -> None:
    """Another language and a reload show the same link; whoever else signs in here, or never made one, sees none."""
    become_admin(browser, server)
    browser.get("/people")
    answer = browser.post(f"/people/{kind}", name=HANAKO, address=TARO, roles=["auditor"])
    assert (answer.status_code, urlsplit(answer.headers["location"]).path) == (303, "/console/people/link")
    made = server.admin.get("/v1/journal").json()["records"]
    link = _link(browser.get("/people/link").text)
    assert _link(browser.get("/people/link", lang="ja").text) == link
    assert server.admin.get("/v1/journal").json()["records"] == made
    browser.cookies[COOKIE] = server.session("admin").cookie
    assert urlsplit(browser.get("/people/link").headers["location"]).path == "/console/people"


def test_a_link_ends_the_session_that_was_there(server: Server, browser: Browser) -> None:
    """Somebody sets up an account where somebody else is signed in: that one's cookie opens nothing any more."""
    become_admin(browser, server)
    former = browser.cookies[COOKIE]
    browser.get("/people")
    browser.post(
        _made(browser, "invite", address=TARO, roles=["auditor"]), display_name="T", password=OTHER, again=OTHER
    )
    assert browser.is_signed_in()
    browser.cookies[COOKIE] = former
    assert not browser.is_signed_in()


def test_each_button_of_a_list_says_whom_it_is_for(server: Server, browser: Browser) -> None:
    """Read out alone, “Withdraw” is the same for everybody."""
    become_admin(browser, server)
    browser.get("/people")
    browser.post("/people/invite", address=TARO, roles=["auditor"])
    assert f'aria-label="Withdraw: {TARO}"' in browser.get("/people").text
    assert f'aria-label="取り消す：{TARO}"' in browser.get("/people", lang="ja").text


def test_the_second_of_two_admins_sees_the_first_ones_roles(server: Server, browser: Browser, another: Open) -> None:
    """A page that shows older roles doesn't take away what another admin gave since; who saves again has seen it."""
    become_admin(browser, server)
    browser.get("/people")
    taro = another(server)
    taro.post(_made(browser, "invite", address=TARO, roles=["auditor"]), display_name="T", password=OTHER, again=OTHER)
    browser.get(f"/people/account/{TARO}")
    browser.post("/people/roles", name=TARO, roles=["auditor", "admin"], seen="auditor")
    stale = browser.post("/people/roles", name=TARO, roles=["checker"], seen="auditor")
    assert (stale.status_code, "Somebody else has changed the roles" in stale.text) == (409, True)
    assert "In force now: Admin, Auditor" in stale.text
    assert 'name="seen" value="admin auditor"' in stale.text
    assert re.search(r'value="checker"[^>]* checked', stale.text)
    assert len(recorded(server, "account.changed")) == 1
