"""Health, readiness, metrics and the client profile; and what happens when the disk is gone."""

import shutil
import sqlite3
from pathlib import Path

from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs
from tests.api.mails import VOLUNTEERS, decide, mail
from tests.server import Server, running_server
from tests.waiting import wait_until

from atesaki.api.problem import respond_store_away
from atesaki.policies.shipped import shipped_folder


def test_profile_asks_for_what_the_policies_need_and_is_not_sent_twice(server: Server) -> None:
    """A client collects no field that no rule reads, and asks again for nothing."""
    first = server.client.get("/v1/clients/outlook/profile")
    again = server.client.get("/v1/clients/outlook/profile", headers={"If-None-Match": first.headers["etag"]})
    profile = first.json()
    assert set(profile["collect"]) >= {"attachments", "thread"}
    assert profile["fallback"] == {"internal_domains": ["hall.example"], "people": 3, "on_risk": "prompt"}
    assert profile["timeouts"]["decision_ms"] < profile["timeouts"]["total_ms"]
    assert (again.status_code, again.content) == (304, b"")


def test_monitors_may_ask_for_the_head_alone(server: Server) -> None:
    """HEAD is answered as GET is, without a body (RFC 9110 §9.3.2)."""
    for path in ("/healthz", "/readyz"):
        answer = server.client.head(path)
        assert (answer.status_code, answer.content) == (200, b"")


def test_wrong_method_is_told_all_right_ones(server: Server) -> None:
    """RFC 9110 §15.5.6: `Allow` lists every method of the address, whichever route answers it."""
    allowed = {
        path: server.admin.delete(path).headers["allow"]
        for path in (
            "/v1/organization",
            "/v1/rosters",
            "/v1/journal/checkpoint",
            "/v1/decisions",
            "/healthz",
            "/static/atesaki.css",
        )
    }
    assert allowed == {
        "/v1/organization": "GET, PUT",
        "/v1/rosters": "GET, POST",
        "/v1/journal/checkpoint": "POST",
        "/v1/decisions": "POST",
        "/healthz": "GET, HEAD",
        "/static/atesaki.css": "GET, HEAD",
    }


def test_unknown_client_has_no_profile(server: Server) -> None:
    """Only the clients that exist are served."""
    assert server.client.get("/v1/clients/thunderbird/profile").status_code == 422


def test_metrics_count_decisions_without_a_name(server: Server) -> None:
    """Operators see how much is stopped, never whose mail."""
    decide(server, mail(to=VOLUNTEERS))
    text = server.admin.get("/metrics").text
    assert 'atesaki_decisions_total{action="block"}' in text
    assert "atesaki_decision_seconds_bucket" in text
    assert "@" not in text


def _policy_folder(folder: Path) -> Path:
    shutil.copytree(shipped_folder(), folder)
    return folder


def test_broken_policy_file_leaves_the_server_ready_and_is_named(tmp_path: Path) -> None:
    """The last good set stays in force, and /readyz says which file and line."""
    folder = _policy_folder(tmp_path / "policies")
    with running_server(tmp_path / "store", policy_dir=folder) as server:
        (folder / "truncated.yaml").write_text("id: truncated\nrules: nonsense\n")
        problem = wait_until(lambda: server.anonymous.get("/readyz").json()["policies"].get("problem"))
        assert "truncated.yaml:1:1: " in problem
        assert server.anonymous.get("/readyz").status_code == 200
        assert decide(server, mail(to=VOLUNTEERS))["action"] == "block"


def test_strangers_read_nothing_of_a_broken_policy_but_where_it_is(tmp_path: Path) -> None:
    """What is wrong is told to admins: it may quote an address, and /readyz asks for no key."""
    folder = _policy_folder(tmp_path / "policies")
    with running_server(tmp_path / "store", policy_dir=folder) as server:
        text = (folder / "truncated.yaml").read_text()
        (folder / "truncated.yaml").write_text(text.replace("truncated:", "chief@hall.example:"))
        told = wait_until(lambda: server.admin.get("/v1/policies").json()["problem"])
        asked = server.anonymous.get("/readyz").json()["policies"]["problem"]
    assert "chief@hall.example" in told
    assert asked.startswith("truncated.yaml:")
    assert "@" not in asked


def test_without_a_writable_disk_nothing_is_answered_and_it_recovers(tmp_path: Path) -> None:
    """A decision that can't be recorded is a 503 that says when to come back; no restart is needed afterwards."""
    with running_server(tmp_path) as server:
        decide(server, mail(to=VOLUNTEERS))
        blocker = sqlite3.connect(tmp_path / "atesaki.db", isolation_level=None)
        blocker.execute("CREATE TRIGGER full BEFORE INSERT ON records BEGIN SELECT RAISE(FAIL, 'disk full'); END")
        refused = server.client.post("/v1/decisions", json={"message": mail(to=VOLUNTEERS)})
        unready = server.anonymous.get("/readyz")
        blocker.execute("DROP TRIGGER full")
        blocker.close()
        assert (refused.status_code, refused.json()["type"]) == (503, "journal-unavailable")
        assert int(refused.headers["retry-after"]) >= 1
        assert unready.status_code == 503
        wait_until(lambda: server.client.post("/v1/decisions", json={"message": mail(to=VOLUNTEERS)}).is_success)
        wait_until(lambda: server.anonymous.get("/readyz").is_success)


def test_a_store_that_is_away_is_logged_with_its_cause_alone() -> None:
    """IT reads why in the log, clients when to come back, and nobody what was to be written."""
    full = sqlite3.OperationalError("kei@hall.example")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    with capture_logs() as logs:
        answer = respond_store_away(OperationalError("INSERT", {"address": "kei@hall.example"}, full))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert [log["cause"] for log in logs] == ["the disk is full"]
    assert b"@" not in bytes(answer.body)
    assert "@" not in str(logs)


def test_the_process_says_that_it_lives(server: Server) -> None:
    """A container platform needs no key to see that."""
    assert server.anonymous.get("/healthz").json() == {"status": "ok"}
    assert server.anonymous.get("/readyz").json() == {"status": "ready", "journal": {}, "policies": {}}


def test_large_body_is_a_problem_on_every_route(server: Server) -> None:
    """The limit speaks the same language as every other error."""
    answer = server.admin.put("/v1/organization", content=b" " * 1_048_577)
    assert (answer.status_code, answer.json()["type"]) == (413, "content-too-large")
    assert answer.headers["content-type"] == "application/problem+json"
