"""Case files: each story's decision and journal record are pinned together, over HTTP against a real server."""

from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest
import yaml
import yamlcore
from tests.server import Server, running_server

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
FIELDS = ("to", "cc", "bcc")


@pytest.fixture(params=CASES, ids=lambda path: path.stem)
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    """One story."""
    loaded: dict[str, Any] = yaml.load(request.param.read_text("utf-8"), Loader=yamlcore.CoreLoader)  # noqa: S506 - it is a safe loader
    return loaded


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all stories."""
    with running_server(tmp_path_factory.mktemp("cases")) as started:
        yield started


@pytest.fixture
def server(case: dict[str, Any], running: Server) -> Iterator[Server]:
    """The server, knowing the organization and the rosters of the story alone."""
    running.admin.put("/v1/organization", json=case["organization"]).raise_for_status()
    for name, roster in case.get("rosters", {}).items():
        register(running, name, roster)
    yield running
    for name in case.get("rosters", {}):
        running.admin.delete(f"/v1/rosters/{name}").raise_for_status()


def register(server: Server, name: str, roster: dict[str, Any]) -> None:
    """Put a roster and its members into the server."""
    about = {"name": name, "owner": "office", "purpose": "test", "handling": roster["handling"]}
    server.admin.post("/v1/rosters", json=about).raise_for_status()
    lines = "\n".join(["email", *(person["address"] for person in people(roster["members"]))])
    imported = server.admin.put(f"/v1/rosters/{name}/members", content=lines, headers={"Content-Type": "text/csv"})
    assert imported.raise_for_status().json()["rejected"] == []


def people(entries: list[str | dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the recipients of a list, with `{people: 3, at: …}` written out."""
    found: list[dict[str, Any]] = []
    for entry in entries:
        if isinstance(entry, dict) and "people" in entry:
            domains = entry["at"] if isinstance(entry["at"], list) else [entry["at"]]
            dealt = islice(cycle(domains), entry["people"])
            found += [{"address": f"p{number:02}@{domain}"} for number, domain in enumerate(dealt, 1)]
        else:
            found.append({"address": entry} if isinstance(entry, str) else entry)
    return found


def message_of(case: dict[str, Any]) -> dict[str, Any]:
    """Return the message of a story as it is posted."""
    written = case["message"]
    message = {**written, **{field: people(written[field]) for field in FIELDS}}
    if "thread" in written:
        message["thread"] = {**written["thread"], "recipients": people(written["thread"]["recipients"])}
    return message


def fixed(message: dict[str, Any], remedy: dict[str, Any]) -> dict[str, Any]:
    """Return the message as a client leaves it after "Move to Bcc" or "Remove"."""
    gone = set(remedy["recipients"])
    after = {field: [r for r in message[field] if r["address"] not in gone] for field in ("to", "cc")}
    after["to"] = after["to"] or [message["sender"]]
    moved = [{"address": address} for address in remedy["recipients"] if remedy["kind"] == "move_to_bcc"]
    return {**message, **after, "bcc": message["bcc"] + moved}


def post(server: Server, message: dict[str, Any], locale: str = "ja") -> dict[str, Any]:
    """Return the answer to a message."""
    answer: dict[str, Any] = (
        server.client.post("/v1/decisions", json={"message": message, "locale": locale}).raise_for_status().json()
    )
    return answer


def summary(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer in the short form of the case files."""
    return {
        **answer,
        "findings": [f"{finding['policy']}.{finding['rule']}" for finding in answer["findings"]],
        "remedies": {remedy["kind"]: len(remedy["recipients"]) for remedy in answer["remedies"]},
    }


def holds(expected: dict[str, Any], got: dict[str, Any]) -> None:
    """Check every key that a case names; of remedies, those that it names."""
    for key, value in expected.items():
        if key == "remedies" and value:
            assert {kind: got[key].get(kind) for kind in value} == value
        else:
            assert got[key] == value, key


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_the_story_is_decided_and_recorded_as_written(case: dict[str, Any], server: Server, locale: str) -> None:
    """The answer and the record that stands in the journal at that moment are what the case file says."""
    answer = post(server, message_of(case), locale)
    found = server.admin.get("/v1/journal", params={"subject": answer["decision_id"]}).raise_for_status()
    records = found.json()["records"]
    expected = {key: value for key, value in case["decision"].items() if key != "headline" or locale == "ja"}
    dialog = expected.pop("dialog_text", {}).get(locale, answer["dialog"]["text"])
    assert answer["dialog"]["text"] == dialog
    holds(expected, summary(answer))
    assert [record["kind"] for record in records] == ["decision.recorded"]
    body = records[0]["body"]
    holds({key: value for key, value in case["record"].items() if key != "findings"}, body)
    enforced = [f"{found['policy']}.{found['rule']}" for found in body["findings"] if found["mode"] == "enforce"]
    assert enforced == case["record"].get("findings", case["decision"]["findings"])
    assert "@" not in str(body)


def test_the_offered_fix_settles_the_story(case: dict[str, Any], server: Server) -> None:
    """After the first remedy the same message is judged as the case file says; a silent case offers none."""
    message = message_of(case)
    answer = post(server, message)
    if "after_fix" not in case:
        assert "move_to_bcc" not in summary(answer)["remedies"]
        return
    holds(case["after_fix"], summary(post(server, fixed(message, answer["remedies"][0]))))
