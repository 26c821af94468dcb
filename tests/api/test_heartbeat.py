"""Heartbeats and nonces over HTTP, and who may call from a browser."""

import base64
import json
from pathlib import Path

import pytest
from tests.server import Server

from atesaki.clients.extension import EXTENSION_ID, EXTENSION_ORIGIN, id_of

HEARTBEAT = "/v1/clients/gmail_extension/heartbeat"
MANIFEST = Path(__file__).parents[2] / "manifest/gmail/extension/manifest.json"
BLIND = {"healthy": False, "problem": "recipients_missing", "version": "0.1.0", "platform": "Edge Windows"}


def test_blinded_client_is_seen_in_journal_and_metrics(server: Server) -> None:
    """Admins learn that a change of Gmail has blinded the guard."""
    assert server.client.post(HEARTBEAT, json=BLIND).status_code == 204
    found = server.admin.get("/v1/journal", params={"kind": "client.reported"}).json()
    assert [each["body"]["problem"] for each in found["records"]] == ["recipients_missing"]
    metrics = server.admin.get("/metrics").text
    assert 'atesaki_client_reports_total{app="gmail_extension",healthy="false"} 1.0' in metrics


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "healthy"), ({**BLIND, "problem": "staff@hall.example"}, "problem"), ({**BLIND, "x": 1}, "x")],
    ids=["nothing said", "an address", "an unknown field"],
)
def test_heartbeat_of_another_shape_is_refused_by_field(server: Server, body: dict[str, object], field: str) -> None:
    """No address can slip into a record that is kept for ever."""
    answer = server.client.post(HEARTBEAT, json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


@pytest.mark.parametrize("path", [HEARTBEAT, "/v1/clients/gmail_extension/nonce"])
def test_without_the_deployment_key_nothing_answers(server: Server, path: str) -> None:
    """Strangers can neither fill the journal nor sign in."""
    assert server.anonymous.post(path, json=BLIND).status_code == 401


def test_each_sign_in_gets_its_own_nonce(server: Server) -> None:
    """No cache between us and the client may hand out one twice."""
    answers = [server.client.post("/v1/clients/gmail_extension/nonce", json={}) for _ in range(2)]
    assert len({answer.json()["nonce"] for answer in answers}) == 2
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_the_extension_may_call_from_the_browser_and_a_page_may_not(server: Server) -> None:
    """The extension's own origin needs no setting; any other has to be named."""
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "atesaki-key,content-type"}
    allowed = server.anonymous.options("/v1/decisions", headers={"Origin": EXTENSION_ORIGIN, **asked})
    refused = server.anonymous.options("/v1/decisions", headers={"Origin": "https://mail.google.com", **asked})
    assert allowed.headers["Access-Control-Allow-Origin"] == EXTENSION_ORIGIN
    assert "Access-Control-Allow-Origin" not in refused.headers


def test_the_known_id_is_that_of_the_manifest() -> None:
    """Chrome derives it from the public key there; the server and the policies use it."""
    key = base64.b64decode(json.loads(MANIFEST.read_text())["key"])
    assert id_of(key) == EXTENSION_ID
