"""Records become OCSF events: what was judged in numbers, and no address unless it is asked for."""

import json
from typing import Any

import pytest
from tests.journal.conftest import NOW

from atesaki.journal.feed.event import WITHHELD, event_of
from atesaki.journal.record import Entry, draft, exact_bytes
from atesaki.journal.stored import Stored

BODY = {
    "action": "block",
    "release": "never",
    "findings": [
        {"policy": "free_mail", "rule": "many", "action": "warn", "mode": "enforce"},
        {"policy": "roster_visible", "rule": "members", "action": "block", "mode": "enforce"},
        {"policy": "new", "rule": "idea", "action": "block", "mode": "simulate"},
    ],
    "recipients": {"to": {"internal": 1, "external": 25}},
    "policy_revision": "r7",
}
PEOPLE = {
    "sender": {"address": "staff@hall.example"},
    "to": [{"address": "v01@gmail.example"}],
    "cc": [],
    "bcc": [{"address": "v02@gmail.example"}],
    "subject": "お知らせ",
}
REQUIRED = ("activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid")


def _event(kind: str, body: dict[str, Any], people: dict[str, Any] | None = None) -> dict[str, Any]:
    made = draft(Entry(kind, "d1", body), NOW)
    blob = json.dumps(people).encode() if people else None
    body_bytes = exact_bytes(made, "atesaki/1", 7)
    stored = Stored("atesaki/1", 7, made.record_id, kind, "d1", made.recorded_at, b"", body_bytes, None, blob, None)
    event: dict[str, Any] = json.loads(event_of(stored).body)
    assert event["metadata"]["uid"] == made.record_id
    assert [name for name in REQUIRED if name not in event] == []
    return event


def test_a_decision_is_an_email_activity_under_a_security_control() -> None:
    """Class, direction, verdict and policy are where OCSF looks for them."""
    event = _event("decision.recorded", BODY)
    assert (event["class_uid"], event["type_uid"], event["direction_id"]) == (4009, 400901, 2)
    assert (event["action_id"], event["disposition_id"], event["is_alert"]) == (2, 2, True)
    assert event["policy"] == {
        "name": "roster_visible.members",
        "uid": "roster_visible",
        "version": "r7",
        "is_applied": True,
    }
    assert event["metadata"]["profiles"] == ["security_control"]
    assert (event["metadata"]["log_name"], event["metadata"]["sequence"]) == ("atesaki/1", 7)
    assert event["time"] == 1_775_295_000_123


def test_no_address_is_in_it_unless_it_is_asked_for() -> None:
    """Where OCSF requires one, one stands that can never exist."""
    plain = _event("decision.recorded", BODY)
    assert (plain["email"]["from"], plain["email"]["to"], "subject" in plain["email"]) == (WITHHELD, [WITHHELD], False)
    assert json.dumps(plain).replace(WITHHELD, "").count("@") == 0
    full = _event("decision.recorded", BODY, PEOPLE)
    assert full["email"]["from"] == "staff@hall.example"
    assert (full["email"]["to"], full["email"]["subject"]) == (["v01@gmail.example"], "お知らせ")
    assert full["unmapped"]["bcc"] == ["v02@gmail.example"]


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("decision.recorded", {"action": "allow"}, (1, 1, 1)),
        ("decision.recorded", {"action": "warn"}, (2, 23, 3)),
        ("decision.recorded", {"action": "allow", "released_by": {"kind": "acknowledge"}}, (1, 8, 2)),
        ("decision.recorded", {}, (2, 2, 4)),
        ("decision.released", {"kind": "justify"}, (1, 8, 2)),
        ("second_check.granted", {"kind": "second_check"}, (1, 8, 2)),
        ("outcome.reported", {"outcome": "sent"}, (1, 1, 1)),
        ("outcome.reported", {"outcome": "sent_anyway"}, (1, 8, 3)),
        ("outcome.reported", {"outcome": "fixed"}, (1, 11, 1)),
        ("outcome.reported", {"outcome": "cancelled"}, (2, 6, 1)),
    ],
)
def test_what_was_decided_and_what_became_of_it_have_dispositions(
    kind: str, body: dict[str, Any], expected: tuple[int, int, int]
) -> None:
    """Action, disposition and severity follow the decision, its release and its outcome."""
    event = _event(kind, body)
    assert (event["action_id"], event["disposition_id"], event["severity_id"]) == expected
    assert event["metadata"]["correlation_uid"] == "d1"


def test_mail_among_colleagues_is_internal() -> None:
    """Only where nobody else is among the recipients."""
    assert _event("decision.recorded", {"recipients": {"to": {"internal": 3}}})["direction_id"] == 3
    assert (
        _event("decision.recorded", {"recipients": {"to": {"internal": 3}, "cc": {"partner": 1}}})["direction_id"] == 2
    )


@pytest.mark.parametrize("body", [b"not json", b"{}", b'{"stream":1}'])
def test_a_record_that_somebody_broke_is_an_alert_and_ends_no_feed(body: bytes) -> None:
    """It keeps its place, and says what to do."""
    stored = Stored("atesaki/1", 7, "r1", "decision.recorded", "d1", 0, b"", body, None, b"neither", None)
    event = json.loads(event_of(stored).body)
    assert (event["metadata"]["sequence"], event["severity_id"]) == (7, 4)
    assert "verify the journal" in event["message"]


@pytest.mark.parametrize("findings", [[{}], [{"policy": "p", "rule": "r", "action": "unheard"}], "text", [1]])
def test_a_body_of_another_form_is_still_an_event(findings: object) -> None:
    """What a later version writes, or somebody changed."""
    assert _event("decision.recorded", {"action": "warn", "findings": findings})["metadata"]["sequence"] == 7


def test_other_records_are_base_events() -> None:
    """Whoever changed a rule or looked at people is seen too."""
    event = _event("policy.published", {"files": ["a.yaml"]}, {"author": "Kei"})
    assert (event["class_uid"], event["category_uid"], event["type_uid"]) == (0, 0, 99)
    assert (event["activity_name"], event["unmapped"]["files"]) == ("policy.published", ["a.yaml"])
