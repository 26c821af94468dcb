"""The pages of signing in, over HTTP: first admin, password, code, provider, sign-out, people."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pyotp
import pytest
from tests.fakes.oidc import CLIENT, SECRET, FakeOidc, served_oidc
from tests.server import Server, running_server

from atesaki.identity.sessions import COOKIE
from atesaki.identity.tickets import COOKIE as TICKET

HANAKO, TARO = "hanako@hall.example", "taro@hall.example"
PASSWORD, OTHER = "three small boats at noon", "seven grey herons asleep"


class Browser:
    """A browser without a screen: it takes Secure cookies from this machine, as Chromium does, and keeps the page."""

    def __init__(self, server: Server) -> None:
        headers = {"Accept-Language": "en", "Sec-Fetch-Site": "same-origin"}
        self._http = httpx2.Client(base_url=server.base_url, headers=headers, timeout=15)
        self.cookies: dict[str, str] = {}
        self.shown = ""

    def get(self, path: str, **query: str) -> httpx2.Response:
        """Open a page of the console."""
        return self._send("GET", path, params=query or None)

    def post(self, path: str, **fields: object) -> httpx2.Response:
        """Send a form of the page that is shown, with its token if it has one."""
        token = re.search(r'name="csrf" value="([^"]+)"', self.shown)
        return self._send("POST", path, data={"csrf": token[1], **fields} if token else fields)

    def sign_in(self, address: str = HANAKO, password: str = PASSWORD, **more: object) -> httpx2.Response:
        """Type address and password."""
        self.get("/sign-in")
        return self.post("/sign-in", address=address, password=password, **more)

    def is_signed_in(self) -> bool:
        """Tell whether the first page opens."""
        return self.get("/").status_code == 200

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def _send(self, method: str, path: str, **more: Any) -> httpx2.Response:  # noqa: ANN401  # The client's own options.
        self._http.cookies.clear()
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self._http.request(method, f"/console{path}", headers={"Cookie": kept} if kept else {}, **more)
        for cookie in answer.headers.get_list("set-cookie"):
            name, _, rest = cookie.partition("=")
            if "max-age=0" in rest.lower():
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = rest.partition(";")[0]
        if answer.status_code != 303 and answer.headers.get("content-type", "").startswith("text/html"):
            self.shown = answer.text
        return answer


Open = Callable[[Server], Browser]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of the hall without a provider."""
    with running_server(tmp_path) as started:
        yield started


@pytest.fixture
def another() -> Iterator[Open]:
    """Opens browsers and closes them in the end."""
    with ExitStack() as closing:

        def opened(server: Server) -> Browser:
            made = Browser(server)
            closing.callback(made.close)
            return made

        yield opened


@pytest.fixture
def browser(server: Server, another: Open) -> Browser:
    """Somebody who isn't signed in."""
    return another(server)


def _first_link(server: Server) -> str:
    return f"/sign-in/first/{server.app.state.first_admin}"


def _admin(browser: Browser, server: Server) -> Browser:
    browser.post(_first_link(server), address=HANAKO, display_name="Hanako", password=PASSWORD, again=PASSWORD)
    assert browser.is_signed_in()
    return browser


def _records(server: Server, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.admin.get("/v1/journal", params={"kind": kind}).json()["records"]
    return found


def _link(page: str) -> str:
    found = re.search(r'id="url" value="([^"]+)"', page)
    assert found
    return urlsplit(unescape(found[1])).path.removeprefix("/console")


def test_first_start_offers_a_link_that_creates_the_first_admin_once(server: Server, browser: Browser) -> None:
    """Afterwards the link opens nothing, and the next start prints none."""
    assert "Nobody can sign in yet" in browser.get("/sign-in").text
    assert browser.get(_first_link(server)).status_code == 200
    _admin(browser, server)
    assert "no longer works" in browser.get(_first_link(server)).text
    assert browser.post(_first_link(server), address=TARO, password=OTHER, again=OTHER).status_code == 410


def test_start_prints_no_link_once_there_is_an_admin(server: Server, browser: Browser, tmp_path: Path) -> None:
    """Nor one where a process of the same start has just done so."""
    secret = server.app.state.first_admin
    _admin(browser, server)
    assert secret
    with running_server(tmp_path / "other", oidc_issuer="https://id.example", oidc_client_id="x") as other:
        assert other.app.state.first_admin is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": "short", "again": "short"}, "password"),
        ({"again": OTHER}, "again"),
        ({"address": "hanako"}, "address"),
        ({"display_name": " "}, "display_name"),
    ],
)
def test_first_admin_is_told_what_is_wrong_at_the_field(
    server: Server, browser: Browser, changes: dict[str, str], field: str
) -> None:
    """And what was typed stays, but for the passwords."""
    form = {"address": HANAKO, "display_name": "Hanako", "password": PASSWORD, "again": PASSWORD, **changes}
    answer = browser.post(_first_link(server), **form)
    assert answer.status_code == 422
    assert f'id="{field}-problem"' in answer.text
    assert form["password"] not in answer.text
    assert not browser.is_signed_in()


def test_session_cookie_is_bound_to_this_host_and_kept_from_scripts(server: Server, browser: Browser) -> None:
    """The browser enforces the prefix __Host- (RFC 6265bis §4.1.3.2)."""
    _admin(browser, server)
    cookie = browser.sign_in().headers.get_list("set-cookie")[0].lower()
    name, *attributes = (part.strip() for part in cookie.split(";"))
    assert name.startswith("__host-atesaki_session=")
    assert {"path=/", "secure", "httponly", "samesite=lax"} <= set(attributes)
    assert not [each for each in attributes if each.startswith("domain")]


def test_cookie_that_was_planted_before_the_sign_in_opens_nothing(server: Server, browser: Browser) -> None:
    """Session fixation: each sign-in has a secret of its own, and ends the session that was there."""
    _admin(browser, server)
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
    _admin(browser, server)
    answer = browser.sign_in(next="https://evil.example/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/")
    led = {asked: browser.get("/sign-in", next=asked).headers["location"] for asked in NEXT}
    assert led == NEXT


def test_wrong_password_is_one_answer_and_recorded_without_a_name(
    server: Server, browser: Browser, another: Open
) -> None:
    """Whoever has no account is told the same as who has one."""
    _admin(browser, server)
    other = another(server)
    answers = [other.sign_in(HANAKO, OTHER), other.sign_in("nobody@hall.example", OTHER)]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text.replace("nobody@", "hanako@") for answer in answers}) == 1
    records = _records(server, "sign_in.refused")
    assert [record["body"] for record in records] == [{"reason": "password"}] * 2
    assert "@" not in str([(record["subject"], record["body"]) for record in records])


def test_guessing_is_answered_with_when_to_come_back(server: Server, browser: Browser, another: Open) -> None:
    """429 with Retry-After (RFC 6585 §4), in the visitor's words."""
    _admin(browser, server)
    guesser = another(server)
    answers = [guesser.sign_in(HANAKO, OTHER) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 9 + [429] * 2 or answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "Too many attempts" in answers[-1].text


def test_sign_in_form_of_another_site_is_refused(server: Server, browser: Browser) -> None:
    """Nobody is signed in to somebody else's account unawares (login CSRF)."""
    _admin(browser, server)
    form = {"address": HANAKO, "password": PASSWORD}
    with httpx2.Client(base_url=server.base_url) as visitor:
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
            answer = visitor.post("/console/sign-in", data=form, headers=headers)
            assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


def test_plain_http_from_elsewhere_is_refused_in_one_sentence(server: Server, browser: Browser) -> None:
    """A cookie that browsers would drop signs nobody in; on this machine they keep it."""
    _admin(browser, server)
    elsewhere = {"Host": "atesaki.hall.example", "Accept-Language": "en"}
    with httpx2.Client(base_url=server.base_url, headers=elsewhere) as visitor:
        assert "needs an address that begins with https://" in visitor.get("/console/sign-in").text
        answer = visitor.post("/console/sign-in", data={"address": HANAKO, "password": PASSWORD})
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


def test_sign_out_is_a_form_and_ends_the_session(server: Server, browser: Browser) -> None:
    """A link or a picture elsewhere signs nobody out, and the cookie is worth nothing afterwards."""
    _admin(browser, server)
    cookie = browser.cookies[COOKIE]
    assert browser.get("/sign-out").status_code == 404
    assert Browser.post(browser, "/sign-out", csrf="").status_code == 409
    browser.get("/account")
    assert browser.post("/sign-out").headers["location"] == "/console/signed-out"
    with httpx2.Client(base_url=server.base_url, cookies={COOKIE: cookie}) as thief:
        assert thief.get("/console/").status_code == 303
    assert _records(server, "person.signed_out")[0]["body"] == {"everywhere": False}


def test_sign_out_everywhere_ends_the_sessions_of_other_browsers(
    server: Server, browser: Browser, another: Open
) -> None:
    """A laptop that was lost is out."""
    _admin(browser, server)
    other = another(server)
    other.sign_in()
    assert other.is_signed_in()
    assert browser.get("/account").text.count("<tr><td>") == 2
    browser.post("/account/sign-out-everywhere")
    assert (browser.is_signed_in(), other.is_signed_in()) == (False, False)


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
    secret = _set_up_codes(_admin(browser, server))
    other = another(server)
    answer = other.sign_in(next="/console/account")
    assert "Enter the code" in answer.text
    assert (other.is_signed_in(), COOKIE in other.cookies, TICKET in other.cookies) == (False, False, True)
    used = pyotp.TOTP(secret).now()
    assert other.post("/sign-in/code", code=used).status_code == 401
    later = pyotp.TOTP(secret).at(int(time.time()) + 30)
    entered = other.post("/sign-in/code", code=later)
    assert (entered.status_code, entered.headers["location"]) == (303, "/console/account")
    assert _records(server, "person.signed_in")[0]["body"] == {"how": "password and code", "roles": ["admin"]}


def test_code_page_without_a_right_password_leads_back(browser: Browser) -> None:
    """A ticket that somebody made up is none."""
    browser.cookies[TICKET] = "eyJuYW1lIjogIngifQ==.0000"
    assert browser.post("/sign-in/code", code="000000").headers["location"] == "/console/sign-in"


def test_password_is_changed_with_the_present_one(server: Server, browser: Browser, another: Open) -> None:
    """Wrong, weak and unequal ones are told at their field."""
    _admin(browser, server)
    browser.get("/account")
    for fields, field in (
        ({"old": OTHER, "password": OTHER, "again": OTHER}, "old"),
        ({"old": PASSWORD, "password": "password1234", "again": "password1234"}, "password"),
        ({"old": PASSWORD, "password": OTHER, "again": PASSWORD}, "again"),
    ):
        assert f'id="{field}-problem"' in browser.post("/account/password", **fields).text
    assert browser.post("/account/password", old=PASSWORD, password=OTHER, again=OTHER).status_code == 303
    assert another(server).sign_in(HANAKO, OTHER).status_code == 303


def test_admin_invites_changes_and_disables_people(server: Server, browser: Browser, another: Open) -> None:
    """The link is shown once; roles and state change as the page says; all of it is recorded."""
    _admin(browser, server)
    browser.get("/people")
    assert browser.post("/people/invite", address=TARO).status_code == 422
    invited = browser.post("/people/invite", address=TARO, roles=["auditor"])
    link = _link(invited.text)
    assert TARO in browser.get("/people").text
    assert link not in browser.shown
    taro = another(server)
    assert "You were invited" in taro.get(link).text
    taro.post(link, display_name="Taro", password=OTHER, again=OTHER)
    assert taro.is_signed_in()
    assert "Taro" in browser.get(f"/people/account/{TARO}").text
    browser.post("/people/roles", name=TARO, roles=["checker"])
    assert not taro.is_signed_in()
    browser.get(f"/people/account/{TARO}")
    browser.post("/people/disable", name=TARO)
    assert taro.sign_in(TARO, OTHER).status_code == 401
    browser.get(f"/people/account/{TARO}")
    browser.post("/people/enable", name=TARO)
    reset = _link(browser.post("/people/new-password", name=TARO).text)
    taro.post(reset, password="an entirely new one", again="an entirely new one")
    assert taro.is_signed_in()
    changes = [record["body"] for record in _records(server, "account.changed")][::-1]
    assert changes[0] == {"before": {"roles": ["auditor"]}, "after": {"roles": ["checker"]}}
    assert changes[1] == {"before": {"disabled": False}, "after": {"disabled": True}}
    assert "@" not in str(changes)


def test_last_admin_can_not_be_disabled_or_lose_the_role(server: Server, browser: Browser) -> None:
    """The page says what to do first."""
    _admin(browser, server)
    for path, more in (("/people/disable", {}), ("/people/roles", {"roles": ["auditor"]})):
        browser.get(f"/people/account/{HANAKO}")
        answer = browser.post(path, name=HANAKO, **more)
        assert answer.status_code == 409
        assert "last admin" in answer.text
    assert browser.is_signed_in()


def test_invitation_that_is_withdrawn_opens_nothing(server: Server, browser: Browser) -> None:
    """Whoever left before the first day."""
    _admin(browser, server)
    browser.get("/people")
    link = _link(browser.post("/people/invite", address=TARO, roles=["auditor"]).text)
    browser.get("/people")
    browser.post("/people/withdraw", address=TARO)
    assert browser.get(link).status_code == 410


@pytest.fixture
def provider() -> Iterator[FakeOidc]:
    """A provider on loopback that can be told to answer wrongly."""
    with served_oidc() as fake:
        yield fake


@pytest.fixture
def hall(provider: FakeOidc, tmp_path: Path) -> Iterator[Server]:
    """A server whose people sign in there."""
    settings: dict[str, Any] = {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "oidc_admins": ("atesaki-admins",),
    }
    with running_server(tmp_path, **settings) as started:
        provider.returns = f"{started.base_url}/console/sign-in/return"
        yield started


def _come_back(browser: Browser, provider: FakeOidc, path: str = "/sign-in/provider") -> httpx2.Response:
    departure = browser.get(path)
    assert departure.status_code == 303
    return browser.get("/sign-in/return", **provider.authorize(departure.headers["location"]))


def test_provider_signs_in_and_leads_back(hall: Server, provider: FakeOidc, another: Open) -> None:
    """The page that was asked for opens with the roles of the claims; without accounts there is no password form."""
    browser = another(hall)
    page = browser.get("/sign-in?next=/console/account").text
    assert 'type="password"' not in page
    link = re.search(r'href="/console(/sign-in/provider[^"]*)"', page)
    assert link
    answer = _come_back(browser, provider, unescape(link[1]))
    assert answer.headers["location"] == "/console/account"
    assert "職員 花子" in browser.get("/account").text
    assert browser.get("/people").status_code == 200
    assert _records(hall, "person.signed_in")[0]["body"] == {"how": "provider", "roles": ["admin"]}
    assert hall.app.state.first_admin is None


def test_answer_of_the_provider_counts_once_and_in_its_browser_only(
    hall: Server, provider: FakeOidc, another: Open
) -> None:
    """Replayed state, foreign browser, no browser at all: refused and recorded."""
    browser, other = another(hall), another(hall)
    departure = browser.get("/sign-in/provider")
    query = provider.authorize(departure.headers["location"])
    assert other.get("/sign-in/return", **query).status_code == 403
    ticket = browser.cookies[TICKET]
    codes = dict(provider._codes)
    assert browser.get("/sign-in/return", **query).status_code == 303
    assert TICKET not in browser.cookies
    provider._codes = codes
    assert browser.get("/sign-in/return", **query).status_code == 403
    other.cookies[TICKET] = ticket
    assert other.get("/sign-in/return", **query).status_code == 403
    assert [record["body"]["reason"] for record in _records(hall, "sign_in.refused")] == ["replayed", "state", "state"]
    assert not other.is_signed_in()


def test_made_up_answers_of_the_provider_do_not_flood_the_journal(hall: Server) -> None:
    """They cost nothing to send and are kept for years, so one client's are recorded thirty times at once."""
    for _ in range(40):
        assert hall.anonymous.get("/console/sign-in/return?state=x&code=y").status_code == 403
    assert len(_records(hall, "sign_in.refused")) <= 32


@pytest.mark.parametrize(
    ("claims", "reason"),
    [({"aud": "another-client"}, "audience"), ({"nonce": "x"}, "nonce"), ({"exp": 1_700_000_000}, "expired")],
)
def test_wrong_token_signs_nobody_in(
    hall: Server, provider: FakeOidc, claims: dict[str, Any], reason: str, another: Open
) -> None:
    """The page says to start again, the journal says why."""
    provider.claims |= claims
    browser = another(hall)
    answer = _come_back(browser, provider)
    assert answer.status_code == 403
    assert "Start again" in answer.text
    assert not browser.is_signed_in()
    assert _records(hall, "sign_in.refused")[0]["body"] == {"reason": reason, "how": "provider"}


def test_provider_that_is_down_is_said_to_be(hall: Server, provider: FakeOidc, another: Open) -> None:
    """One sentence, and the page stays usable."""
    provider.down = True
    browser = another(hall)
    answer = browser.get("/sign-in/provider")
    assert answer.status_code == 503
    assert "can't be reached" in answer.text or "can&#39;t be reached" in answer.text


def test_person_without_a_role_is_told_whom_to_ask(hall: Server, provider: FakeOidc, another: Open) -> None:
    """Signed in is not permitted; no page opens."""
    provider.claims["roles"] = ["something else"]
    browser = another(hall)
    _come_back(browser, provider)
    assert "nobody has given you a role" in browser.get("/").text
    assert browser.get("/people").status_code == 403


def test_admin_signs_out_somebody_of_the_providers(hall: Server, provider: FakeOidc, another: Open) -> None:
    """Whoever lost a role there needn't keep it until the session ends; it is recorded who did that."""
    admin, taro = another(hall), another(hall)
    _come_back(admin, provider)
    provider.claims |= {"sub": "taro", "name": "Taro", "email": TARO, "roles": []}
    _come_back(taro, provider)
    page = admin.get("/people").text
    assert TARO in page
    assert admin.post("/people/end-sessions", key=f"{provider.issuer} taro").status_code == 303
    assert (admin.is_signed_in(), taro.is_signed_in()) == (True, False)
    assert _records(hall, "person.signed_out")[0]["body"] == {"everywhere": True, "by_admin": True}


def test_sign_out_offers_the_providers_own(hall: Server, provider: FakeOidc, another: Open) -> None:
    """RP-initiated logout, as a link: whoever shares a computer uses it."""
    browser = another(hall)
    _come_back(browser, provider)
    browser.get("/account")
    browser.post("/sign-out")
    assert (
        f'href="{provider.issuer}/leave?client_id={CLIENT}&amp;post_logout_redirect_uri='
        in browser.get("/signed-out").text
    )


def test_names_stand_in_the_personal_part_of_the_journal(server: Server, browser: Browser) -> None:
    """An export with personal data shows who it was; no export shows a password."""
    _admin(browser, server)
    exported = server.admin.get("/v1/journal/export", params={"personal": True, "purpose": "test"})
    assert HANAKO in exported.text
    assert PASSWORD not in exported.text
