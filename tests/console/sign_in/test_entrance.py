"""The page where people sign in, over HTTP: password, code, cookie, and what is refused and recorded."""

import re
import time
from pathlib import Path

import httpx2
import pyotp
from tests.console.sign_in.browser import HANAKO, OTHER, PASSWORD, Browser, Open, become_admin, recorded
from tests.server import Server, running_server

from atesaki.console.sign_in.entrance import CODE_TICKET
from atesaki.identity import registry
from atesaki.identity.sessions import COOKIE
from atesaki.identity.tickets import COOKIE as TICKET
from atesaki.identity.tickets import Tickets
from atesaki.sending.pseudonym import open_pseudonyms
from atesaki.storage.engine import open_store


def test_session_cookie_is_bound_to_this_host_and_kept_from_scripts(server: Server, browser: Browser) -> None:
    """The browser enforces the prefix __Host- (RFC 6265bis §4.1.3.2)."""
    become_admin(browser, server)
    cookie = browser.sign_in().headers.get_list("set-cookie")[0].lower()
    name, *attributes = (part.strip() for part in cookie.split(";"))
    assert name.startswith("__host-atesaki_session=")
    assert {"path=/", "secure", "httponly", "samesite=lax"} <= set(attributes)
    assert not [each for each in attributes if each.startswith("domain")]


def test_cookie_that_was_planted_before_the_sign_in_opens_nothing(server: Server, browser: Browser) -> None:
    """Session fixation: each sign-in has a secret of its own, and ends the session that was there."""
    become_admin(browser, server)
    planted = browser.cookies[COOKIE]
    browser.get("/account")
    browser.post("/sign-in", address=HANAKO, password=PASSWORD, next="/console/account")
    assert browser.cookies[COOKIE] != planted
    with httpx2.Client(base_url=server.base_url, cookies={COOKIE: planted}) as thief:
        assert thief.get("/console/").status_code == 303


NEXT = {
    "/console/account": "/console/account",
    "/console/account?lang=ja": "/console/account?lang=ja",
    "": "/console/",
    "https://evil.example/": "/console/",
    "//evil.example/console/": "/console/",
    "/\\evil.example": "/console/",
    "/console\\@evil.example": "/console/",
    "/consoleevil": "/console/",
    "/console.evil.example": "/console/",
    "/console/\r\nSet-Cookie: x=y": "/console/",
    "/v1/journal": "/console/",
    "javascript:alert(1)": "/console/",
    "/console/\u3042": "/console/",
}


def test_sign_in_leads_to_pages_of_the_console_only(server: Server, browser: Browser) -> None:
    """No link can use our sign-in to send people to another site (open redirect)."""
    become_admin(browser, server)
    answer = browser.sign_in(next="https://evil.example/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/")
    led = {asked: browser.get("/sign-in", next=asked).headers["location"] for asked in NEXT}
    assert led == NEXT


def test_wrong_password_is_one_answer_and_recorded_without_a_name(
    server: Server, browser: Browser, another: Open
) -> None:
    """Whoever has no account is told the same as who has one."""
    become_admin(browser, server)
    other = another(server)
    answers = [other.sign_in(HANAKO, OTHER), other.sign_in("nobody@hall.example", OTHER)]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text.replace("nobody@", "hanako@") for answer in answers}) == 1
    records = recorded(server, "sign_in.refused")
    assert [record["body"] for record in records] == [{"reason": "password"}] * 2
    assert "@" not in str([(record["subject"], record["body"]) for record in records])


def test_guessing_is_answered_with_when_to_come_back(server: Server, browser: Browser, another: Open) -> None:
    """429 with Retry-After (RFC 6585 §4), in the visitor's words."""
    become_admin(browser, server)
    guesser = another(server)
    answers = [guesser.sign_in(HANAKO, OTHER) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 9 + [429] * 2 or answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "Too many attempts" in answers[-1].text


def test_guessing_elsewhere_keeps_nobody_out_of_a_browser_that_was_signed_in_before(
    server: Server, browser: Browser, another: Open
) -> None:
    """It is known again by its cookie, which outlives the session."""
    become_admin(browser, server)
    guesser = another(server)
    for _ in range(11):
        guesser.sign_in(HANAKO, OTHER)
    browser.get("/account")
    browser.post("/sign-out")
    assert not browser.is_signed_in()
    assert guesser.sign_in(HANAKO, PASSWORD).status_code == 429
    browser.sign_in(HANAKO, PASSWORD)
    assert browser.is_signed_in()


def test_sign_in_form_of_another_site_is_refused(server: Server, browser: Browser) -> None:
    """Nobody is signed in to somebody else's account unawares (login CSRF)."""
    become_admin(browser, server)
    form = {"address": HANAKO, "password": PASSWORD}
    with httpx2.Client(base_url=server.base_url) as visitor:
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
            answer = visitor.post("/console/sign-in", data=form, headers=headers)
            assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


def test_plain_http_from_elsewhere_is_refused_in_one_sentence(server: Server, browser: Browser) -> None:
    """A cookie that browsers would drop signs nobody in; on this machine they keep it."""
    become_admin(browser, server)
    elsewhere = {"Host": "atesaki.hall.example", "Accept-Language": "en"}
    with httpx2.Client(base_url=server.base_url, headers=elsewhere) as visitor:
        assert "needs an address that begins with https://" in visitor.get("/console/sign-in").text
        answer = visitor.post("/console/sign-in", data={"address": HANAKO, "password": PASSWORD})
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


def test_public_address_counts_however_it_is_written(tmp_path: Path) -> None:
    """Browsers write a host in lower case and leave the usual port out."""
    with running_server(tmp_path, public_url="https://Atesaki.Hall.example:443") as hall:
        answer = hall.anonymous.get("/console/sign-in", headers={"Host": "atesaki.hall.example"})
        assert answer.status_code == 200


def _set_up_codes(browser: Browser) -> str:
    browser.get("/account")
    browser.post("/account/code/offer")
    page = browser.get("/account/code").text
    found = re.search(r'class="key">([A-Z2-7 ]+)<', page)
    assert found
    picture = browser.get("/account/code.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.headers["cache-control"] == "no-store"
    secret = found[1].replace(" ", "")
    assert browser.post("/account/code", code="000000").status_code == 401
    assert browser.post("/account/code", code=pyotp.TOTP(secret).now()).status_code == 303
    assert browser.get("/account/code.svg").status_code == 404
    return secret


def test_code_is_asked_for_after_the_password_and_taken_once(server: Server, browser: Browser, another: Open) -> None:
    """The password alone opens nothing, and neither does the ticket that it gives."""
    secret = _set_up_codes(become_admin(browser, server))
    other = another(server)
    answer = other.sign_in(next="/console/account")
    assert answer.headers["location"] == "/console/sign-in/code"
    assert "Enter the code" in other.get("/sign-in/code").text
    assert (other.is_signed_in(), COOKIE in other.cookies, TICKET in other.cookies) == (False, False, True)
    used = pyotp.TOTP(secret).now()
    assert other.post("/sign-in/code", code=used).status_code == 401
    later, ticket = pyotp.TOTP(secret).at(int(time.time()) + 30), other.cookies[TICKET]
    entered = other.post("/sign-in/code", code=later)
    assert (entered.status_code, entered.headers["location"]) == (303, "/console/account")
    assert recorded(server, "person.signed_in")[0]["body"] == {"how": "password and code", "roles": ["admin"]}
    other.cookies = {TICKET: ticket}
    assert other.get("/sign-in/code").headers["location"] == "/console/sign-in"


def test_ticket_of_an_old_password_and_a_right_code_lead_back(server: Server, browser: Browser, another: Open) -> None:
    """Whoever typed the password before it was changed, and has the phone, is asked for the new one."""
    secret = _set_up_codes(become_admin(browser, server))
    thief = another(server)
    thief.sign_in()
    browser.get("/account")
    changed = browser.post("/account/password", old=PASSWORD, password=OTHER, again=OTHER)
    assert changed.status_code == 303
    answer = thief.post("/sign-in/code", code=pyotp.TOTP(secret).at(int(time.time()) + 30))
    assert (answer.status_code, COOKIE in thief.cookies, TICKET in thief.cookies) == (401, False, False)
    assert 'name="password"' in answer.text


def test_code_page_without_a_right_password_leads_back(browser: Browser) -> None:
    """A ticket that somebody made up is none."""
    browser.cookies[TICKET] = "eyJuYW1lIjogIngifQ==.0000"
    assert browser.post("/sign-in/code", code="000000").headers["location"] == "/console/sign-in"
    assert browser.get("/sign-in/code").headers["location"] == "/console/sign-in"


def test_another_language_on_the_way_in_is_no_wrong_guess(server: Server, browser: Browser, another: Open) -> None:
    """The switch opens the page anew: a form sent without its password would count against its sender."""
    _set_up_codes(become_admin(browser, server))
    other = another(server)
    refused = other.sign_in(password=OTHER, next="/console/account").text
    assert '<a href="/console/sign-in?next=%2Fconsole%2Faccount&amp;lang=ja"' in refused
    other.sign_in()
    assert '<a href="?lang=ja"' in other.get("/sign-in/code").text
    assert "コードを入力" in other.get("/sign-in/code", lang="ja").text
    assert '<a href="?lang=en"' in other.post("/sign-in/code", code="000000").text


def test_names_stand_in_the_personal_part_of_the_journal(server: Server, browser: Browser) -> None:
    """An export with personal data shows who it was; no export shows a password."""
    become_admin(browser, server)
    exported = server.admin.get("/v1/journal/export", params={"personal": True, "purpose": "test"})
    assert HANAKO in exported.text
    assert PASSWORD not in exported.text


def test_a_copy_of_the_store_opens_no_account_whose_codes_it_holds(
    server: Server, browser: Browser, another: Open
) -> None:
    """A backup has the secret of the codes and the key of the tickets, but nobody's password."""
    secret = _set_up_codes(become_admin(browser, server))
    store = open_store(server.store_address)
    mark = registry.account_named(store, HANAKO).password_mark  # type: ignore[union-attr]  # It is there.
    forged = Tickets(open_pseudonyms(store).of_bytes).issue(
        CODE_TICKET, {"name": HANAKO, "mark": mark, "return_to": "/console", "proof": ""}
    )
    store.close()
    thief = another(server)
    thief.cookies[TICKET] = forged
    answer = thief.post("/sign-in/code", code=pyotp.TOTP(secret).at(int(time.time()) + 30))
    assert (answer.headers["location"], COOKIE in thief.cookies) == ("/console/sign-in", False)
