"""The page Try it in a real browser, on the real server with the shipped policies."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.axe import violations_in_light_and_dark
from tests.browser.conftest import Open
from tests.server import KEY

pytestmark = pytest.mark.browser

MAIL = b"""From: staff@hall.example
To: =?ISO-2022-JP?B?GyRCOzNFRBsoQg==?= <a@x.jp>, "C, D" <c@z.org>
Cc: e@w.net
Subject: hello

text
"""


def _answer(page: Page) -> str:
    return page.locator("#answer").inner_text().replace("\u00a0", " ")


def _region(page: Page, heading: str) -> str:
    return page.locator(f"section:has(> h2#{heading})").inner_text().replace("\u00a0", " ")


SCRIPTED = pytest.mark.parametrize(
    "profile", [{}, {"java_script_enabled": False}], ids=["with JavaScript", "without JavaScript"]
)

INCIDENT = {
    "en": (
        "26 volunteers in To",
        ["Stopped", "26 people would each learn 25 addresses", "Move these 26 recipients to Bcc"],
        ["26 addresses", "Not visible to anyone", "Can be sent"],
    ),
    "ja": (
        "ボランティア 26 人を宛先に",
        ["送信を止めました", "26 人がそれぞれ 25 件のアドレスを知る", "26 件の宛先を BCC に移してください"],
        ["26 件", "だれにも見えません", "送信できます"],
    ),
}


@SCRIPTED
@pytest.mark.parametrize("lang", INCIDENT)
def test_the_founding_incident_is_stopped_and_mended(visit: Open, lang: str, profile: dict[str, bool]) -> None:
    """One click shows what would have happened in 2023, the fix, and that the mended mail may go."""
    example, said, after = INCIDENT[lang]
    page = visit(f"/?lang={lang}", **profile)
    page.get_by_role("button", name=example).click()
    assert [part for part in said if part not in _answer(page)] == []
    assert [part for part in after if part not in _region(page, "after")] == []


def test_the_same_volunteers_in_bcc_may_go(visit: Open) -> None:
    """The harmless neighbour of the incident is allowed without a question."""
    page = visit()
    page.get_by_role("button", name="The same 26 in Bcc").click()
    assert "Can be sent" in _answer(page)
    expect(page.locator("#after")).to_have_count(0)


def test_a_list_pasted_from_a_mail_program_is_read(visit: Open) -> None:
    """Names, quotes, semicolons and line ends are taken as they come."""
    page = visit()
    page.get_by_label("From").fill("staff@hall.example")
    page.get_by_role("textbox", name="To", exact=True).fill('山田 太郎 <a@x.jp>; b@y.com, "C, D" <c@z.org>')
    page.get_by_role("button", name="Check", exact=True).click()
    assert "3 people would each learn 2 addresses" in _answer(page)
    assert "山田 太郎 <a@x.jp>" in _region(page, "seen")


def test_the_other_language_keeps_what_was_typed_before_and_after_an_answer(visit: Open) -> None:
    """The list may have been typed by hand."""
    page = visit("/?lang=en")
    page.get_by_label("From").fill("staff@hall.example")
    page.get_by_role("link", name="日本語").click()
    expect(page.locator("#sender")).to_have_value("staff@hall.example")
    page.locator("#to").fill("a@x.jp")
    page.get_by_role("button", name="確かめる", exact=True).click()
    page.locator("#to").fill("b@y.jp")
    page.get_by_role("button", name="English").click()
    expect(page.locator("#to")).to_have_value("b@y.jp")


@SCRIPTED
def test_a_saved_mail_can_be_chosen(visit: Open, tmp_path: Path, profile: dict[str, bool]) -> None:
    """Its recipients are judged and stand in the form afterwards."""
    mail = tmp_path / "mail.eml"
    mail.write_bytes(MAIL)
    page = visit(**profile)
    page.get_by_label("Or a saved mail (.eml)").set_input_files(mail)
    page.get_by_role("button", name="Check", exact=True).click()
    assert "3 people would each learn 2 addresses" in _answer(page)
    assert "山田 <a@x.jp>" in page.get_by_role("textbox", name="To", exact=True).input_value()


def test_a_saved_mail_can_be_dropped(visit: Open) -> None:
    """Dropping the file is enough: the answer comes by itself."""
    page = visit()
    carried = page.evaluate_handle(
        "text => { const carried = new DataTransfer(); carried.items.add(new File([text], 'm.eml')); return carried }",
        MAIL.decode(),
    )
    with page.expect_navigation():
        page.dispatch_event("#drop", "drop", {"dataTransfer": carried})
    assert "3 people would each learn 2 addresses" in _answer(page)


def test_the_language_can_be_changed_without_losing_the_mail(visit: Open) -> None:
    """The same mail is answered again, in the other language."""
    page = visit()
    page.get_by_role("button", name="A committee of 8").click()
    before = page.get_by_role("textbox", name="To", exact=True).input_value()
    page.get_by_role("button", name="日本語").click()
    assert "8 人がそれぞれ 7 件のアドレス" in _answer(page)
    assert page.get_by_role("textbox", name="宛先", exact=True).input_value() == before
    assert page.locator("html").get_attribute("lang") == "ja"


def test_everything_can_be_done_with_the_keyboard(visit: Open) -> None:
    """From opening the page to reading the answer, no mouse is needed and Enter in the sender's field checks."""
    page = visit()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the form")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("From")).to_be_focused()
    page.keyboard.type("staff@hall.example")
    page.keyboard.press("Tab")
    page.keyboard.type("a@x.jp; b@y.com; c@z.org")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_be_focused()
    assert "3 people would each learn 2 addresses" in _answer(page)


def test_a_missing_sender_is_told_at_its_field(visit: Open) -> None:
    """The field is named, described and has the focus."""
    page = visit()
    page.get_by_role("textbox", name="To", exact=True).fill("a@x.jp")
    with page.expect_response("**/*lang=en") as posted:
        page.get_by_role("button", name="Check", exact=True).click()
    sender = page.get_by_label("From")
    assert posted.value.status == 422
    expect(sender).to_be_focused()
    expect(sender).to_have_accessible_description(re.compile("Please enter the address that the mail comes from."))
    expect(page.get_by_role("textbox", name="To", exact=True)).to_have_value("a@x.jp")


def test_a_link_with_the_key_opens_rosters_and_shows_no_key(visit: Open, site: str) -> None:
    """The address bar is clean at once, and the page says that rosters are consulted."""
    page = visit(f"/?lang=en&key={KEY}")
    assert page.url == f"{site}/?lang=en"
    assert "Registered lists and earlier mails are consulted." in page.locator("footer").inner_text()
    cookie = page.context.cookies()[0]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")


def test_long_lists_are_folded_and_open_on_demand(visit: Open) -> None:
    """26 addresses don't push the answer off the screen, yet every one can be read."""
    page = visit()
    page.get_by_role("button", name="26 volunteers in To").click()
    last = page.locator("section:has(> h2#seen) li").last
    expect(last).to_be_hidden()
    page.locator("section:has(> h2#seen)").get_by_text("Show 22 more").click()
    expect(last).to_be_visible()


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(("width", "height"), [(320, 640), (640, 400)], ids=["a phone", "zoomed to 200 %"])
def test_nothing_runs_off_a_narrow_screen(visit: Open, lang: str, width: int, height: int) -> None:
    """No page of Try it scrolls sideways, however long the addresses are."""
    page = visit(f"/?lang={lang}", viewport={"width": width, "height": height})
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.locator("#sender").fill("staff@hall.example")
    page.locator("#to").fill(f"{'a' * 60}@{'b' * 60}.example, c@z.org, d@w.net")
    page.locator("#form button.primary").click()
    page.locator(".rules summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_axe_finds_nothing(visit: Open, lang: str) -> None:
    """The empty form, every kind of answer and an error are clean, everything unfolded, in light and dark."""
    page = visit(f"/?lang={lang}")
    found = {"empty": violations_in_light_and_dark(page)}
    for example in ("volunteers_in_to", "committee", "one_outsider"):
        page.locator(f"button[value={example}]").click()
        page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        found[example] = violations_in_light_and_dark(page)
    page.goto(f"/?lang={lang}&key=wrong", wait_until="load")
    found["error"] = violations_in_light_and_dark(page)
    assert found == {state: [] for state in found}


@pytest.mark.parametrize("name", ["volunteers_in_to", "one_outsider"])
def test_the_answer_is_told_without_colour(visit: Open, name: str) -> None:
    """In forced colours the word and the icon still tell a stop from a go."""
    page = visit(forced_colors="active")
    page.locator(f"button[value={name}]").click()
    verdict = page.locator("#answer .verdict")
    expect(verdict).to_have_text("Stopped" if name == "volunteers_in_to" else "Can be sent")
    expect(verdict.locator("svg")).to_be_visible()


def test_a_mail_that_is_refused_unread_is_refused_with_a_page(visit: Open, tmp_path: Path) -> None:
    """The browser is still sending when the answer comes, and shows it all the same."""
    mail = tmp_path / "large.eml"
    mail.write_bytes(MAIL + b"x" * (30 << 20))
    page = visit()
    page.locator("#mail").set_input_files(mail)
    page.locator("#form button.primary").click()
    expect(page.locator("[role=alert]")).to_contain_text("This mail is larger than 25 MB.")
