"""Who may call what, how often, and from which pages."""

from pathlib import Path
from typing import Any

import pytest
from tests.api.mails import VOLUNTEERS, decide, mail
from tests.server import ADMIN, KEY, Server, running_server

ADMIN_ONLY = [
    ("GET", "/v1/policies"),
    ("PUT", "/v1/policies"),
    ("GET", "/v1/organization"),
    ("PUT", "/v1/organization"),
    ("GET", "/v1/rosters"),
    ("POST", "/v1/rosters"),
    ("GET", "/v1/journal"),
    ("GET", "/v1/journal/export"),
    ("POST", "/v1/journal/checkpoint"),
    ("GET", "/v1/journal/0192f000-0000-7000-8000-000000000000"),
    ("GET", "/metrics"),
]


@pytest.mark.parametrize(("method", "path"), ADMIN_ONLY)
def test_deployment_key_opens_nothing_of_the_admins(server: Server, method: str, path: str) -> None:
    """The key stands in every manifest; it reads neither rosters nor the journal."""
    answer = server.client.request(method, path)
    assert (answer.status_code, answer.json()["type"]) == (401, "admin-token-required")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_admin_token_is_no_deployment_key(server: Server) -> None:
    """Each credential opens its own door."""
    answer = server.admin.post("/v1/decisions", json={"message": mail(to=VOLUNTEERS)})
    assert answer.status_code == 401


def test_two_keys_are_valid_while_one_replaces_the_other(tmp_path: Path) -> None:
    """Clients are moved to a new key without an hour in which nothing is checked."""
    old, new = KEY, "another-deployment-key-9876543210"
    with running_server(tmp_path, deployment_keys=(old, new)) as server:
        for key in (old, new):
            decide(server, mail(to=VOLUNTEERS), headers={"Atesaki-Key": key})


def test_keys_are_created_once_and_shown_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The first start prints what it made, later starts only know its digest, and the store never holds it."""
    unset: dict[str, Any] = {"deployment_keys": (), "admin_token": None}
    with running_server(tmp_path, **unset) as server:
        shown = dict(line.rsplit(": ", 1) for line in capfd.readouterr().out.splitlines())
        key, token = (shown[f"{name} (shown only now, keep it safe)"] for name in ("Deployment key", "Admin token"))
    with running_server(tmp_path, **unset) as server:
        assert capfd.readouterr().out == ""
        decide(server, mail(to=VOLUNTEERS), headers={"Atesaki-Key": key})
        assert server.anonymous.get("/v1/journal", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert not any(secret.encode() in path.read_bytes() for path in tmp_path.iterdir() for secret in (key, token))


def test_metrics_token_reads_metrics_and_nothing_else(tmp_path: Path) -> None:
    """A monitoring system needn't hold the key to the journal."""
    token = "metrics-token-0123456789"
    with running_server(tmp_path, metrics_token=token) as server:
        headers = {"Authorization": f"Bearer {token}"}
        assert server.anonymous.get("/metrics", headers=headers).status_code == 200
        refused = server.anonymous.get("/v1/journal", headers=headers)
        assert (refused.status_code, refused.json()["type"]) == (403, "not-permitted")


def test_sender_who_asks_too_often_waits_and_is_recorded_once(tmp_path: Path) -> None:
    """Whoever probes a roster is slowed down and leaves a trace, without flooding the journal."""
    with running_server(tmp_path, rate_per_sender=1) as server:
        answers = [server.client.post("/v1/decisions", json={"message": mail(to=VOLUNTEERS)}) for _ in range(9)]
        other = server.client.post(
            "/v1/decisions", json={"message": mail(to=VOLUNTEERS, sender={"address": "other@hall.example"})}
        )
        limited = [answer for answer in answers if answer.status_code == 429]
        recorded = server.admin.get("/v1/journal", params={"kind": "rate.limited"}).json()["records"]
    assert len(limited) >= 3
    assert int(limited[0].headers["retry-after"]) >= 1
    assert limited[0].json()["type"] == "rate-limited"
    assert other.status_code == 200
    assert [record["body"] for record in recorded] == [{"scope": "sender"}]
    assert "@" not in recorded[0]["subject"]


def test_key_that_is_used_too_often_waits(tmp_path: Path) -> None:
    """One leaked key can't keep the server from everybody else."""
    with running_server(tmp_path, rate_per_key=1) as server:
        statuses = [server.client.get("/v1/clients/outlook/profile").status_code for _ in range(9)]
    assert statuses[:5] == [200] * 5
    assert 429 in statuses


def test_only_configured_origins_may_call_from_a_page(tmp_path: Path) -> None:
    """A page of somebody else's can't use a browser that knows the key."""
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "Atesaki-Key"}
    asked = {"message": mail(["a@x.example"])}
    with running_server(tmp_path, cors_origins=("https://mail.example",)) as server:
        ours = server.client.options("/v1/decisions", headers={"Origin": "https://mail.example", **preflight})
        theirs = server.client.options("/v1/decisions", headers={"Origin": "https://evil.example", **preflight})
        posted = server.client.post("/v1/decisions", json=asked, headers={"Origin": "https://mail.example"})
        foreign = server.client.post("/v1/decisions", json=asked, headers={"Origin": "https://evil.example"})
        keyless = server.anonymous.post("/v1/decisions", json=asked, headers={"Origin": "https://mail.example"})
    assert ours.headers["access-control-allow-origin"] == "https://mail.example"
    assert "access-control-allow-origin" not in theirs.headers
    # The short way of a decision goes past FastAPI, but not past CORS where a page asks; a refusal can be read, too.
    for answer, status in ((posted, 200), (keyless, 401)):
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, "https://mail.example")
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in foreign.headers


def test_a_refused_decision_has_the_headers_of_every_answer(server: Server) -> None:
    """It is answered before FastAPI and its middlewares are reached."""
    refused = server.anonymous.post("/v1/decisions", json={"message": mail(["a@x.example"])})
    assert (refused.status_code, refused.headers["x-content-type-options"]) == (401, "nosniff")


def test_members_of_a_roster_stay_in_no_cache(server: Server) -> None:
    """A browser with a session would keep the file on its disk (RFC 9111 §5.2.2.5)."""
    server.admin.post("/v1/rosters", json={"name": "v", "owner": "o", "purpose": "p", "handling": "protected"})
    for path in ("/v1/rosters", "/v1/rosters/v", "/v1/rosters/v/members", "/v1/organization", "/v1/policies"):
        answer = server.admin.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


def test_without_configured_origins_no_page_may_call(server: Server) -> None:
    """The add-in and the API share one origin, so nothing else is needed."""
    answer = server.client.get("/healthz", headers={"Origin": "https://mail.example"})
    assert "access-control-allow-origin" not in answer.headers


def test_wrong_admin_token_is_refused(server: Server) -> None:
    """A token that is nearly right opens nothing."""
    headers = {"Authorization": f"Bearer {ADMIN[:-1]}"}
    assert server.anonymous.get("/v1/journal", headers=headers).status_code == 401
