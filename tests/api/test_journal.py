"""`/v1/journal` for auditors: records, proofs, exports; personal data only with a purpose, and recorded."""

import json
from pathlib import Path

import pytest
from tests.api.mails import VOLUNTEERS, decide, mail, records
from tests.server import Server

from atesaki.journal.prove import read_proof, verify_proof
from atesaki.journal.verify_export import verify_export


def test_records_are_listed_newest_first_in_pages(server: Server) -> None:
    """An auditor can walk through everything, page by page, without a gap."""
    made = [decide(server, mail(to=VOLUNTEERS))["decision_id"] for _ in range(5)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while len(seen) < 5:
        page = server.admin.get("/v1/journal", params={"kind": "decision.recorded", "limit": "2", **cursor}).json()
        seen += [record["subject"] for record in page["records"]]
        cursor = {"after": page["next"]}
    assert seen[:5] == made[::-1]


def test_record_is_shown_with_its_proof_and_without_people(server: Server) -> None:
    """One record can be proven without the rest, and without telling whom it is about."""
    decision = decide(server, mail(to=VOLUNTEERS))
    [record] = records(server, decision["decision_id"])
    assert "atesaki" in server.admin.post("/v1/journal/checkpoint").json()["checkpoint"]
    shown = server.admin.get(f"/v1/journal/{record['record_id']}").json()
    assert shown["proof"]["hashes"]
    assert shown["personal"] is None
    assert "@" not in json.dumps(shown["record"])


def test_personal_data_needs_a_purpose_and_looking_is_recorded(server: Server) -> None:
    """Whoever reads addresses says what for, and the journal remembers it."""
    [record] = records(server, decide(server, mail(to=VOLUNTEERS))["decision_id"])
    path = f"/v1/journal/{record['record_id']}"
    refused = server.admin.get(path, params={"personal": "true"})
    shown = server.admin.get(path, params={"personal": "true", "purpose": "Incident 12"}).json()
    viewed = server.admin.get("/v1/journal", params={"kind": "personal_data.viewed", "limit": 1}).json()["records"][0]
    assert (refused.status_code, refused.json()["field"]) == (422, "purpose")
    assert shown["personal"]["to"][0]["address"] == VOLUNTEERS[0]
    assert (viewed["subject"], viewed["body"]["purpose"]) == (record["record_id"], "Incident 12")


@pytest.mark.parametrize("path", ["/v1/journal", "/v1/journal/export"])
@pytest.mark.parametrize(("name", "text"), [("from", "2026-04-01T00:00:00Z"), ("since", "2026"), ("until", "0.5")])
def test_filter_that_is_not_understood_selects_nothing(server: Server, path: str, name: str, text: str) -> None:
    """A misspelt name, or a year that would be seconds since 1970, must not hand out everything."""
    refused = server.admin.get(path, params={name: text})
    assert (refused.status_code, refused.json()["field"]) == (422, name)


@pytest.mark.parametrize("path", ["/v1/journal", "/v1/journal/export"])
def test_time_that_ends_before_it_begins_is_refused(server: Server, path: str) -> None:
    """An auditor who swaps two dates must not read that nothing was recorded."""
    swapped = {"since": "2026-04-02T00:00:00Z", "until": "2026-04-01T00:00:00Z"}
    refused = server.admin.get(path, params=swapped)
    assert (refused.status_code, refused.json()["field"]) == (422, "until")


def test_export_verifies_offline_and_names_nobody_unless_asked(server: Server, tmp_path: Path) -> None:
    """The file alone proves what was recorded, up to its last record."""
    decide(server, mail(to=VOLUNTEERS))
    plain = server.admin.get("/v1/journal/export", params={"format": "jsonl"})
    full = server.admin.get("/v1/journal/export", params={"personal": "true", "purpose": "Audit"})
    refused = server.admin.get("/v1/journal/export", params={"personal": "true"})
    file = tmp_path / "export.jsonl"
    file.write_bytes(plain.content)
    with file.open("rb") as lines:
        tally = verify_export(lines)
    assert (tally.records > 0, tally.newer) == (True, 0)
    assert VOLUNTEERS[0] not in plain.text
    assert VOLUNTEERS[0] in full.text
    assert refused.status_code == 422


def test_unknown_record_is_not_found_and_a_bad_filter_is_named(server: Server) -> None:
    """A wrong id and a wrong date are answered in one sentence."""
    missing = server.admin.get("/v1/journal/0192f000-0000-7000-8000-000000000000")
    bad = server.admin.get("/v1/journal", params={"since": "2026-04-01T00:00:00"})
    assert (missing.status_code, missing.json()["type"]) == (404, "record-not-found")
    assert (bad.status_code, bad.json()["field"]) == (422, "since")


def test_a_table_and_a_proof_can_be_downloaded(server: Server) -> None:
    """CSV has a row a decision, with the number of records in a header; a proof verifies by itself."""
    decision = decide(server, mail(to=VOLUNTEERS))
    table = server.admin.get("/v1/journal/export", params={"format": "csv"})
    assert decision["decision_id"] in table.text
    assert (table.headers["content-type"], int(table.headers["atesaki-records"]) > 0) == (
        "text/csv; charset=utf-8",
        True,
    )
    [record] = records(server, decision["decision_id"])
    file = server.admin.get(f"/v1/journal/{record['record_id']}/proof").content
    proven = verify_proof(read_proof(file))
    assert proven is not None
    assert proven.subject == decision["decision_id"]


@pytest.mark.parametrize("text", ["a\n5\nAAAAA\n\nb", "a\n99999999999999999999\nAAAA\n\nb", "a"])
def test_a_kept_checkpoint_that_can_not_be_read_is_refused(server: Server, text: str) -> None:
    """It is the caller's mistake, and said before anything is sent."""
    answer = server.admin.get("/v1/journal/export", params={"checkpoint": text})
    assert (answer.status_code, answer.json()["detail"]) == (422, "The checkpoint can't be read.")


def test_an_export_continues_the_checkpoint_that_the_receiver_keeps(server: Server) -> None:
    """The kept checkpoint goes with the question; one that can't be read is refused."""
    decide(server, mail(to=VOLUNTEERS))
    kept = server.admin.post("/v1/journal/checkpoint").json()["checkpoint"]
    decide(server, mail(to=VOLUNTEERS))
    since = "2100-01-01T00:00:00Z"
    part = server.admin.get("/v1/journal/export", params={"since": since, "checkpoint": kept})
    assert verify_export(part.content.splitlines(keepends=True), known=[kept]).kept == 1
    assert server.admin.get("/v1/journal/export", params={"checkpoint": "nonsense"}).status_code == 422
