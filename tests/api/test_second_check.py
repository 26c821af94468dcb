"""The second check over HTTP: asked for with the deployment key, answered in the console, good for one Send."""

from collections.abc import Iterator

import pytest
from tests.api.mails import CHECKER, SECOND_CHECK_OUTSIDE, Json, answer_check, decide, mail, records
from tests.server import Server, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A hall whose mails to outsiders are checked by a second person."""
    with running_server(tmp_path_factory.mktemp("store"), internal_domains=("hall.example",)) as started:
        started.admin.put("/v1/policies", json=SECOND_CHECK_OUTSIDE).raise_for_status()
        yield started


def held(server: Server, subject: str, locale: str = "en") -> Json:
    """Send a mail to an outsider."""
    return decide(server, mail(to=["one@first.example"], subject=subject), locale=locale)


def test_a_checked_mail_goes_once(server: Server) -> None:
    """From Send to Send: held, asked, granted by somebody else, allowed, held again."""
    first = held(server, "Minutes")
    path = f"/v1/decisions/{first['decision_id']}/second_check"
    assert (first["action"], first["release"]) == ("block", "second_check")
    assert server.client.get(path).json()["type"].endswith("second-check-not-asked")
    asked = server.client.post(path, json={"note": "Right list?"})
    assert asked.status_code == 200
    assert (asked.json()["state"], asked.json()["told"]) == ("waiting", False)
    assert asked.json()["url"] == f"{server.base_url}/console/checks/{first['decision_id']}"
    assert held(server, "Minutes")["action"] == "block"
    answer_check(server, first["decision_id"], "granted", "Fine.")
    granted = server.client.get(path).json()
    assert (granted["state"], granted["by"], granted["comment"]) == ("granted", CHECKER, "Fine.")
    sent = held(server, "Minutes")
    assert sent["action"] == "allow"
    assert sent["released_by"] == {"decision_id": first["decision_id"], "kind": "second_check"}
    assert held(server, "Minutes")["action"] == "block"
    kinds = [record["kind"] for record in records(server, first["decision_id"])]
    assert kinds == ["decision.recorded", "second_check.requested", "second_check.granted"]


def test_a_checked_mail_that_did_not_go_needs_no_new_check(server: Server) -> None:
    """Nobody asks a colleague twice because the mail program had a question of its own."""
    first = held(server, "Cancelled")
    path = f"/v1/decisions/{first['decision_id']}/second_check"
    server.client.post(path, json={})
    answer_check(server, first["decision_id"], "granted", "")
    sent = held(server, "Cancelled")
    server.client.post(f"/v1/decisions/{sent['decision_id']}/outcome", json={"outcome": "cancelled"})
    assert server.client.get(path).json()["state"] == "granted"
    assert held(server, "Cancelled")["action"] == "allow"
    assert held(server, "Cancelled")["action"] == "block"


def test_a_request_is_withdrawn_and_made_anew(server: Server) -> None:
    """After it nobody was asked, as far as clients are told; what was answered first is refused as such."""
    first = held(server, "Withdrawn")
    path = f"/v1/decisions/{first['decision_id']}/second_check"
    assert server.client.post(f"{path}/withdrawal").json()["type"].endswith("second-check-not-asked")
    server.client.post(path, json={})
    withdrawn = server.client.post(f"{path}/withdrawal")
    assert (withdrawn.status_code, withdrawn.json()["state"]) == (200, "withdrawn")
    assert server.client.get(path).json()["type"].endswith("second-check-not-asked")
    again = held(server, "Withdrawn")
    assert "earlier_second_check" not in [each["rule"] for each in again["findings"]]
    assert server.client.post(path, json={}).json()["state"] == "waiting"
    answer_check(server, first["decision_id"], "granted", "")
    late = server.client.post(f"{path}/withdrawal")
    assert (late.status_code, late.json()["type"].rsplit("/", 1)[-1]) == (409, "second-check-answered")
    assert held(server, "Withdrawn")["action"] == "allow"


def test_the_dialog_says_whom_to_ask(server: Server) -> None:
    """Without it a sender would be stopped and not told what to do."""
    assert "Ask a colleague to check it" in held(server, "Dialog")["dialog"]["text"]
    assert "ほかの人に確認を頼んで" in held(server, "Dialog", "ja")["dialog"]["text"]


def test_the_senders_own_word_lets_nothing_go(server: Server) -> None:
    """Neither a tick nor a reason is a second person."""
    first = held(server, "Own word")
    for kind in ("acknowledge", "justify", "second_check"):
        sent = {"kind": kind, "justification": "I am sure."}
        answer = server.client.post(f"/v1/decisions/{first['decision_id']}/release", json=sent)
        assert answer.status_code in {409, 422}
    assert held(server, "Own word")["action"] == "block"


BAD: dict[str, tuple[Json, str]] = {
    "a note too long": ({"note": "x" * 501}, "note"),
    "a note with NUL": ({"note": "\0"}, "note"),
    "another type": ({"note": 7}, "note"),
    "an unknown key": ({"checker": "me"}, "checker"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_question_says_where(server: Server, case: str) -> None:
    """The field path, and nothing recorded."""
    first = held(server, f"Bad: {case}")
    body, field = BAD[case]
    answer = server.client.post(f"/v1/decisions/{first['decision_id']}/second_check", json=body)
    assert (answer.status_code, answer.json().get("field")) == (422, field)
    assert len(records(server, first["decision_id"])) == 1


def test_without_the_key_nobody_asks(server: Server) -> None:
    """Nor sees who checked what."""
    path = f"/v1/decisions/{held(server, 'Key')['decision_id']}/second_check"
    assert server.anonymous.post(path, json={}).status_code == 401
    assert server.anonymous.get(path).status_code == 401


def test_what_is_checked_is_collected(server: Server) -> None:
    """The rule reads recipients alone; a subject, text or file that a client left out could change after the check."""
    collected = server.client.get("/v1/clients/outlook/profile").json()["collect"]
    assert {"attachments", "body_text", "subject"} <= set(collected)
