"""Signing in with a provider, over HTTP: it leads back signed in, or says in one sentence why not."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from tests.console.sign_in.browser import TARO, Browser, Open, recorded
from tests.fakes.oidc import CLIENT, SECRET, FakeOidc, served_oidc
from tests.server import Server, running_server

from atesaki.identity.tickets import COOKIE as TICKET


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
    assert recorded(hall, "person.signed_in")[0]["body"] == {"how": "provider", "roles": ["admin"]}
    assert hall.app.state.first_admin is None


def test_answer_of_the_provider_counts_once_and_in_its_browser_only(
    hall: Server, provider: FakeOidc, another: Open
) -> None:
    """Replayed state, foreign browser, no browser at all: refused and recorded."""
    browser, other = another(hall), another(hall)
    departure = browser.get("/sign-in/provider")
    query = provider.authorize(departure.headers["location"])
    assert other.get("/sign-in/return", **query).status_code == 403
    (name,) = [each for each in browser.cookies if each.startswith(TICKET)]
    ticket = browser.cookies[name]
    codes = dict(provider._codes)
    assert browser.get("/sign-in/return", **query).status_code == 303
    assert name not in browser.cookies
    provider._codes = codes
    assert browser.get("/sign-in/return", **query).status_code == 403
    other.cookies[name] = ticket
    assert other.get("/sign-in/return", **query).status_code == 403
    assert [record["body"]["reason"] for record in recorded(hall, "sign_in.refused")] == ["replayed", "state", "state"]
    assert not other.is_signed_in()


def test_made_up_answers_of_the_provider_do_not_flood_the_journal(hall: Server) -> None:
    """They cost nothing to send and are kept for years, so one client's are recorded thirty times at once."""
    for _ in range(40):
        assert hall.anonymous.get("/console/sign-in/return?state=x&code=y").status_code == 403
    assert len(recorded(hall, "sign_in.refused")) <= 32


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
    assert recorded(hall, "sign_in.refused")[0]["body"] == {"reason": reason, "how": "provider"}


def test_provider_that_is_down_is_said_to_be(hall: Server, provider: FakeOidc, another: Open) -> None:
    """One sentence, and the page stays usable."""
    provider.down = True
    browser = another(hall)
    answer = browser.get("/sign-in/provider")
    assert answer.status_code == 503
    assert "can't be reached" in answer.text or "can&#39;t be reached" in answer.text


def test_whoever_has_to_start_again_is_led_back_all_the_same(hall: Server, provider: FakeOidc, another: Open) -> None:
    """A provider that stumbles, or a cancelled sign-in, costs nobody the link that they opened."""
    browser = another(hall)
    departure = browser.get("/sign-in/provider", next="/console/account").headers["location"]
    query = provider.authorize(departure)
    provider.down = True
    answer = browser.get("/sign-in/return", **query)
    assert (answer.status_code, "/sign-in/provider?next=%2Fconsole%2Faccount" in answer.text) == (503, True)


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
    assert recorded(hall, "person.signed_out")[0]["body"] == {"everywhere": True, "by_admin": True}


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


def test_two_tabs_sign_in_side_by_side(hall: Server, provider: FakeOidc, another: Open) -> None:
    """A browser that opens its tabs again asks in each of them; both lead where they should."""
    browser = another(hall)
    asked = ("/console/account", "/console/people")
    departures = [browser.get("/sign-in/provider", next=path).headers["location"] for path in asked]
    answers = [browser.get("/sign-in/return", **provider.authorize(departure)) for departure in departures]
    assert [answer.headers.get("location") for answer in answers] == list(asked)
    assert [name for name in browser.cookies if name.startswith(TICKET)] == []


def test_tabs_that_never_come_back_do_not_fill_the_header(hall: Server, provider: FakeOidc, another: Open) -> None:
    """Proxies refuse a request whose cookies are too long, so the oldest tickets are taken back."""
    browser = another(hall)
    departures = [browser.get("/sign-in/provider").headers["location"] for _ in range(12)]
    assert len([name for name in browser.cookies if name.startswith(TICKET)]) == 5
    assert browser.get("/sign-in/return", **provider.authorize(departures[-1])).status_code == 303


@pytest.mark.parametrize("name", ["名簿", "a?b#c", "50%2F"])
def test_sign_in_leads_back_to_a_roster_of_any_name(hall: Server, provider: FakeOidc, another: Open, name: str) -> None:
    """Whoever opens the link in a mail about their roster gets to it, whatever it is called."""
    draft = {"name": name, "owner": "", "purpose": "", "handling": "open"}
    assert hall.admin.post("/v1/rosters", json=draft).status_code == 201
    browser = another(hall)
    refused = browser.get(f"/rosters/of/{quote(name, safe='')}?lang=en")
    link = re.search(
        r'href="/console(/sign-in/provider[^"]*)"',
        browser.get(refused.headers["location"].removeprefix("/console")).text,
    )
    assert link
    there = _come_back(browser, provider, unescape(link[1])).headers["location"]
    assert f"<h1>{name}</h1>" in browser.get(there.removeprefix("/console")).text


def test_path_that_no_ticket_can_hold_leads_to_the_first_page(hall: Server, provider: FakeOidc, another: Open) -> None:
    """A browser drops a cookie of more than 4,096 characters, and then nobody could sign in."""
    browser = another(hall)
    answer = _come_back(browser, provider, f"/sign-in/provider?next=/console/journal?{'x' * 4_000}")
    assert answer.headers["location"] == "/console/"


def test_a_role_that_the_settings_no_longer_give_ends_with_the_next_start(
    provider: FakeOidc, another: Open, tmp_path: Path
) -> None:
    """Whoever was an admin by them signs in anew, and is one no longer; the same settings keep everybody signed in."""
    settings: dict[str, Any] = {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
    }
    cookies: dict[str, str] = {}
    for admins, wanted in (("atesaki-admins", 303), ("atesaki-admins", 200), ("nobody", 303)):
        with running_server(tmp_path, **settings, oidc_admins=(admins,)) as hall:
            provider.returns = f"{hall.base_url}/console/sign-in/return"
            browser = another(hall)
            browser.cookies |= cookies
            assert browser.get("/people").status_code == wanted
            if not cookies:
                _come_back(browser, provider)
                assert browser.get("/people").status_code == 200
            cookies = dict(browser.cookies)
