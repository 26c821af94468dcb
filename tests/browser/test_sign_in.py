"""Signing in with a real browser: the first admin, password and code, a real OpenID provider, sign-out everywhere."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect
from tests.browser.axe import violations, violations_in_light_and_dark
from tests.browser.conftest import Open, SignIn
from tests.browser.steps import at_provider, town
from tests.server import Server, running_server

pytestmark = pytest.mark.browser

HANAKO, PASSWORD = "hanako@hall.example", "three small boats at noon"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without a provider."""
    with running_server(tmp_path_factory.mktemp("hall"), internal_domains=("hall.example",)) as server:
        yield server


@pytest.fixture(scope="module", name="town")
def _town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a provider."""
    with town(tmp_path_factory.mktemp("town")) as server:
        yield server


def _first_admin(page: Page) -> None:
    page.get_by_label("E-mail address").fill(HANAKO)
    page.get_by_label("Your name").fill("職員 花子")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Save and sign in").click()


def _with_password(page: Page) -> None:
    page.get_by_label("E-mail address").fill(HANAKO)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_first_admin_signs_in_with_password_and_code_and_out_everywhere(hall: Server, profile: Open) -> None:
    """From the link that the start prints to a lost laptop that is signed out, without a script and without a mouse."""
    page = profile(hall, f"/sign-in/first/{hall.app.state.first_admin}?lang=en", java_script_enabled=False)
    _first_admin(page)
    expect(page.get_by_role("heading", name="Start")).to_be_visible()
    page.get_by_role("link", name="職員 花子").click()
    page.get_by_role("button", name="Set up codes").click()
    secret = page.locator(".key").inner_text().replace(" ", "")
    page.wait_for_load_state("networkidle")
    assert page.locator(".qr").evaluate("picture => picture.naturalWidth") > 0
    page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    page.get_by_label("Code").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    other = profile(hall, "/people?lang=en")
    _with_password(other)
    expect(other.get_by_role("heading", name="Enter the code")).to_be_visible()
    # The code of this half minute was used for setting up; the next one counts already.
    other.get_by_label("Code").fill(pyotp.TOTP(secret).at(int(time.time()) + 30))
    other.get_by_label("Code").press("Enter")
    expect(other.get_by_role("heading", name="People")).to_be_visible()
    expect(other.get_by_text("Password and code")).to_be_visible()
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    other.get_by_role("link", name="Organization").click()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    other.go_back()
    page.go_back()
    for each in (page, other):
        each.reload()
        expect(each.get_by_role("heading", name="Sign in")).to_be_visible()


def test_provider_signs_an_admin_in_and_out(town: Server, profile: Open) -> None:
    """Code flow with PKCE at a certified implementation; the page that was asked for opens; both sign-outs work."""
    page = profile(town, "/people?lang=en")
    expect(page.get_by_label("Password", exact=True)).to_have_count(0)
    at_provider(page, "admin-kei")
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    assert page.url == f"{town.base_url}/console/people?lang=en"
    cookie = next(each for each in page.context.cookies() if each["name"] == "__Host-atesaki_session")
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"], cookie["path"]) == (True, True, "Lax", "/")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("link", name="Sign out at 127.0.0.1").click()
    page.get_by_role("button", name=re.compile("Yes")).click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert page.url.startswith(f"{town.base_url}/console/signed-out")


def test_provider_gives_a_role_by_address_or_none(town: Server, profile: Open) -> None:
    """An auditor reads the journal only; somebody without a role is told whom to ask."""
    page = profile(town, "/sign-in?lang=en")
    at_provider(page, "auditor")
    navigation = page.get_by_role("navigation", name="Pages")
    expect(navigation.get_by_role("link", name="Journal")).to_be_visible()
    expect(navigation.get_by_role("link", name="People")).to_have_count(0)
    nobody = profile(town, "/sign-in?lang=en")
    at_provider(nobody, "nobody")
    expect(nobody.get_by_text("nobody has given you a role")).to_be_visible()


def test_person_who_turns_back_at_the_provider_is_told_to_start_again(town: Server, profile: Open) -> None:
    """Cancelling is no error page of somebody else's."""
    page = profile(town, "/sign-in?lang=en")
    page.get_by_role("link", name="Sign in with 127.0.0.1").click()
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("alert")).to_contain_text("Start again")
    expect(page.get_by_role("link", name="Sign in with 127.0.0.1")).to_be_visible()


def _wrong(page: Page) -> list[str]:
    """Return what axe finds, once a page that a form led to is there with its stylesheet."""
    page.wait_for_load_state("networkidle")
    return violations_in_light_and_dark(page)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_axe_finds_nothing_before_signing_in(town: Server, profile: Open, lang: str) -> None:
    """Sign-in, signed out, a link that no longer works."""
    found = {}
    page = profile(town, f"/sign-in?lang={lang}")
    for path in ("/sign-in", "/sign-in/return", "/signed-out", "/invitation/x", "/new-password/x"):
        page.goto(f"/console{path}?lang={lang}")
        found[path] = _wrong(page)
    assert found == {path: [] for path in found}


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_axe_finds_nothing_afterwards(tmp_path: Path, profile: Open, lang: str) -> None:
    """Forms with what is wrong with them, the account, the picture, people and invitations, in light and dark."""
    found = {}
    with running_server(tmp_path) as server:
        page = profile(server, f"/sign-in/first/{server.app.state.first_admin}?lang={lang}")
        for field in ("address", "display_name", "password", "again"):
            page.locator(f"#{field}").fill(
                {"address": HANAKO, "password": "short", "again": "short"}.get(field, "花子")
            )
        page.locator("form button.primary").click()
        found["first admin"] = _wrong(page)
        for field in ("password", "again"):
            page.locator(f"#{field}").fill(PASSWORD)
        page.locator("form button.primary").click()
        page.goto("/console/account")
        found["account"] = _wrong(page)
        page.locator("form[action$=offer] button").click()
        found["code"] = _wrong(page)
        page.goto("/console/people")
        page.locator("#address").fill("taro@hall.example")
        page.locator("form[action$=invite] button").click()
        found["people with a problem"] = _wrong(page)
        page.locator("input[value=auditor]").check()
        page.locator("form[action$=invite] button").click()
        found["link"] = _wrong(page)
        page.goto("/console/people")
        found["people"] = _wrong(page)
        page.goto(f"/console/people/account/{HANAKO}")
        found["person"] = _wrong(page)
    assert found == {name: [] for name in found}


@pytest.mark.parametrize("path", ["/account", "/people", "/sign-in"])
def test_nothing_is_cut_off_on_a_narrow_screen(signed_in: SignIn, hall: Server, path: str) -> None:
    """At 320 pixels nobody scrolls sideways (WCAG 2.2, 1.4.10)."""
    page = signed_in(hall, "admin", path=f"{path}?lang=ja", viewport={"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_list_of_sessions_is_moved_by_keyboard_on_a_narrow_screen(signed_in: SignIn, hall: Server) -> None:
    """In English it is wider than 320 pixels and holds nothing else that takes the focus."""
    page = signed_in(hall, "admin", path="/account?lang=en", viewport={"width": 320, "height": 640})
    assert violations(page) == []
