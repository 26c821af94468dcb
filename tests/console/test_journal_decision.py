"""The page of one decision shows the reason that was given, and never calls proven what somebody changed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from tests.api.mails import CHECKER, SECOND_CHECK_OUTSIDE, answer_check
from tests.server import Server, Visitor, running_server

from atesaki.journal.merkle import leaf_hash
from atesaki.storage.engine import open_store
from atesaki.storage.tables import records

STRANGERS = ["a@x.jp", "b@y.com", "c@z.org"]
PROVEN = "Proven: this record stands under a signed checkpoint"
NOT_PROVEN = "Not proven: the record is not the one that was signed"
OTHER_PEOPLE = "This is not the personal data that was recorded"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / "store"


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    """A server that has judged two mails to strangers, of which one was let go with a reason."""
    with running_server(folder, internal_domains=("hall.example",)) as started:
        yield started


def _decide(server: Server, subject: str = "", **more: Any) -> str:  # noqa: ANN401  # Parts of a message.
    message = {"sender": {"address": "staff@hall.example", "name": "Mori"}, "cc": [], "bcc": [], "subject": subject}
    body = {"message": {**message, "to": [{"address": each} for each in STRANGERS], **more}, "locale": "en"}
    body["client"] = {"app": "outlook"}
    found = str(server.client.post("/v1/decisions", json=body).raise_for_status().json()["decision_id"])
    server.admin.post("/v1/journal/checkpoint").raise_for_status()
    return found


def _run(folder: Path, statement: str, **values: object) -> None:
    store = open_store(folder)
    with store.write() as connection:
        connection.execute(text(statement), values)
    store.close()


def _body(folder: Path, decision: str) -> bytes:
    store = open_store(folder)
    with store.read() as connection:
        body = connection.scalars(select(records.c.body).where(records.c.subject == decision)).one()
    store.close()
    return bytes(body)


def test_a_reason_is_shown_to_whoever_says_what_for(server: Server, auditor: Visitor) -> None:
    """Past which warning somebody sent, and with which reason; masked it is a number of characters."""
    decision = _decide(server)
    release = {"kind": "justify", "justification": "The board asked for it"}
    server.client.post(f"/v1/decisions/{decision}/release", json=release).raise_for_status()
    masked = auditor.get(f"/journal/decisions/{decision}").text
    assert "The reason has 22 characters" in masked
    assert "The board asked for it" not in masked
    shown = auditor.post(f"/journal/decisions/{decision}", {"purpose": "incident"}).text
    assert "The board asked for it" in shown
    assert "Mori &lt;staff@hall.example&gt;" in shown


def test_a_second_check_is_told_step_by_step(server: Server, auditor: Visitor) -> None:
    """Who asked, who said what: the words only to somebody who says what for."""
    server.admin.put("/v1/policies", json=SECOND_CHECK_OUTSIDE).raise_for_status()
    decision = _decide(server)
    asked = server.client.post(f"/v1/decisions/{decision}/second_check", json={"note": "Right list?"})
    assert asked.status_code == 200
    answer_check(server, decision, "declined", "Hanako left")
    masked = auditor.get(f"/journal/decisions/{decision}").text
    assert "The sender asked for a second check" in masked
    assert "A second person held it back" in masked
    assert "Right list?" not in masked
    assert "Hanako left" not in masked
    shown = auditor.post(f"/journal/decisions/{decision}", {"purpose": "incident"}).text
    assert "Right list?" in shown
    assert "Hanako left" in shown
    assert CHECKER in shown


def test_a_look_leads_to_the_decision_that_was_looked_at(server: Server, auditor: Visitor) -> None:
    """From its page and below `/v1`, where it is recorded under the record's id; an export is called one."""
    decision = _decide(server)
    auditor.post(f"/journal/decisions/{decision}", {"purpose": "incident"})
    (record,) = server.admin.get("/v1/journal", params={"decision_id": decision}).json()["records"]
    why = {"personal": "true", "purpose": "complaint"}
    server.admin.get(f"/v1/journal/{record['record_id']}", params=why).raise_for_status()
    server.admin.get("/v1/journal/export", params=why).raise_for_status()
    looks = auditor.get("/journal/looks").text
    assert looks.count(f'href="/console/journal/decisions/{decision}"') == 2
    assert "An export of the journal" in looks
    assert auditor.get(f"/journal/decisions/{decision}").status_code == 200


def test_a_record_that_was_changed_is_not_called_proven(server: Server, auditor: Visitor, folder: Path) -> None:
    """The bytes that are shown are hashed, not the hash that stands beside them."""
    decision = _decide(server)
    page = f"/journal/decisions/{decision}"
    assert PROVEN in auditor.get(page).text
    forged = _body(folder, decision).replace(b'"assurance":"claimed"', b'"assurance":"verified"')
    _run(folder, "UPDATE records SET body = :body WHERE subject = :decision", body=forged, decision=decision)
    assert NOT_PROVEN in auditor.get(page).text


def test_a_record_that_only_claims_a_place_is_not_called_proven(server: Server, auditor: Visitor, folder: Path) -> None:
    """A forged decision can't borrow the proof of the record at the position that it names."""
    forged, decision = _decide(server), "01a21d50-b78d-7ee9-aab6-ab6f8f042a2a"
    body = _body(folder, forged).replace(forged.encode(), decision.encode())
    columns = "stream, -5, 'forged', kind, :decision, recorded_at, :leaf, :body"
    insert = f"INSERT INTO records SELECT {columns} FROM records WHERE subject = :forged"  # noqa: S608  # A constant.
    _run(folder, insert, decision=decision, forged=forged, body=body, leaf=leaf_hash(body))
    assert NOT_PROVEN in auditor.get(f"/journal/decisions/{decision}").text


def test_personal_data_that_was_swapped_is_said_to_be_another(server: Server, auditor: Visitor, folder: Path) -> None:
    """The record commits to its people; whoever opens them is told where they are not those."""
    decision = _decide(server, "minutes")
    page = f"/journal/decisions/{decision}"
    assert OTHER_PEOPLE not in auditor.post(page, {"purpose": "incident"}).text
    statement = "UPDATE personal SET blob = CAST(replace(CAST(blob AS text), 'a@x.jp', 'z@x.jp') AS blob)"
    _run(folder, statement)
    assert OTHER_PEOPLE in auditor.post(page, {"purpose": "incident"}).text


def test_rules_that_were_changed_in_the_store_are_not_shown(server: Server, auditor: Visitor, folder: Path) -> None:
    """The text is that of exactly the revision, which is the hash of its files, or none."""
    decision = _decide(server)
    _run(folder, "UPDATE policy_revisions SET files = replace(files, 'id: strangers', 'id:  strangers')")
    text_of_page = auditor.get(f"/journal/decisions/{decision}").text
    assert "The rules of that day are no longer here" in text_of_page
    assert "The rule as it stood" not in text_of_page


@pytest.mark.parametrize("body", [b"\xff", b"{}"], ids=["no text", "nothing in it"])
def test_a_record_that_can_not_be_read_is_said_to_be_so(
    server: Server, auditor: Visitor, folder: Path, body: bytes
) -> None:
    """In one sentence that says what to do, on the page and below `/v1`."""
    decision = _decide(server)
    _run(folder, "UPDATE records SET body = :body WHERE subject = :decision", body=body, decision=decision)
    assert "“atesaki journal verify” says which one" in auditor.get(f"/journal/decisions/{decision}").text
    answer = server.admin.get("/v1/journal", params={"subject": decision})
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (500, "record-unreadable")


def test_what_could_not_be_read_is_said_in_the_reader_s_words(server: Server) -> None:
    """No name of a field or source from the program stands on a Japanese page."""
    decision = _decide(server, truncated=["body", "to"])
    with server.visitor("auditor", language="ja") as auditor:
        shown = auditor.get(f"/journal/decisions/{decision}").text
    assert "<dd>宛先、本文</dd>" in shown or "<dd>本文、宛先</dd>" in shown


def test_a_rule_is_called_by_its_title_of_that_day(server: Server, auditor: Visitor) -> None:
    """An id tells an auditor nothing; the page of each decision has a name of its own among the tabs."""
    page = auditor.get(f"/journal/decisions/{_decide(server)}?lang=ja").text
    assert "<span>面識のない人どうしのアドレスが互いに見える</span> <code>strangers_visible." in page
    assert "<title>判定の詳細 – 2" in page
