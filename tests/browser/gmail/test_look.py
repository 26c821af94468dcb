"""The dialog and the options page: clean for axe, in both languages, light, dark and without colours of ours."""

import re

import pytest
from playwright.sync_api import Playwright, expect
from tests.browser.axe import violations, violations_in_light_and_dark
from tests.browser.gmail.gmail import VOLUNTEERS, Gmail, Guarded, guarded_browser
from tests.server import KEY, Server

pytestmark = pytest.mark.browser

DIALOG = "[data-atesaki]"
"""The page around it is our fake and not meant for people."""

WORDS = {
    "en": ("Move 26 to Bcc", "Send without fixing it", "Remove recipients"),
    "ja": ("26 人を BCC に移動", "直さずに送る", "宛先から外す"),
}


def _held(guarded: Guarded, lang: str) -> Gmail:
    gmail = guarded.open(lang)
    gmail.write()
    gmail.fill(VOLUNTEERS)
    gmail.press_send()
    gmail.expect_held()
    return gmail


def test_axe_finds_nothing_in_the_dialog(guarded: Guarded) -> None:
    """Held with everything unfolded, mended, and out of reach of the backend; in Japanese and English."""
    found: dict[str, list[str]] = {}
    for lang, (move, as_is, remove) in WORDS.items():
        gmail = _held(guarded, lang)
        for name in (as_is, remove):
            gmail.unfold(name)
        found[f"{lang} held"] = violations_in_light_and_dark(gmail.page, DIALOG)
        gmail.press(move)
        expect(gmail.dialog.locator(".verdict-allow")).to_be_visible()
        found[f"{lang} mended"] = violations_in_light_and_dark(gmail.page, DIALOG)
        gmail.keep_draft()
        guarded.context.route("**/v1/decisions", lambda route: route.abort())
        gmail.write()
        gmail.fill(VOLUNTEERS[1:], mail=1)
        gmail.press_send(1)
        gmail.unfold(as_is)
        found[f"{lang} unchecked"] = violations_in_light_and_dark(gmail.page, DIALOG)
        gmail.keep_draft()
        # What was refused before, and can't be checked now.
        gmail.fill(VOLUNTEERS[:1], mail=1)
        gmail.press_send(1)
        expect(gmail.dialog.locator(".verdict-warn")).to_be_visible()
        expect(gmail.dialog.locator("summary", has_text=as_is)).to_have_count(0)
        found[f"{lang} refused"] = violations_in_light_and_dark(gmail.page, DIALOG)
        gmail.press(move)
        expect(gmail.dialog.get_by_role("status")).to_contain_text("26")
        found[f"{lang} mended unchecked"] = violations_in_light_and_dark(gmail.page, DIALOG)
        guarded.context.unroute("**/v1/decisions")
        guarded.put_back(gmail)
    assert found == {state: [] for state in found}


def test_the_safe_way_has_the_focus_and_the_keyboard_is_enough(gmail: Gmail) -> None:
    """Enter moves everybody to Bcc, a second Enter sends; sending as it is takes far more."""
    gmail.write()
    gmail.fill(VOLUNTEERS)
    gmail.type_body("hello").press("Control+Enter")
    gmail.expect_held()
    expect(gmail.dialog.get_by_role("button", name="Move 26 to Bcc")).to_be_focused()
    gmail.page.keyboard.press("Enter")
    expect(gmail.dialog.get_by_role("button", name="Send", exact=True)).to_be_focused()
    gmail.page.keyboard.press("Enter")
    assert [len(each["bcc"]) for each in gmail.wait_for_sent()] == [26]


def test_the_focus_stays_in_the_dialog(gmail: Gmail) -> None:
    """However often somebody presses Tab, Gmail behind it is out of reach."""
    gmail.write()
    gmail.fill(VOLUNTEERS)
    gmail.press_send()
    gmail.expect_held()
    for _ in range(25):
        gmail.page.keyboard.press("Tab")
        assert gmail.page.evaluate("document.activeElement.closest('[data-atesaki], body') !== null")
        assert gmail.page.evaluate("document.activeElement.matches('[data-atesaki], body')")


def test_the_focus_goes_back_to_where_the_sender_was(gmail: Gmail) -> None:
    """Whoever keeps the draft writes on; on the page itself the next letter would be a shortcut of Gmail."""
    gmail.write()
    gmail.fill(VOLUNTEERS)
    body = gmail.type_body("hello")
    body.press("Control+Enter")
    gmail.expect_held()
    gmail.keep_draft()
    gmail.page.keyboard.press("e")
    expect(body).to_have_text("helloe")
    assert gmail.page.evaluate("shortcuts") == []


def test_no_key_reaches_gmail_while_the_check_runs(gmail: Gmail, guarded: Guarded) -> None:
    """The button that was pressed is gone by then, and the focus stays in the dialog all the same."""
    gmail.write()
    gmail.fill(VOLUNTEERS)
    gmail.press_send()
    gmail.expect_held()
    guarded.context.route("**/v1/decisions", lambda _route: None)
    gmail.press("Move 26 to Bcc")
    expect(gmail.dialog.get_by_role("button", name="Move 26 to Bcc")).to_have_count(0)
    for _ in range(5):
        gmail.page.keyboard.press("e")
        gmail.page.wait_for_timeout(100)
    assert gmail.page.evaluate("shortcuts") == []
    assert gmail.page.evaluate("document.activeElement.matches('[data-atesaki]')")
    guarded.context.unroute("**/v1/decisions")


def test_what_would_happen_is_read_out_with_the_safe_way(gmail: Gmail) -> None:
    """Whoever hears the page hears more than the name of a button."""
    gmail.write()
    gmail.fill(VOLUNTEERS)
    gmail.press_send()
    gmail.expect_held()
    move = gmail.dialog.get_by_role("button", name="Move 26 to Bcc")
    expect(move).to_have_accessible_description(re.compile("can't be sent as it is.*26 people would each learn 25"))


def test_the_dialog_is_told_without_colour(playwright: Playwright, policy: dict[str, object]) -> None:
    """In forced colours the word and the icon still tell a stop from a go, and nothing runs off a narrow screen."""
    small = {"width": 320, "height": 640}
    with guarded_browser(playwright, policy, forced_colors="active", viewport=small) as guarded:
        gmail = _held(guarded, "ja")
        verdict = gmail.dialog.locator(".verdict")
        expect(verdict).to_have_text("このままでは送信できません")
        expect(verdict.locator("svg")).to_be_visible()
        assert gmail.dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")


def test_the_dialog_over_a_gmail_from_right_to_left_is_read_from_the_left(gmail: Gmail) -> None:
    """Else a sentence ends at its beginning, and “26 people” is read as “people, 26”."""
    gmail.page.evaluate("document.documentElement.dir = 'rtl'")
    gmail.write()
    gmail.fill(VOLUNTEERS)
    gmail.press_send()
    assert gmail.expect_held().evaluate("dialog => getComputedStyle(dialog).direction") == "ltr"


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_options_page_shows_the_settings(
    playwright: Playwright, policy: dict[str, object], server: Server, lang: str
) -> None:
    """What the organization set and whether the server answers; the key itself is not shown."""
    with guarded_browser(playwright, policy, locale=lang, flags=[f"--lang={lang}"]) as guarded:
        page = guarded.context.new_page()
        page.goto(f"chrome-extension://{guarded.worker_id()}/options.html")
        main = page.locator("main")
        expect(main).to_contain_text({"en": "The settings have arrived.", "ja": "設定は届いています。"}[lang])
        expect(main).to_contain_text(server.base_url)
        assert KEY not in page.content()
        page.get_by_role("button").first.click()
        expect(page.get_by_role("status")).to_have_text(
            {"en": "The server answers.", "ja": "サーバーにつながりました。"}[lang]
        )
        assert violations(page) == []
        assert page.locator("html").get_attribute("lang") == lang


def test_the_options_page_says_what_is_missing(playwright: Playwright) -> None:
    """A person can tell the administrator which setting is wrong."""
    with guarded_browser(playwright, {"backendUrl": "http://guard.example.org", "deploymentKey": KEY}) as guarded:
        page = guarded.context.new_page()
        page.goto(f"chrome-extension://{guarded.worker_id()}/options.html")
        expect(page.locator("main")).to_contain_text("must begin with https://")
        assert violations(page) == []


def test_the_options_page_tells_a_key_that_the_server_refuses(
    playwright: Playwright, policy: dict[str, object]
) -> None:
    """Such a server answers and checks no mail, so saying that it answers would send somebody the wrong way."""
    with guarded_browser(playwright, {**policy, "deploymentKey": "of-another-server"}) as guarded:
        page = guarded.context.new_page()
        page.goto(f"chrome-extension://{guarded.worker_id()}/options.html")
        page.get_by_role("button").first.click()
        expect(page.get_by_role("status")).to_contain_text("does not accept the organization's key")
