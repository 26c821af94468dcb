"""The page of one decision says again what its sender read: of a meeting, of what was not read, of the fix."""

import html
from collections.abc import Iterator
from typing import Any

import pytest
from tests.server import Server, Visitor, running_server

ROSTERS = {"volunteers": "protected", "clients": "sensitive"}
OUTSIDERS = ["a@x.jp", "b@y.com", "c@z.org"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that knows a protected and a sensitive roster of the same people."""
    with running_server(tmp_path_factory.mktemp("told"), internal_domains=("hall.example",)) as started:
        for name, handling in ROSTERS.items():
            about = {"name": name, "owner": "office", "purpose": "test", "handling": handling}
            started.admin.post("/v1/rosters", json=about).raise_for_status()
            members = "\n".join(["email", *(f"{name}{number}@gmail.com" for number in range(2))])
            where = f"/v1/rosters/{name}/members"
            started.admin.put(where, content=members, headers={"Content-Type": "text/csv"}).raise_for_status()
        yield started


def answered(server: Server, to: list[str], locale: str = "en", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return the answer to a message of the hall."""
    lists = {"to": [{"address": each} for each in to], "cc": [{"address": "room@hall.example"}], "bcc": []}
    message = {"sender": {"address": "staff@hall.example"}, **lists, **more}
    found = server.client.post("/v1/decisions", json={"message": message, "locale": locale}).raise_for_status()
    answer: dict[str, Any] = found.json()
    return answer


def page_of(visitor: Visitor, answer: dict[str, Any]) -> str:
    """Return the page of a decision as it is read."""
    return html.unescape(visitor.get(f"/journal/decisions/{answer['decision_id']}").text)


def test_a_meeting_is_told_as_a_meeting(server: Server, auditor: Visitor) -> None:
    """Required and optional attendees, the reason that was read, and no word of To, Cc or Bcc."""
    answer = answered(server, OUTSIDERS, item="appointment")
    page = page_of(auditor, answer)
    assert answer["dialog"]["text"] in page
    assert "Required attendees: 3 outside people" in page
    assert "Optional attendees: 1 colleague" in page
    assert "<dd>a meeting</dd>" in page
    assert page.index("Required attendees") < page.index("Optional attendees")
    told = page.partition("The rule as it stood")[0]
    assert [word for word in (">To:", ">Cc:", "Bcc", "Conversation") if word in told] == []


def test_a_meeting_is_told_in_japanese(server: Server) -> None:
    """The same page for an auditor who reads Japanese."""
    answer = answered(server, OUTSIDERS, "ja", item="appointment")
    with server.visitor("auditor", email="kansa@hall.example", language="ja") as auditor:
        page = page_of(auditor, answer)
        assert answer["dialog"]["text"] in page
        assert "必須出席者: 外部 3 人" in page.replace("：", ": ")
        shown = auditor.post(f"/journal/decisions/{answer['decision_id']}", {"purpose": "事故の調査"}).text
        assert "<dt>必須出席者</dt>" in shown
        assert "<dt>任意出席者</dt>" in shown


@pytest.mark.parametrize("item", ["message", "appointment"])
def test_what_could_not_be_read_is_named_again(server: Server, auditor: Visitor, item: str) -> None:
    """The sender read which part it was, so the auditor does."""
    answer = answered(server, ["a@hall.example"], item=item, truncated=["to", "body"])
    assert "could not be read in full" in answer["dialog"]["text"]
    assert answer["dialog"]["text"] in page_of(auditor, answer)


def test_a_fix_that_was_not_offered_is_not_told(server: Server, auditor: Visitor) -> None:
    """Where Bcc was not enough nobody was told to move people there."""
    answer = answered(server, [f"{name}{number}@gmail.com" for name in ROSTERS for number in range(2)])
    assert [remedy["kind"] for remedy in answer["remedies"]] == ["send_individually"]
    assert answer["dialog"]["text"] in page_of(auditor, answer)


def test_a_fix_is_told_of_as_many_as_it_was_offered_for(server: Server, auditor: Visitor) -> None:
    """Whom it named is masked, how many they were is not."""
    answer = answered(server, OUTSIDERS)
    assert [remedy["kind"] for remedy in answer["remedies"]] == ["move_to_bcc", "send_individually"]
    assert answer["dialog"]["text"] in page_of(auditor, answer)


def test_a_removal_is_told_again(server: Server, auditor: Visitor) -> None:
    """The only fix of a look-alike address is to take it out."""
    answer = answered(server, ["taro@gmial.com"])
    assert [remedy["kind"] for remedy in answer["remedies"]] == ["remove"]
    page = auditor.post(f"/journal/decisions/{answer['decision_id']}", {"purpose": "incident"}).text
    assert answer["dialog"]["text"] in html.unescape(page)
