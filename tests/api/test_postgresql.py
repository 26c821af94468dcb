"""The decision path on PostgreSQL, with two servers on one store."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.api.mails import VOLUNTEERS, decide, mail, records
from tests.postgres import Cluster
from tests.server import Server, running_server
from tests.waiting import wait_until

STRANGERS = ["one@first.example", "two@second.example", "three@third.example"]


def test_two_servers_share_decisions_releases_retries_and_the_organization(postgres: Cluster, tmp_path: Path) -> None:
    """A client may reach another replica with each request and notices nothing."""
    shared: dict[str, Any] = {"database_url": postgres.database(), "internal_domains": ("hall.example",)}
    with running_server(tmp_path / "a", **shared) as first, running_server(tmp_path / "b", **shared) as second:
        blocked = decide(first, mail(to=VOLUNTEERS))
        assert blocked["action"] == "block"
        assert [record["kind"] for record in records(second, blocked["decision_id"])] == ["decision.recorded"]

        held = decide(first, mail(to=STRANGERS))
        released = second.client.post(f"/v1/decisions/{held['decision_id']}/release", json={"kind": "acknowledge"})
        assert released.status_code == 200
        key = {"Idempotency-Key": str(uuid.uuid4())}
        allowed = decide(second, mail(to=STRANGERS), headers=key)
        assert allowed["released_by"]["decision_id"] == held["decision_id"]
        assert decide(first, mail(to=STRANGERS), headers=key) == allowed
        assert decide(first, mail(to=STRANGERS))["action"] == "warn"


def test_character_that_postgresql_does_not_keep_is_no_error_of_ours(postgres: Cluster, tmp_path: Path) -> None:
    """Whoever signs in, or searches, can type anything."""
    typed = {"address": "a\0@hall.example", "password": "x"}
    with running_server(tmp_path, database_url=postgres.database()) as server:
        assert server.anonymous.post("/console/sign-in", data=typed).status_code == 400
        with server.visitor("auditor") as auditor:
            assert auditor.get("/journal?rule=a%00b").status_code == 400


def test_database_that_is_read_only_is_a_503_until_it_is_not(postgres: Cluster, tmp_path: Path) -> None:
    """After a fail-over to a server that still stands by, every way to write says when to come back."""
    with running_server(tmp_path, database_url=postgres.database()) as server:
        assert _statuses(server) == {200}
        with postgres.read_only():
            # Sessions notice the change of the server's settings a moment later.
            wait_until(lambda: _statuses(server) == {503})
        wait_until(lambda: _statuses(server) == {200})


def test_figures_that_wait_for_the_database_keep_nobody_else_waiting(postgres: Cluster, tmp_path: Path) -> None:
    """The lag of a receiver is read from the store, whose locks and failures are no affair of senders."""
    address = postgres.database()
    receiver: dict[str, Any] = {"feed_webhook_url": "https://127.0.0.1:9/x", "feed_webhook_secret": "s" * 40}
    with running_server(tmp_path, database_url=address, **receiver) as server, psycopg.connect(address) as other:
        other.execute("LOCK TABLE feed_cursors IN ACCESS EXCLUSIVE MODE")
        with ThreadPoolExecutor(1) as thread:
            figures = thread.submit(server.admin.get, "/metrics", timeout=30)
            try:
                with pytest.raises(TimeoutError):
                    figures.result(0.5)
                assert server.anonymous.get("/healthz", timeout=5).status_code == 200
            finally:
                other.rollback()
            assert figures.result(30).status_code == 200


def _statuses(server: Server) -> set[int]:
    """Write in three ways; a refusal says when to ask again."""
    body, key = {"message": mail(to=STRANGERS)}, {"Idempotency-Key": str(uuid.uuid4())}
    decision = server.client.post("/v1/decisions", json=body)
    once = server.client.post("/v1/decisions", json=body, headers=key)
    organization = server.admin.put("/v1/organization", json={"internal_domains": ["hall.example"]})
    for answer in (decision, once, organization):
        assert answer.is_success or int(answer.headers["retry-after"]) > 0, answer.text
    return {decision.status_code, once.status_code, organization.status_code}


def test_a_text_that_postgresql_does_not_hold_is_the_askers_mistake(postgres: Cluster, tmp_path: Path) -> None:
    """One sentence on a page of the console instead of an error of the server's."""
    with (
        running_server(tmp_path, database_url=postgres.database()) as server,
        server.visitor("auditor", language="ja") as auditor,
    ):
        answer = auditor.get("/journal?rule=x%00")
    assert answer.status_code == 400
    assert "読めないものがあります" in answer.text
