"""The frame of the console in a real browser: both languages, by keyboard, on a phone."""

import pytest
from playwright.sync_api import Route, expect
from tests.browser.axe import violations_in_light_and_dark
from tests.browser.conftest import SignIn
from tests.server import Server

pytestmark = pytest.mark.browser

PAGES = ("/", "/organization")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_axe_finds_nothing(signed_in: SignIn, served: Server, path: str, lang: str) -> None:
    """Contrast, names, structure: in both languages, light and dark."""
    page = signed_in(served, "admin", path=f"{path}?lang={lang}")
    assert violations_in_light_and_dark(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_cut_off_on_a_narrow_screen(signed_in: SignIn, served: Server, path: str) -> None:
    """At 320 pixels, which is also 200 % zoom of a phone, nobody scrolls sideways (WCAG 2.2, 1.4.10)."""
    page = signed_in(served, "admin", path=f"{path}?lang=ja", viewport={"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_keyboard_reaches_the_content_at_once(signed_in: SignIn, served: Server) -> None:
    """The first stop is the link past the navigation."""
    page = signed_in(served, "admin")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("scripted", [True, False])
def test_the_organization_is_saved_with_and_without_javascript(
    signed_in: SignIn, served: Server, *, scripted: bool
) -> None:
    """The form is an ordinary form."""
    page = signed_in(served, "admin", path="/organization?lang=en", java_script_enabled=scripted)
    page.get_by_label("Partners' domains").fill("partner.example")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.get_by_label("Partners' domains")).to_have_value("partner.example")


def test_a_double_click_sends_a_form_once(signed_in: SignIn, served: Server) -> None:
    """Else the second answer is all that is seen: that the name is taken, the file is gone, somebody else was there."""
    page = signed_in(served, "admin", path="/organization?lang=en")
    sent: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route)
        else:
            route.continue_()

    page.route("**/console/organization", hold)
    page.get_by_role("button", name="Save").scroll_into_view_if_needed()
    box = page.get_by_role("button", name="Save").bounding_box()
    assert box is not None
    for _ in range(2):
        # Playwright's own click would wait for the answer to the first one.
        page.mouse.click(box["x"] + 5, box["y"] + 5)
        page.wait_for_timeout(150)
    assert len(sent) == 1
    sent[0].continue_()
    expect(page.get_by_role("status")).to_contain_text("Saved.")


def test_the_keyboard_stands_at_the_roles_that_are_missing(signed_in: SignIn, served: Server) -> None:
    """The mistake is at a group of boxes; the next Tab is its first one."""
    page = signed_in(served, "admin", path="/people?lang=en")
    page.get_by_label("E-mail address").fill("sato@hall.example")
    page.get_by_role("button", name="Make the invitation").click()
    expect(page.get_by_role("group", name="Roles")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Admin")).to_be_focused()


def test_the_other_language_keeps_what_was_typed(signed_in: SignIn, served: Server) -> None:
    """Whoever changes the language in the middle of a form goes on there, and the next page is as it was."""
    page = signed_in(served, "admin", path="/people?lang=en")
    page.get_by_label("E-mail address").fill("sato@hall.example")
    page.get_by_label("Auditor").check()
    page.get_by_role("link", name="日本語").click()
    expect(page.get_by_label("メールアドレス")).to_have_value("sato@hall.example")
    expect(page.locator("input[value=auditor]")).to_be_checked()
    assert page.evaluate("sessionStorage.getItem('atesaki-typed')") is None
    assert "sato" not in page.url
    page.reload()
    expect(page.get_by_label("メールアドレス")).to_have_value("")


def test_the_other_language_shows_what_somebody_else_saved_meanwhile(signed_in: SignIn, served: Server) -> None:
    """Typed over an older state, it would take back the other's change unseen."""
    page = signed_in(served, "admin", path="/organization?lang=en")
    page.get_by_label("Partners' domains").fill("typed.example")
    other = signed_in(served, "admin", path="/organization?lang=en")
    other.get_by_label("Partners' domains").fill("saved.example")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("status")).to_contain_text("Saved.")
    page.get_by_role("link", name="日本語").click()
    expect(page.locator("[name=partner_domains]")).to_have_value("saved.example")
