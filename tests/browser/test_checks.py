"""A checker in a real browser: from the link to the answer, by keyboard, on a phone, without JavaScript."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.api.mails import SECOND_CHECK_OUTSIDE
from tests.browser.axe import violations
from tests.browser.conftest import SignIn
from tests.console.checks.asking import TO, asked, held, standing
from tests.server import Server, running_server

pytestmark = pytest.mark.browser

BEN = "ben@hall.example"
WORDS = {
    "en": ("May this mail be sent?", "May be sent", "The sender may press Send until"),
    "ja": ("このメールを送ってもよいですか", "送ってよい", "まで「送信」を押せます"),
}
"""The question, the answer, and what it leads to."""


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which mails to outsiders wait for another person."""
    with running_server(tmp_path_factory.mktemp("store"), internal_domains=("hall.example",)) as server:
        server.admin.put("/v1/policies", json=SECOND_CHECK_OUTSIDE).raise_for_status()
        yield server


def test_not_yet_by_keyboard_alone(signed_in: SignIn, checked: Server) -> None:
    """Neither answer has the focus or is pressed by Enter; what lacks a comment leads back to the field."""
    decision = asked(checked, subject="By keyboard")
    page = signed_in(checked, "checker", path="/?lang=en", email=BEN)
    page.get_by_role("link", name="By keyboard").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("May this mail be sent?")
    comment = page.get_by_label("Comment for the sender")
    comment.focus()
    page.keyboard.press("Enter")
    for name in ("May be sent", "Not yet"):
        page.keyboard.press("Tab")
        expect(_button(page, name)).to_be_focused()
    page.keyboard.press("Enter")
    expect(comment).to_be_focused()
    expect(comment).to_have_accessible_description(
        "Say what has to be changed. “Not yet” needs one: what is to be changed. It is recorded, with your name."
    )
    assert violations(page) == []
    page.keyboard.type("Move them to Bcc.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("status")).to_contain_text("not yet")
    expect(page.locator("main")).to_contain_text("Move them to Bcc.")
    assert standing(checked, decision)["state"] == "declined"


def _button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(page) == []


@pytest.mark.parametrize(("lang", "scheme"), [("en", "light"), ("ja", "dark")])
def test_a_check_fits_a_phone_and_is_clean(signed_in: SignIn, checked: Server, lang: str, scheme: str) -> None:
    """320 pixels wide: the list, the mail to many, and what became of it; then it goes once."""
    to = [{"address": f"volunteer-{number:02}@docomo.ne.jp", "name": "山田 花子"} for number in range(26)]
    decision = asked(checked, "土曜日の集合時間です。", subject=f"Phone {lang}", to=to)
    phone = {"viewport": {"width": 320, "height": 640}, "color_scheme": scheme}
    page = signed_in(checked, "checker", path=f"/checks?lang={lang}", email=BEN, **phone)
    question, may, until = WORDS[lang]
    for pressed, shown in ((page.get_by_role("link", name=f"Phone {lang}"), question), (_button(page, may), until)):
        _fits(page)
        pressed.click()
        expect(page.locator("main")).to_contain_text(shown)
    _fits(page)
    assert standing(checked, decision)["state"] == "granted"
    assert held(checked, subject=f"Phone {lang}", to=to)["action"] == "allow"


def test_two_checkers_at_once_without_javascript(signed_in: SignIn, checked: Server) -> None:
    """The slower one reads what the first one said, and keeps their own words."""
    path = f"/checks/{asked(checked, subject='At once')}?lang=en"
    anna = signed_in(checked, "admin", path=path, email="anna@hall.example", java_script_enabled=False)
    ben = signed_in(checked, "checker", path=path, email=BEN, java_script_enabled=False)
    _button(anna, "May be sent").click()
    expect(anna.get_by_role("status")).to_contain_text("it may be sent")
    ben.get_by_label("Comment for the sender").fill("Not to all of them!")
    _button(ben, "Not yet").click()
    expect(ben.get_by_role("alert")).to_contain_text("Somebody has answered this check already")
    expect(ben.get_by_role("alert")).to_contain_text("Not to all of them!")
    expect(ben.locator("main")).to_contain_text("anna@hall.example")


@pytest.mark.parametrize(("lang", "later"), [("en", "The later one"), ("ja", "後から頼まれたメール")])
def test_an_old_version_leads_to_the_later_one_on_a_phone(
    signed_in: SignIn, checked: Server, lang: str, later: str
) -> None:
    """By keyboard, from the list and from the page; a withdrawn one says so. All of it fits and is clean."""
    older, newer = (asked(checked, subject=f"Twice {lang}", to=TO[:number]) for number in (2, 3))
    phone = {"viewport": {"width": 320, "height": 640}}
    page = signed_in(checked, "checker", path=f"/checks?lang={lang}", email=BEN, **phone)
    _fits(page)
    page.locator(f'small a[href$="{newer}"]').press("Enter")
    expect(page).to_have_url(re.compile(newer))
    page.goto(f"/console/checks/{older}")
    _fits(page)
    page.get_by_role("link", name=later).press("Enter")
    expect(page).to_have_url(re.compile(newer))
    checked.client.post(f"/v1/decisions/{older}/second_check/withdrawal").raise_for_status()
    page.goto(f"/console/checks/{older}")
    expect(_button(page, "May be sent")).to_have_count(0)
    _fits(page)


def test_a_long_subject_leaves_the_other_columns_in_sight(signed_in: SignIn, checked: Server) -> None:
    """An address of a page, or whatever has no place to break; who asks and until when stand beside it."""
    asked(checked, subject="https://hall.example/" + "festival" * 40)
    page = signed_in(checked, "checker", path="/checks?lang=en", email=BEN)
    table = page.get_by_role("group", name="Waiting for an answer")
    assert table.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
