"""Try it with a meeting: judged as Outlook's add-in asks, and shown with attendees instead of To, Cc and Bcc."""

import re
from html import unescape

import pytest
from tests.server import Server

STRANGERS = "a@x.jp, b@y.jp, c@z.jp"
MEETING = {"sender": "staff@hall.example", "to": STRANGERS, "cc": "room@hall.example", "thread": "appointment"}


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "ja",
            [
                "1 人ずつ別々に招待してください。",
                "外部の 3 人が会議の出席者に入っていて",
                "開催者 staff@hall.example 必須出席者",
                "任意出席者",
                "1 人に 1 件ずつ、3 件の会議になります。",
            ],
        ),
        (
            "en",
            [
                "Invite each person separately.",
                "3 people outside your organization are attendees of this meeting",
                "Organizer staff@hall.example Required attendees",
                "Optional attendees",
                "3 separate meetings, one for each person.",
            ],
        ),
    ],
)
def test_a_meeting_is_tried_by_anybody(server: Server, lang: str, words: list[str]) -> None:
    """The public page asks about a meeting and shows its attendees, before and after the fix."""
    page = server.anonymous.post(f"/?lang={lang}", data=MEETING).text
    answer = _text(page.partition('id="answer"')[2].partition('<details class="rules"')[0])
    assert [text for text in words if text not in answer] == []
    assert re.findall("BCC|Bcc|CC|Cc", answer) == []
    assert re.search(r'<option value="appointment" selected', page)


def test_an_admin_tries_a_rule_for_meetings(server: Server) -> None:
    """A rule that asks for `item: appointment` fires on a meeting and on no mail, and its own words are shown."""
    with server.visitor("admin") as admin:
        pasted = (
            "id: meetings\ntitle: {ja: 会議, en: Meetings}\nrules:\n  - id: any\n    when: {item: appointment}\n"
            "    action: warn\n    message: {ja: 両方, en: Both., appointment: {ja: 会議だけ, en: Only a meeting.}}\n"
        )
        csrf = re.search(r'name="csrf" value="([^"]+)"', admin.get("/try-it").text)
        assert csrf is not None
        one = {**MEETING, "to": "a@x.jp", "rules": "pasted", "yaml": pasted, "csrf": csrf[1]}
        page = admin.post("/try-it", one).text
        assert "Only a meeting." in page
        assert "会議だけ" in page
        mail = admin.post("/try-it", {**one, "thread": "new"}).text
        assert "Nothing: the mail leaves without a question." in mail
        alone = admin.post("/try-it", {**one, "rules": "in_force"}).text
        assert "Nothing: the meeting leaves without a question." in alone
