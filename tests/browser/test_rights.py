"""Personal data in a real browser: by keyboard, on a phone, without JavaScript, and clean for axe."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.browser.axe import violations, violations_in_light_and_dark
from tests.browser.conftest import SignIn
from tests.server import Server, running_server

pytestmark = pytest.mark.browser

HANA = "hana.v01@gmail.com"
PAGES = ("", "/erasures", "/holds", "/periods")


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a mail to Hana, who is on a roster too."""
    with running_server(tmp_path_factory.mktemp("store"), internal_domains=("hall.example",)) as server:
        to = [{"address": HANA, "name": "山田 花"}, {"address": "a@x.jp"}]
        message = {
            "sender": {"address": "staff@hall.example"},
            "to": to,
            "cc": [],
            "bcc": [],
            "subject": "土曜日の予定",
        }
        body = {"message": message, "client": {"app": "outlook"}}
        server.client.post("/v1/decisions", json=body).raise_for_status()
        roster = {"name": "ボランティア", "owner": "Mori", "purpose": "Events", "handling": "protected"}
        server.admin.post("/v1/rosters", json=roster).raise_for_status()
        yield server


def _look_up(page: Page, address: str = HANA) -> None:
    page.get_by_label("Address of the person").fill(address)
    page.get_by_label("What for").fill("her letter of 1 September")
    page.get_by_label("Read the whole journal").check()
    page.get_by_role("button", name="Look up").click()


def test_from_a_letter_to_the_erasure_by_two_people(signed_in: SignIn, asked: Server) -> None:
    """Look up, ask as one person, approve as another, and see that it is done."""
    anna = signed_in(asked, "admin", path="/journal/people?lang=en", email="anna@hall.example")
    _look_up(anna)
    expect(anna.locator("main")).to_contain_text("山田 花")
    assert "hana" not in anna.url
    assert violations(anna) == []
    expect(anna.get_by_label("Names of this person")).to_have_value("山田 花")
    anna.get_by_label("Why").fill("her letter of 1 September")
    anna.get_by_role("button", name="Ask for the erasure").click()
    expect(anna.get_by_role("status")).to_contain_text("Somebody else has to approve it")
    assert violations(anna) == []
    ben = signed_in(asked, "auditor", path="/journal/people/erasures?lang=en", email="ben@hall.example")
    ben.get_by_role("button", name=re.compile("Approve")).click()
    expect(ben.get_by_role("status")).to_contain_text("Approved")
    for _ in range(60):
        if ben.locator(".badge-allow").count():
            break
        ben.wait_for_timeout(500)
        ben.reload()
    expect(ben.locator("main")).not_to_contain_text(HANA)
    expect(ben.locator("main")).to_contain_text("Records of the journal 1")
    ben.goto(f"{asked.base_url}/console/journal/people")
    _look_up(ben)
    expect(ben.locator("main")).to_contain_text("Nothing is held about this person")


def test_a_hold_is_placed_by_keyboard(signed_in: SignIn, asked: Server) -> None:
    """Every field is reached by Tab, and Enter sends the form."""
    page = signed_in(asked, "auditor", path="/journal/people/holds?lang=en", email="ben@hall.example")
    page.get_by_label("A roster and the mails about its people").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("ボランティア")
    page.get_by_label("Why", exact=True).focus()
    page.keyboard.type("case 12")
    page.keyboard.press("Tab")
    page.keyboard.type("Legal")
    page.get_by_label("The day on which to ask").fill("2031-04-01")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Held.")
    expect(page.locator("main")).to_contain_text("ボランティア")
    assert violations(page) == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_pages_fit_a_phone_and_are_clean(signed_in: SignIn, asked: Server, path: str, lang: str) -> None:
    """320 pixels wide, light and dark, nothing sticks out."""
    page = signed_in(asked, "admin", path=f"/journal/people{path}?lang={lang}", email="anna@hall.example")
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations_in_light_and_dark(page) == []


def test_everything_works_without_javascript(signed_in: SignIn, asked: Server) -> None:
    """Forms and links are all that it takes."""
    page = signed_in(
        asked, "admin", path="/journal/people?lang=en", email="cho@hall.example", java_script_enabled=False
    )
    _look_up(page, "a@x.jp")
    page.get_by_label("Why").fill("a letter")
    page.get_by_role("button", name="Ask for the erasure").click()
    expect(page.get_by_role("status")).to_contain_text("Somebody else has to approve it")
    page.get_by_role("listitem").filter(has_text="a@x.jp").get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("status")).to_contain_text("Nothing is erased")
