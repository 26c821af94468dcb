"""The auditor's pages through the real server: search without addresses, explain, unmask with a purpose, overview."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, insert
from tests.console.forms import sent, values_of
from tests.server import Server, Visitor, running_server
from tests.waiting import wait_until

from atesaki.storage.engine import open_store
from atesaki.storage.index_tables import index_names

VOLUNTEERS = [f"v{number:02}@{('gmail.com', 'docomo.ne.jp', 'yahoo.co.jp')[number % 3]}" for number in range(26)]
STRANGERS = ["a@x.jp", "b@y.com", "c@z.org"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that has judged three mails: the incident, a warned one that was let go, and a harmless one."""
    with running_server(tmp_path_factory.mktemp("store"), internal_domains=("hall.example",)) as started:
        incident = decide(started, VOLUNTEERS)
        report(started, incident, "fixed")
        warned = decide(started, STRANGERS, app="gmail_extension")
        released = started.client.post(
            f"/v1/decisions/{warned['decision_id']}/release", json={"kind": "acknowledge", "shown_ms": 5300}
        )
        assert released.status_code == 200, released.text
        decide(started, STRANGERS, app="gmail_extension")
        decide(started, ["boss@hall.example"], sender="other@hall.example")
        until_indexed(started, 4)
        yield started


def decide(server: Server, to: list[str], app: str = "outlook", sender: str = "staff@hall.example") -> dict[str, Any]:
    """Have a mail judged."""
    message = {"sender": {"address": sender}, "to": [{"address": text} for text in to], "cc": [], "bcc": []}
    body = {"message": {**message, "subject": "secret subject"}, "client": {"app": app}, "locale": "en"}
    answer: dict[str, Any] = server.client.post("/v1/decisions", json=body).raise_for_status().json()
    return answer


def report(server: Server, decision: dict[str, Any], outcome: str) -> None:
    """Report what became of it."""
    server.client.post(f"/v1/decisions/{decision['decision_id']}/outcome", json={"outcome": outcome}).raise_for_status()


def until_indexed(server: Server, decisions: int) -> None:
    """Wait for the index, which is derived in the background."""
    with server.visitor("auditor") as auditor:
        wait_until(lambda: len(rows(auditor.get("/journal").text)) >= decisions)


def rows(html: str) -> list[str]:
    """Return the ids of the decisions on a page of the search."""
    return re.findall(r'href="/console/journal/decisions/([0-9a-f-]{36})"', html)


@pytest.mark.parametrize(
    ("form", "count"),
    [
        ({"action": "block"}, 1),
        ({"outcome": "fixed"}, 1),
        ({"outcome": "released"}, 1),
        ({"client": "gmail_extension"}, 2),
        ({"recipient": "V07@GMAIL.com"}, 0),
        ({"recipient": "v03@gmail.com"}, 1),
        ({"recipient": "a@x.jp", "action": "warn"}, 1),
        ({"sender": "other@hall.example"}, 1),
        ({"rule": "roster_visible.members_in_to_or_cc"}, 0),
        ({"rule": "strangers_visible.strangers"}, 3),
        ({"assurance": "verified"}, 0),
        ({"department": "hall.example"}, 4),
        ({"release": "acknowledge"}, 1),
        ({"since": "2020-01-01", "until": "2020-12-31"}, 0),
        ({"since": "0001-01-01", "until": "9999-12-31"}, 4),
        ({"since": "2110-01-01"}, 0),
    ],
)
def test_decisions_are_found_by_what_they_were(auditor: Visitor, form: dict[str, str], count: int) -> None:
    """Each filter alone, and two together."""
    assert len(rows(auditor.post("/journal", form).text)) == count


def test_a_searched_address_stands_in_no_link(auditor: Visitor) -> None:
    """What is typed becomes a keyed hash before the browser is sent on."""
    answer = auditor.post("/journal", {"recipient": "v03@gmail.com"})
    assert "v03" not in str(answer.url)
    assert "recipient=" in str(answer.url)
    assert rows(auditor.client.get(str(answer.url)).text) == rows(answer.text)


def test_a_kept_search_finds_the_same_again(auditor: Visitor) -> None:
    """It is a link under a name, for all auditors, and can be removed."""
    kept = auditor.post("/journal/searches", {"name": "stopped ones", "action": "block"})
    link = re.search(r'href="(/console/journal\?[^"]*)">stopped ones<', kept.text)
    assert link is not None
    assert len(rows(auditor.client.get(link[1].replace("&amp;", "&")).text)) == 1
    removed = sent(auditor, kept, "/journal/searches/remove")
    assert "stopped ones" not in removed.text


def test_a_kept_search_is_recorded_with_what_it_was_before(server: Server, auditor: Visitor) -> None:
    """Links may be about people, so both stand in the personal part."""
    page = auditor.get("/journal")
    for action in ("block", "warn"):
        seen = values_of(page, "/journal")["searches"]
        page = auditor.post("/journal/searches", {"name": "mine", "action": action, "searches": seen})
    [record, *_] = server.admin.get("/v1/journal", params={"kind": "search.kept"}).json()["records"]
    asked: dict[str, str | bool] = {"personal": True, "purpose": "test"}
    personal = server.admin.get(f"/v1/journal/{record['record_id']}", params=asked).json()["personal"]
    assert (personal["before"], personal["after"]) == ("action=block", "action=warn")
    sent(auditor, page, "/journal/searches/remove")


@pytest.mark.parametrize("link", [f"/journal?before={'9' * 5_000}", f"/journal/overview?days={'9' * 5_000}"])
def test_a_number_of_thousands_of_digits_is_as_good_as_none(auditor: Visitor, link: str) -> None:
    """Python refuses to read it; the page is shown as without it."""
    assert auditor.get(link).status_code == 200


def test_a_day_that_is_none_loses_nothing(auditor: Visitor) -> None:
    """The form comes back with a sentence."""
    answer = auditor.get("/journal?since=yesterday&action=block")
    assert answer.status_code == 422
    assert "A day is written as" in answer.text


def test_a_decision_is_explained_without_a_single_address(auditor: Visitor) -> None:
    """Reported, told, why with the rule's own text, what happened next; people and words masked."""
    decision = rows(auditor.post("/journal", {"action": "block"}).text)[0]
    text = auditor.get(f"/journal/decisions/{decision}").text
    for said in ("26 outside people", "26 people would each learn 25 addresses", "id: many_strangers", "Fixed"):
        assert said in text
    for secret in ("v03@gmail.com", "staff@hall.example", "secret subject"):
        assert secret not in text


def test_the_warning_stands_as_long_as_it_was_shown(auditor: Visitor) -> None:
    """How the sender let the mail go, and how long the warning had been there."""
    decision = rows(auditor.post("/journal", {"outcome": "released"}).text)[0]
    assert "on the screen for 5.3 seconds" in auditor.get(f"/journal/decisions/{decision}").text


def test_personal_data_needs_a_purpose_and_leaves_a_trace(server: Server, auditor: Visitor) -> None:
    """Without a purpose nothing is shown; with one, admins see who looked and why."""
    decision = rows(auditor.post("/journal", {"action": "block"}).text)[0]
    refused = auditor.post(f"/journal/decisions/{decision}", {"purpose": " "})
    assert refused.status_code == 422
    assert "v03@gmail.com" not in refused.text
    shown = auditor.post(f"/journal/decisions/{decision}", {"purpose": "incident of September"})
    assert "v03@gmail.com" in shown.text
    assert "secret subject" in shown.text
    with server.visitor("admin") as admin:
        looks = admin.get("/journal/looks").text
    assert "incident of September" in looks
    assert "audit@hall.example" in looks


def test_a_decision_is_proven_on_its_page(server: Server, auditor: Visitor) -> None:
    """Once a checkpoint is signed over it, the page has checked the proof itself."""
    server.admin.post("/v1/journal/checkpoint").raise_for_status()
    decision = rows(auditor.post("/journal", {"action": "block"}).text)[0]
    assert "Proven: this record stands under a signed checkpoint" in auditor.get(f"/journal/decisions/{decision}").text


def test_a_search_is_taken_home_whole_and_nothing_else(auditor: Visitor) -> None:
    """One row for the one decision that matches, and no address."""
    answer = auditor.post("/journal/export", {"action": "block", "format": "csv"})
    assert answer.headers["content-disposition"] == 'attachment; filename="atesaki-journal.csv"'
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "v03@gmail.com" not in answer.text


def test_personal_data_is_taken_home_only_with_a_purpose(auditor: Visitor) -> None:
    """Without one nothing leaves; with one the look is recorded first."""
    refused = auditor.post("/journal/export", {"action": "block", "format": "csv", "personal": "yes"})
    assert refused.status_code == 422
    form = {"action": "block", "format": "csv", "personal": "yes", "purpose": "report to the city"}
    assert "v03@gmail.com" in auditor.post("/journal/export", form).text
    assert "report to the city" in auditor.get("/journal/looks").text


def test_an_unknown_decision_is_said_to_be_unknown(auditor: Visitor) -> None:
    """The page of a decision that is not there is a page."""
    answer = auditor.get("/journal/decisions/01a21d50-b78d-7ee9-aab6-ab6f8f042a2a")
    assert answer.status_code == 404
    assert "There is no such decision." in answer.text


def test_the_overview_counts_what_was_prevented(auditor: Visitor) -> None:
    """Near misses in people and disclosures, rules that never matched, clients by name."""
    text = auditor.get("/journal/overview").text
    assert "Near misses prevented: 1 mail was fixed before it left. 26 people did not learn 650 addresses" in text
    assert "Never matched" in text
    assert "Gmail (browser extension)" in text


@pytest.mark.parametrize("path", ["/journal", "/journal/overview", "/journal/looks"])
def test_only_auditors_and_admins_read_the_journal(server: Server, path: str) -> None:
    """Neither a roster's owner nor a checker."""
    for role, status in (("roster_owner", 403), ("checker", 403), ("auditor", 200), ("admin", 200)):
        with server.visitor(role) as visitor:  # type: ignore[arg-type]  # Each is a role.
            assert visitor.get(path).status_code == status


@pytest.mark.parametrize(("language", "said"), [("en", "The time zone was changed"), ("ja", "タイムゾーンが変わった")])
def test_the_overview_says_which_days_are_of_a_former_time_zone(server: Server, language: str, said: str) -> None:
    """And how to count them anew."""
    zone = index_names.c.kind == "zone"
    store = open_store(server.store_address)
    try:
        with server.visitor("auditor", language=language) as auditor:
            assert said not in auditor.get("/journal/overview").text
            with store.write() as connection:
                connection.execute(insert(index_names).values(kind="zone", name="America/Havana"))
            page = auditor.get("/journal/overview").text
    finally:
        with store.write() as connection:
            connection.execute(delete(index_names).where(zone, index_names.c.name == "America/Havana"))
        store.close()
    assert said in page
    assert "America/Havana" in page
