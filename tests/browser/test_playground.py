"""The playground of the console in a real browser: both languages, without JavaScript, on a phone, by keyboard."""

import pytest
from playwright.sync_api import Page, expect
from tests.browser.axe import violations_in_light_and_dark
from tests.browser.conftest import SignIn
from tests.server import Server

pytestmark = pytest.mark.browser

UNFOLD = "for (const fold of document.querySelectorAll('details')) fold.open = true"
SCRIPTED = pytest.mark.parametrize("scripted", [True, False], ids=["with JavaScript", "without JavaScript"])


def tried(page: Page, example: str) -> Page:
    """Try one of the examples."""
    page.locator(f"button[value={example}]").click()
    return page


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_axe_finds_nothing(signed_in: SignIn, served: Server, lang: str) -> None:
    """The empty page, every kind of answer with all rules unfolded, a mistake, and a kept try."""
    page = signed_in(served, "admin", path=f"/try-it?lang={lang}")
    found = {"empty": violations_in_light_and_dark(page)}
    for example in ("volunteers_in_to", "committee", "one_outsider"):
        tried(page, example).locator("#show-all").check()
        page.evaluate(UNFOLD)
        found[example] = violations_in_light_and_dark(page)
    page.locator("form[action$='/try-it/kept'] button").click()
    found["kept"] = violations_in_light_and_dark(page)
    page.evaluate(UNFOLD)
    page.locator("#sender").fill("nobody")
    page.locator("#form button.primary").click()
    found["mistake"] = violations_in_light_and_dark(page)
    assert found == {state: [] for state in found}


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize(("width", "height"), [(320, 640), (640, 400)], ids=["a phone", "zoomed to 200 %"])
def test_nothing_runs_off_a_narrow_screen(
    signed_in: SignIn, served: Server, lang: str, width: int, height: int
) -> None:
    """Nested conditions and long addresses wrap."""
    page = signed_in(served, "admin", path=f"/try-it?lang={lang}", viewport={"width": width, "height": height})
    page.locator("#sender").fill("staff@hall.example")
    page.locator("#to").fill(f"{'a' * 60}@{'b' * 60}.example, c@z.org, d@w.net")
    page.locator("#form button.primary").click()
    page.locator("#show-all").check()
    page.evaluate(UNFOLD)
    assert page.evaluate("document.documentElement.scrollWidth") == width


@SCRIPTED
def test_rules_are_filtered_by_what_became_of_them(signed_in: SignIn, served: Server, *, scripted: bool) -> None:
    """What fired is shown first; near misses and all others are one key away, without a script."""
    page = tried(signed_in(served, "admin", path="/try-it?lang=en", java_script_enabled=scripted), "volunteers_in_to")
    fired = page.locator(".trace", has_text="strangers_visible.many_strangers")
    silent = page.locator(".trace", has_text="look_alike.resembles_known_domain")
    expect(fired).to_be_visible()
    expect(silent).to_be_hidden()
    page.locator("#show-fired").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#show-near")).to_be_checked()
    expect(fired).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(fired).to_be_visible()
    expect(silent).to_be_visible()


@SCRIPTED
def test_a_try_is_kept_opened_and_deleted(signed_in: SignIn, served: Server, *, scripted: bool) -> None:
    """The link holds no address, and the page says how long it works."""
    profile = {"java_script_enabled": scripted}
    page = tried(signed_in(served, "admin", path="/try-it?lang=en", **profile), "committee")
    page.get_by_role("button", name="Keep this as a link").click()
    expect(page.get_by_role("status")).to_contain_text("Kept.")
    link = page.url
    assert "example" not in link.partition("/console")[2]
    other = signed_in(served, "admin", email="mio@hall.example", path="/try-it?lang=en", **profile)
    other.goto(link)
    expect(other.locator("#headline")).to_contain_text("8 people would each learn 7 addresses")
    other.get_by_role("button", name="Delete the link").click()
    expect(other.get_by_role("status")).to_contain_text("The link was deleted.")


def test_the_language_is_changed_without_losing_the_try(signed_in: SignIn, served: Server) -> None:
    """The same mail is judged again and explained in the other language."""
    page = tried(signed_in(served, "admin", path="/try-it?lang=en"), "volunteers_in_to")
    page.get_by_role("button", name="日本語").click()
    expect(page.locator("#headline")).to_contain_text("26 人がそれぞれ 25 件のアドレス")
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.locator(".trace-fired").first).to_contain_text("このルールが反応する条件")


@pytest.mark.parametrize("name", ["volunteers_in_to", "one_outsider"])
def test_answers_are_told_without_colour(signed_in: SignIn, served: Server, name: str) -> None:
    """In forced colours a word and a sign still tell what holds from what doesn't."""
    page = tried(signed_in(served, "admin", path="/try-it?lang=en", forced_colors="active"), name)
    page.locator("#show-all").check()
    expect(page.locator(".holds-yes").first).to_contain_text("✓ holds")
    expect(page.locator(".holds-no").first).to_contain_text("✗ doesn't hold")


@SCRIPTED
def test_enter_tries_what_was_typed(signed_in: SignIn, served: Server, *, scripted: bool) -> None:
    """Not an example, which would take the place of the mail."""
    page = signed_in(served, "admin", path="/try-it?lang=en", java_script_enabled=scripted)
    page.locator("#to").fill("a@partner.example")
    page.locator("#sender").fill("staff@hall.example")
    page.locator("#sender").press("Enter")
    expect(page.locator("#headline")).to_be_visible()
    expect(page.locator("#to")).to_have_value("a@partner.example")
