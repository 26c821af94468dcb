"""The Outlook add-in's files as the real server serves them."""

import json
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.server import KEY, Server, running_server

from atesaki.api.outlook import FILES
from atesaki.clients.outlook import read_built

FOUNDING = {
    "sender": {"address": "staff@hall.example"},
    "to": [{"address": f"v{number:02}@gmail.com"} for number in range(1, 27)],
    "cc": [],
    "bcc": [],
}
PAIR = {**FOUNDING, "to": [{"address": f"{name}@{name}.jp"} for name in ("a", "b", "c")]}


def _file(server: Server, name: str, key: str = KEY, **headers: str) -> httpx2.Response:
    return server.anonymous.get(f"/outlook/{key}/{name}", headers=headers)


def _config(script: str) -> dict[str, object]:
    found = re.search(r"readConfig\((\{.*?\})\);", script)
    assert found is not None
    config: dict[str, object] = json.loads(found[1])
    return config


@pytest.mark.parametrize("name", ["launchevent.js", "pane.js"])
def test_the_scripts_carry_the_deployments_own_rule(server: Server, name: str) -> None:
    """Whoever loads the script knows the address, the key and the rule for when nobody answers."""
    script = _file(server, name)
    config = _config(script.text)
    assert script.headers["content-type"].startswith("text/javascript")
    assert (config["apiBase"], config["key"]) == (server.base_url, KEY)
    assert (config["internalDomains"], config["peopleThreshold"], config["onRisk"]) == (["hall.example"], 3, "prompt")
    assert "@@" not in script.text


def test_behind_a_proxy_the_script_asks_by_https(server: Server) -> None:
    """A server whose public address is not set sees http there, to which a page of Outlook may not connect."""
    script = _file(server, "launchevent.js", Host="guard.example.org")
    assert _config(script.text)["apiBase"] == "https://guard.example.org"


def test_an_unchanged_script_is_not_sent_again(server: Server) -> None:
    """The address never changes, so clients ask each time and get 304."""
    first = _file(server, "launchevent.js")
    again = _file(server, "launchevent.js", **{"If-None-Match": first.headers["etag"]})
    assert first.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", [f"/outlook/{KEY}/launchevent.js", "/.well-known/microsoft-officeaddins-allowed.json"])
def test_whoever_asks_only_for_the_headers_gets_them(server: Server, path: str) -> None:
    """`curl -I` is how IT looks whether a file is there, and every HTTP server answers it (RFC 9110 §9.1)."""
    whole, head = server.anonymous.get(path), server.anonymous.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert [head.headers.get(name) for name in ("etag", "content-type", "content-length")] == [
        whole.headers.get(name) for name in ("etag", "content-type", "content-length")
    ]


def test_a_changed_organization_changes_the_script(server: Server) -> None:
    """The local rule is never older than the last start of the client."""
    before = _file(server, "launchevent.js")
    changed = {"internal_domains": ["hall.example", "branch.example"]}
    server.admin.put("/v1/organization", json=changed).raise_for_status()
    after = _file(server, "launchevent.js", **{"If-None-Match": before.headers["etag"]})
    server.admin.put("/v1/organization", json={"internal_domains": ["hall.example"]}).raise_for_status()
    assert after.status_code == 200
    assert _config(after.text)["internalDomains"] == ["hall.example", "branch.example"]


@pytest.mark.parametrize("name", ["pane.html", "commands.html"])
def test_pages_run_only_our_scripts_and_office_js(server: Server, name: str) -> None:
    """Nothing inline runs in the pane, whatever a message holds."""
    policy = _file(server, name).headers["content-security-policy"]
    assert "script-src 'self' https://appsforoffice.microsoft.com" in policy
    assert "unsafe" not in policy


def test_without_entra_no_sign_in_library_is_loaded(server: Server) -> None:
    """It would make every start of the event runtime slower for nothing."""
    assert "identity.js" not in _file(server, "commands.html").text


def test_without_a_valid_key_nothing_is_served(server: Server) -> None:
    """The scripts hold the key, so they are only for whoever has it."""
    assert _file(server, "launchevent.js", key="another-key-0123456789").status_code in (401, 403)


@pytest.mark.parametrize("name", ["manifest.xml", "../../etc/passwd", "icons/color.png", "", "node_modules"])
def test_only_files_of_the_add_in_are_served(server: Server, name: str) -> None:
    """Templates and everything outside the folder stay where they are."""
    assert _file(server, name).status_code == 404


def test_icons_are_pictures(server: Server) -> None:
    """Outlook shows them in its ribbon."""
    assert _file(server, "icons/icon-80.png").headers["content-type"] == "image/png"


def test_the_well_known_file_is_served(server: Server) -> None:
    """Without an identity provider no script needs tokens, and the key stays out of a public file."""
    answer = server.anonymous.get("/.well-known/microsoft-officeaddins-allowed.json")
    assert (answer.status_code, answer.json()) == (200, {"allowed": []})


def test_with_entra_the_scripts_may_ask_for_tokens(tmp_path: Path) -> None:
    """Classic Outlook reads the list; the scripts name the app registration and its scope."""
    client, tenant = "11111111-2222-4333-8444-555555555555", "99999999-2222-4333-8444-555555555555"
    values: dict[str, Any] = {
        "public_url": "https://guard.example.org",
        "entra_tenants": (tenant,),
        "entra_audiences": (client,),
    }
    with running_server(tmp_path, **values) as server:
        listed = server.anonymous.get("/.well-known/microsoft-officeaddins-allowed.json").json()
        config = _config(_file(server, "launchevent.js").text)
        page = _file(server, "commands.html").text
    assert "identity.js" in page
    assert listed == {"allowed": [f"https://guard.example.org/outlook/{KEY}/launchevent.js"]}
    assert config["entra"] == {
        "clientId": client,
        "authority": f"https://login.microsoftonline.com/{tenant}",
        "scope": f"api://guard.example.org/{client}/access_as_user",
    }


def test_what_clients_did_without_an_answer_reaches_the_journal(server: Server) -> None:
    """A report of the local rule is recorded with the next decision."""
    report = {"at": "2026-11-23T10:00:00Z", "reason": "timeout", "action": "prompted", "people": 26}
    client = {"app": "outlook", "platform": "windows", "version": "1.0.0", "degraded": [report]}
    server.client.post("/v1/decisions", json={"message": FOUNDING, "client": client}).raise_for_status()
    assert '"reason":"timeout"' in server.admin.get("/v1/journal").text.replace(" ", "")


@pytest.mark.parametrize(
    "report",
    [{"at": "yesterday"}, {"reason": "because"}, {"action": "sent"}, {"people": -1}, {"address": "a@x.jp"}],
    ids=["time", "reason", "action", "people", "address"],
)
def test_a_report_that_is_none_is_refused(server: Server, report: dict[str, object]) -> None:
    """Nothing but the four facts gets into the journal this way."""
    whole = {"at": "2026-11-23T10:00:00Z", "reason": "timeout", "action": "held", "people": 2}
    client = {"app": "outlook", "degraded": [{**whole, **report}]}
    assert server.client.post("/v1/decisions", json={"message": PAIR, "client": client}).status_code == 422


def test_a_look_while_composing_leaves_the_release_for_send(server: Server) -> None:
    """Only Send uses up what the sender acknowledged."""

    def asked(moment: str) -> dict[str, object]:
        client = {"app": "outlook", "moment": moment}
        answer = server.client.post("/v1/decisions", json={"message": PAIR, "client": client}).raise_for_status()
        decided: dict[str, object] = answer.json()
        return decided

    held = asked("send")
    released = server.client.post(f"/v1/decisions/{held['decision_id']}/release", json={"kind": "acknowledge"})
    released.raise_for_status()
    assert [asked(moment)["action"] for moment in ("compose", "send", "send")] == ["warn", "allow", "warn"]


def test_the_files_that_are_served_are_built() -> None:
    """Every name in the list is a file of the build, so none is a 404 after deployment."""
    assert all(read_built(name) for name in FILES)
