"""The pages about personal data through the real server: look up, two people erase, holds, periods."""

import json
import re
from collections.abc import Iterator

import pytest
from tests.console.forms import sent, values_of
from tests.server import Server, Visitor
from tests.waiting import wait_until

HANA = "hana.v01@gmail.com"
STRANGERS = ["a@x.jp", "b@y.com"]
PERIODS = "/journal/people/periods"


def judge(server: Server, address: str = HANA) -> str:
    """Have a mail judged and return the decision's id."""
    to = [{"address": address, "name": "山田 花"}, *({"address": text} for text in STRANGERS)]
    message = {"sender": {"address": "staff@hall.example"}, "to": to, "cc": [], "bcc": [], "subject": "山田花様へ"}
    answer = server.client.post("/v1/decisions", json={"message": message, "client": {"app": "outlook"}})
    return str(answer.raise_for_status().json()["decision_id"])


@pytest.fixture
def ben(server: Server) -> Iterator[Visitor]:
    """An auditor."""
    with server.visitor("auditor", email="ben@hall.example") as visitor:
        yield visitor


def erasure_on(html: str) -> str:
    """Return the id of the first request on a page that can be refused."""
    found = re.search(r"/erasures/([0-9a-f-]{36})/refuse", html)
    assert found, html
    return found[1]


def test_a_look_up_shows_what_is_held_and_is_seen_by_others(server: Server, anna: Visitor, ben: Visitor) -> None:
    """Where the person stands, until when, and in the list of looks what it was for; the address is in no link."""
    judge(server)
    found = ben.post("/journal/people", {"address": "Hanav01@gmail.com", "purpose": "letter 7", "thorough": "1"})
    assert "Checked mail" in found.text
    assert "山田 花" in found.text
    assert "personal.blob" in found.text
    assert "hana" not in str(found.url)
    looks = anna.get("/journal/looks").text
    assert "letter 7" in looks
    assert "ben@hall.example" in looks


def test_a_report_can_be_saved_as_a_file(server: Server, ben: Visitor) -> None:
    """The same as JSON."""
    judge(server)
    form = {"address": HANA, "purpose": "letter 7", "thorough": "1", "as": "json"}
    saved = ben.post("/journal/people", form)
    assert saved.headers["content-disposition"] == 'attachment; filename="personal-data.json"'
    assert json.loads(saved.text)["record_count"] >= 1


def test_a_look_up_says_what_is_wrong_beside_the_field(ben: Visitor) -> None:
    """What was typed is kept."""
    wrong = ben.post("/journal/people", {"address": "Hana", "purpose": "letter 7"})
    assert wrong.status_code == 422
    assert "This is not an e-mail address." in wrong.text
    assert 'value="letter 7"' in wrong.text
    assert "1 to 500" in ben.post("/journal/people", {"address": HANA, "purpose": ""}).text


def test_two_people_erase_somebody(server: Server, anna: Visitor, ben: Visitor) -> None:
    """The admin asks and can't approve; the auditor approves and could not ask; then the person is gone."""
    decision = judge(server, "erased@gmail.com")
    ask = {"address": "erased@gmail.com", "reason": "letter 8", "names": "山田 花", "from_rosters": "1"}
    assert ben.post("/journal/people/erasures", ask).status_code == 403
    asked = anna.post("/journal/people/erasures", ask)
    erasure = erasure_on(asked.text)
    assert "/approve" not in asked.text
    assert anna.post(f"/journal/people/erasures/{erasure}/approve").status_code == 403
    assert "Approve the erasure of erased@gmail.com" in ben.get("/journal/people/erasures").text
    ben.post(f"/journal/people/erasures/{erasure}/approve")
    wait_until(lambda: "badge-allow" in ben.get("/journal/people/erasures").text)
    assert "erased@gmail.com" not in ben.get("/journal/people/erasures").text
    held = server.admin.get("/v1/journal", params={"decision_id": decision}).json()["records"][0]["record_id"]
    shown = server.admin.get(f"/v1/journal/{held}", params={"personal": True, "purpose": "see"}).json()
    assert [each["address"] for each in shown["personal"]["to"]] == STRANGERS
    assert shown["personal"]["subject"] == "(erased)様へ"


def test_the_first_page_tells_who_may_approve_an_erasure(anna: Visitor, ben: Visitor, server: Server) -> None:
    """Nobody is mailed, and a request that nobody sees lapses after 30 days; who asked for it can't approve it."""
    form = {"address": "waits@x.jp", "reason": "letter 9"}
    page = anna.post("/journal/people/erasures", form)
    assert "An erasure waits for your approval." in ben.get("/").text
    assert "waits for your approval" not in anna.get("/").text
    with server.visitor("roster_owner", email="owner@hall.example") as owner:
        assert "waits for your approval" not in owner.get("/").text
    anna.post(f"/journal/people/erasures/{erasure_on(page.text)}/refuse")
    assert "waits for your approval" not in ben.get("/").text


def test_a_request_can_be_withdrawn_and_one_person_is_asked_for_once(anna: Visitor) -> None:
    """And what is wrong is said beside the field."""
    ask = {"address": "twice@gmail.com", "reason": "letter 9"}
    erasure = erasure_on(anna.post("/journal/people/erasures", ask).text)
    again = anna.post("/journal/people/erasures", ask)
    assert again.status_code == 422
    assert "asked for already" in again.text
    withdrawn = anna.post(f"/journal/people/erasures/{erasure}/refuse").text
    assert "twice@gmail.com" not in withdrawn


def test_a_hold_is_placed_and_lifted_on_the_page(ben: Visitor, anna: Visitor) -> None:
    """While it stands, the person can't be erased."""
    form = {"target": "address", "address": "held@gmail.com", "reason": "case 12", "owner": "Legal"}
    wrong = ben.post("/journal/people/holds", form)
    assert wrong.status_code == 422
    assert "on which day to ask" in wrong.text
    placed = ben.post("/journal/people/holds", {**form, "review_on": "2031-01-01"}).text
    assert "case 12" in placed
    refused = anna.post("/journal/people/erasures", {"address": "held@gmail.com", "reason": "letter"})
    assert refused.status_code == 409
    assert "under a legal hold" in refused.text
    hold = re.search(r"/holds/([0-9a-f-]{36})/lift", placed)
    assert hold
    lifted = ben.post(f"/journal/people/holds/{hold[1]}/lift", {"lift_reason": "settled"}).text
    assert "held@gmail.com" not in lifted
    assert "settled" in ben.get("/journal/people/holds?former=1").text


def test_a_period_is_held_with_its_last_day(ben: Visitor) -> None:
    """Days are those of the organization."""
    form = {"target": "period", "since": "2026-09-01", "until": "2026-09-30", "reason": "audit", "owner": "Audit"}
    page = ben.post("/journal/people/holds", {**form, "review_on": "2031-01-01"}).text
    assert "Sep 1, 2026" in page
    assert "Sep 30, 2026" in page
    assert ben.post("/journal/people/holds", {**form, "review_on": "soon"}).status_code == 422
    ever = {**form, "review_on": "2031-01-01", "since": "0001-01-01", "until": "9999-12-31"}
    assert "Dec 30, 9999" in ben.post("/journal/people/holds", ever).text


def test_periods_are_changed_by_admins_and_read_by_auditors(anna: Visitor, ben: Visitor) -> None:
    """An old page changes nothing; no number is said beside its field."""
    page = anna.get("/journal/people/periods").text
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision
    assert ben.post("/journal/people/periods", {"revision": revision[1]}).status_code == 403
    wrong = anna.post("/journal/people/periods", {"revision": revision[1], "sign_in": "soon"})
    assert (wrong.status_code, 'value="soon"' in wrong.text) == (422, True)
    saved = anna.post("/journal/people/periods", {"revision": revision[1], "sign_in": "90", "protected": "30"}).text
    assert re.search(r'id="sign_in" name="sign_in" value="90"', saved)
    assert 'value="90"' in ben.get("/journal/people/periods").text


def test_periods_of_an_older_page_show_both_and_lose_nothing(server: Server, anna: Visitor) -> None:
    """Who changed them, when, what is in force beside what was typed; saving again replaces it."""
    old = anna.get(PERIODS)
    with server.visitor("admin", email="dan@hall.example") as dan:
        sent(dan, dan.get(PERIODS), PERIODS, sign_in="80", other="70")
    refused = sent(anna, old, PERIODS, sign_in="1", view="700")
    assert refused.status_code == 409
    assert re.search(r"dan@hall\.example changed this on \w+ \d+, 2\d{3}", refused.text)
    typed = values_of(refused, "/periods")
    assert (typed["sign_in"], typed["view"], typed["other"]) == (["1"], ["700"], [""])
    for name, now in (("sign_in", "80 days"), ("other", "70 days"), ("view", "none of its own")):
        assert f'id="{name}-now">In force now: {now}<' in refused.text
    assert 'id="decision-now"' not in refused.text
    assert values_of(anna.get(PERIODS), "/periods")["sign_in"] == ["80"]
    assert sent(anna, refused, PERIODS).status_code == 200
    assert values_of(anna.get(PERIODS), "/periods")["sign_in"] == ["1"]


def test_a_mistake_in_a_period_does_not_make_the_page_newer(server: Server, anna: Visitor) -> None:
    """Else whoever mends it would replace what somebody else has set meanwhile, unseen."""
    old = anna.get(PERIODS)
    with server.visitor("admin", email="dan@hall.example") as dan:
        sent(dan, dan.get(PERIODS), PERIODS, account="60")
    wrong = sent(anna, old, PERIODS, account="soon")
    assert wrong.status_code == 422
    assert sent(anna, wrong, PERIODS, account="1").status_code == 409


def test_the_conflict_about_periods_is_said_in_japanese(server: Server) -> None:
    """Also where the form has no revision at all."""
    with server.visitor("admin", language="ja") as visitor:
        answer = visitor.post(PERIODS, {"release": "17"})
    assert answer.status_code == 409
    assert "に変更しました。" in answer.text


def test_all_of_it_is_for_admins_and_auditors_only(server: Server) -> None:
    """A roster owner sees none of it."""
    with server.visitor("roster_owner") as owner:
        for path in ("", "/erasures", "/holds", "/periods"):
            assert owner.get(f"/journal/people{path}").status_code == 403


def test_all_pages_speak_japanese(server: Server) -> None:
    """Whoever answers a request here reads it in their own language."""
    with server.visitor("admin", language="ja") as visitor:
        for path, words in (
            ("", "保有している情報"),
            ("/erasures", "消去"),
            ("/holds", "保全"),
            ("/periods", "保存期間"),
        ):
            assert words in visitor.get(f"/journal/people{path}").text
