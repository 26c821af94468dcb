"""A meeting in the real Outlook add-in, against the real server: told of attendees, mended, and sent."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.axe import frame, violations
from tests.browser.outlook import Outlook, people
from tests.server import Server, running_server

pytestmark = pytest.mark.browser

VOLUNTEERS = [f"v{number:02}@gmail.com" for number in range(1, 27)]
STRANGERS = ["a@x.jp", "b@y.jp", "c@z.jp"]
ROOM = "room-1@hall.example"
LANGUAGES = {"ja": "ja-JP", "en": "en-US"}
ATTENDEES = {
    "ja": ["出席者の確認", "開催者", "必須出席者", "任意出席者", "出席者の一覧", "1 人ずつ招待する"],
    "en": [
        "Check attendees",
        "Organizer",
        "Required attendees",
        "Optional attendees",
        "All attendees",
        "Invite each person separately",
    ],
}
MAIL = re.compile(r"BCC|CC|宛先|差出人|このメール|下書き|\bBcc\b|\bCc\b|\bTo\b|\bFrom\b|recipient|message|draft")

Open = Callable[..., Outlook]


@pytest.fixture
def guard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that knows the volunteers."""
    with running_server(tmp_path_factory.mktemp("meeting"), internal_domains=("hall.example",)) as server:
        about = {"name": "volunteers", "owner": "office", "purpose": "test", "handling": "protected"}
        server.admin.post("/v1/rosters", json=about).raise_for_status()
        members = "\n".join(["email", *VOLUNTEERS])
        headers = {"Content-Type": "text/csv"}
        server.admin.put("/v1/rosters/volunteers/members", content=members, headers=headers).raise_for_status()
        yield server


@pytest.fixture
def plan(browser: Browser, guard: Server) -> Iterator[Open]:
    """Plan a meeting in Outlook."""
    options: dict[str, Any] = {"base_url": guard.base_url, "viewport": {"width": 360, "height": 1400}}
    contexts = []

    def opened(**draft: Any) -> Outlook:  # noqa: ANN401  # A draft is whatever the fake takes.
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(15_000)
        return Outlook(page, itemType="appointment", cc=people(ROOM), **draft)

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_meeting_of_volunteers_is_told_of_attendees_and_never_of_bcc(plan: Open, language: str) -> None:
    """In the dialog and on the pane, in both languages; nobody is offered a field that a meeting has not."""
    outlook = plan(language=LANGUAGES[language], to=people(*VOLUNTEERS))
    held = outlook.send("onAppointmentSend")
    assert (held["sent"], held["completions"]) == (False, 1)
    assert held["dialog"]["commandId"] == "atesakiMeetingPane"
    assert MAIL.findall(held["dialog"]["text"] + held["dialog"]["buttons"][0]) == []
    pane = outlook.open_pane(held["dialog"])
    for text in ATTENDEES[language]:
        expect(pane.get_by_text(text).first).to_be_attached()
    assert MAIL.findall(pane.locator("body").inner_text()) == []
    assert violations(frame(outlook.page, "pane")) == []
    assert outlook.errors() == []


def test_attendees_are_removed_until_the_meeting_may_go(plan: Open, guard: Server) -> None:
    """One is left with the room; the others come back by undo, and the meeting is held again."""
    outlook = plan(language="en-US", to=people(*STRANGERS))
    pane = outlook.open_pane(outlook.send("onAppointmentSend")["dialog"])
    pane.get_by_text("Remove attendees").click()
    for address in STRANGERS[1:]:
        pane.get_by_label(f"Required attendees: {address}").check()
    pane.get_by_role("button", name="Remove the selected ones").click()
    expect(pane.get_by_text("2 attendees were removed.")).to_be_visible()
    assert outlook.fields() == {"to": STRANGERS[:1], "cc": [ROOM], "bcc": []}
    pane.get_by_role("button", name="Undo").click()
    expect(pane.locator(".answer-warn")).to_be_visible()
    assert outlook.fields() == {"to": STRANGERS, "cc": [ROOM], "bcc": []}
    found = guard.admin.get("/v1/journal").raise_for_status().json()["records"]
    assert {each["body"]["item"] for each in found if each["kind"] == "decision.recorded"} == {"appointment"}


def test_a_meeting_goes_after_the_sender_ticked_what_matters(plan: Open) -> None:
    """The release is for exactly this meeting, and no mail to the same people."""
    outlook = plan(language="en-US", to=people(*STRANGERS))
    pane = outlook.open_pane(outlook.send("onAppointmentSend")["dialog"])
    pane.get_by_text("Send without fixing it").click()
    for box in pane.locator(".other-ways details[open] input[type=checkbox]").all():
        box.check()
    pane.get_by_role("button", name="I have checked, let it go").click()
    expect(pane.get_by_text("Recorded", exact=True)).to_be_visible()
    assert outlook.send("onAppointmentSend")["sent"] is True
