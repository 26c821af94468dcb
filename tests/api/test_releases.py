"""Releases and outcomes over HTTP: exactly the message that was accepted may go, and only once."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import update
from tests.api.mails import VOLUNTEERS, Json, decide, mail, records
from tests.server import Server, running_server

from atesaki.storage.engine import micros, open_store
from atesaki.storage.tables import releases

STRANGERS = ["one@first.example", "two@second.example", "three@third.example"]


def held(**more: Any) -> Json:  # noqa: ANN401  # Any part of a message.
    """Return a mail to three strangers, which warns and wants an acknowledgement."""
    return mail(**{"to": STRANGERS, "subject": "Minutes", "body_text": "As agreed.", **more})


def release(server: Server, decision_id: str, **body: object) -> Response:
    """Release a decision, by acknowledgement unless told otherwise."""
    sent = {"kind": "acknowledge", "shown_ms": 5_300, **body}
    answer: Response = server.client.post(f"/v1/decisions/{decision_id}/release", json=sent)
    return answer


def test_acknowledged_message_is_allowed_once_and_recorded(server: Server) -> None:
    """The release lets this message go, says so in the answer, and is used up."""
    first = decide(server, held())
    answer = release(server, first["decision_id"])
    sent = decide(server, held())
    again = decide(server, held())
    assert (first["action"], first["release"], answer.status_code) == ("warn", "acknowledge", 200)
    assert sent["action"] == "allow"
    assert sent["released_by"] == {"decision_id": first["decision_id"], "kind": "acknowledge"}
    assert again["action"] == "warn"
    kinds = [record["kind"] for record in records(server, first["decision_id"])]
    assert kinds == ["decision.recorded", "decision.released"]


CHANGES: dict[str, Json] = {
    "one recipient more": {"to": [*STRANGERS, "four@fourth.example"]},
    "another field": {"to": STRANGERS[:2], "cc": STRANGERS[2:]},
    "another subject": {"subject": "Other"},
    "another text": {"body_text": "Something else."},
    "an attachment": {"attachments": [{"name": "list.xlsx", "size": 9}]},
    "another sender": {"sender": {"address": "other@hall.example"}},
}


@pytest.mark.parametrize("change", CHANGES)
def test_changed_message_is_judged_anew(server: Server, change: str) -> None:
    """An acknowledgement covers what was shown, and nothing else."""
    subject = f"Minutes for {change}"
    release(server, decide(server, held(subject=subject))["decision_id"])
    assert (
        decide(server, {**held(subject=subject), **held(**{"subject": subject, **CHANGES[change]})})["action"] == "warn"
    )


def test_order_of_recipients_and_their_names_change_nothing(server: Server) -> None:
    """Mail clients reorder and resolve recipients without anybody's doing."""
    release(server, decide(server, held(subject="order"))["decision_id"])
    message = held(to=reversed(STRANGERS), subject="order")
    message["to"][0]["name"] = "Resolved Name"
    assert decide(server, message)["action"] == "allow"


def test_block_that_nobody_may_release_stays_a_block(server: Server) -> None:
    """The pane can't talk the server into letting a roster out."""
    server.admin.post(
        "/v1/rosters", json={"name": "volunteers", "owner": "office", "purpose": "news", "handling": "protected"}
    )
    members = "\n".join(["address", *VOLUNTEERS])
    server.admin.put("/v1/rosters/volunteers/members", content=members, headers={"Content-Type": "text/csv"})
    blocked = decide(server, mail(to=VOLUNTEERS))
    answer = release(server, blocked["decision_id"], kind="justify", justification="because")
    assert blocked["release"] == "never"
    assert (answer.status_code, answer.json()["type"]) == (409, "release-not-allowed")
    assert decide(server, mail(to=VOLUNTEERS))["action"] == "block"


def test_justification_needs_a_reason_and_an_acknowledgement_is_not_enough(server: Server) -> None:
    """Where policy wants a typed reason, a tick does not do."""
    outsiders = [f"person@company{number:02}.co.jp" for number in range(12)]
    blocked = decide(server, mail(to=outsiders))
    tick = release(server, blocked["decision_id"])
    empty = release(server, blocked["decision_id"], kind="justify", justification="  ")
    reason = release(server, blocked["decision_id"], kind="justify", justification="They asked for it.")
    assert blocked["release"] == "justify"
    assert (tick.status_code, tick.json()["type"]) == (409, "release-not-allowed")
    assert (empty.status_code, empty.json()["field"]) == (422, "justification")
    assert reason.status_code == 200
    assert decide(server, mail(to=outsiders))["released_by"]["kind"] == "justify"


def test_release_said_twice_is_recorded_once(server: Server) -> None:
    """A client that lost the answer may ask again."""
    first = decide(server, held(subject="twice"))
    answers = [release(server, first["decision_id"]).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert [record["kind"] for record in records(server, first["decision_id"])].count("decision.released") == 1


def test_release_that_is_used_up_is_not_promised_again(server: Server) -> None:
    """A pane that still shows the earlier decision hears that it lets nothing go, until the message comes back."""
    first = decide(server, held(subject="used"))
    release(server, first["decision_id"])
    allowed = decide(server, held(subject="used"))
    used = release(server, first["decision_id"])
    server.client.post(f"/v1/decisions/{allowed['decision_id']}/outcome", json={"outcome": "cancelled"})
    assert (used.status_code, used.json()["type"]) == (409, "release-used")
    assert release(server, first["decision_id"]).status_code == 200


def test_release_said_by_several_requests_at_once_is_recorded_once(server: Server) -> None:
    """A client that tries again while its first request waits for the record is told the same, of one record."""
    first = decide(server, held(subject="at once"))
    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(lambda _: release(server, first["decision_id"]).text, range(8)))
    kinds = [record["kind"] for record in records(server, first["decision_id"])]
    assert len(set(answers)) == 1
    assert kinds == ["decision.recorded", "decision.released"]


def test_allowed_message_has_nothing_to_release(server: Server) -> None:
    """Only what is held can be released."""
    allowed = decide(server, mail(to=["one@partner.example"]))
    assert release(server, allowed["decision_id"]).status_code == 409


@pytest.mark.parametrize(
    "decision_id", ["6f9619ff-8b86-4011-b42d-00c04fc964ff", "0192f000-0000-7000-8000-000000000000"]
)
def test_unknown_decision_is_not_found(server: Server, decision_id: str) -> None:
    """Ids can't be guessed, and a wrong one says nothing."""
    answer = release(server, decision_id)
    assert (answer.status_code, answer.json()["type"]) == (404, "decision-not-found")


@pytest.mark.parametrize(
    ("body", "field"),
    [({"kind": "never"}, "kind"), ({"shown_ms": -1}, "shown_ms"), ({"justification": "x" * 2_001}, "justification")],
)
def test_bad_release_names_its_field(server: Server, body: Json, field: str) -> None:
    """The pane's mistakes are found at once."""
    answer = release(server, decide(server, held(subject="bad"))["decision_id"], **body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_release_outlives_a_restart_and_not_its_time(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Pending releases are in the store; after fifteen minutes they are worth nothing."""
    folder = tmp_path_factory.mktemp("store")
    with running_server(folder) as server:
        for subject in ("kept", "late"):
            release(server, decide(server, held(subject=subject))["decision_id"])
    with running_server(folder) as server:
        assert decide(server, held(subject="kept"))["action"] == "allow"
        store = open_store(folder)
        with store.write() as connection:
            past = micros(dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1))
            connection.execute(update(releases).values(expires_at=past))
        store.close()
        assert decide(server, held(subject="late"))["action"] == "warn"


@pytest.mark.parametrize("outcome", ["sent", "sent_anyway", "fixed", "cancelled"])
def test_outcome_is_recorded_under_its_decision(server: Server, outcome: str) -> None:
    """What became of a message stands beside what was decided."""
    decision_id = decide(server, held(subject=outcome))["decision_id"]
    answer = server.client.post(f"/v1/decisions/{decision_id}/outcome", json={"outcome": outcome})
    last = records(server, decision_id)[-1]
    assert answer.status_code == 204
    assert (last["kind"], last["body"]["outcome"]) == ("outcome.reported", outcome)


def test_release_of_a_message_that_did_not_go_is_given_back(server: Server) -> None:
    """Whoever says no to the mail program's own question needn't accept again; what was sent is used up."""
    release(server, decide(server, held(subject="no subject?"))["decision_id"])
    for outcome in ("cancelled", "cancelled", "sent"):
        allowed = decide(server, held(subject="no subject?"))
        assert allowed["action"] == "allow"
        server.client.post(f"/v1/decisions/{allowed['decision_id']}/outcome", json={"outcome": outcome})
    assert decide(server, held(subject="no subject?"))["action"] == "warn"


def test_outcome_of_an_unknown_decision_is_not_found(server: Server) -> None:
    """Nothing is recorded for a decision that never was."""
    answer = server.client.post(f"/v1/decisions/{uuid.uuid4()}/outcome", json={"outcome": "sent"})
    assert answer.status_code == 404


def test_sent_message_makes_its_recipient_known(server: Server) -> None:
    """The second mail to the same person is no first-time mail any more."""
    message = mail(to=["fresh@newcomer.example"])

    def first_time(decision: Json) -> bool:
        [record] = records(server, decision["decision_id"])
        return any("first_time" in finding["rule"] + finding["policy"] for finding in record["body"]["findings"])

    before = decide(server, message)
    assert first_time(before)
    assert first_time(decide(server, message)), "an allowed check alone proves no sending"
    server.client.post(f"/v1/decisions/{before['decision_id']}/outcome", json={"outcome": "sent"})
    assert not first_time(decide(server, message))
