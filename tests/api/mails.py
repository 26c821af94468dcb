"""Requests to `POST /v1/decisions` as clients send them, and what the journal holds of them."""

from collections.abc import Iterable
from typing import Any

from tests.server import Server

SENDER = "staff@hall.example"
CHECKER = "mori@hall.example"
VOLUNTEERS = [f"v{number:02}@gmail.com" for number in range(1, 27)]

Json = dict[str, Any]

SECOND_CHECK_OUTSIDE = {
    "checked.yaml": """
id: checked
title: {ja: 確認, en: Check}
rules:
  - id: anybody_outside
    when: {recipients: {audience: external, at_least: 1}}
    action: block
    release: second_check
    remedies: [move_to_bcc]
    message:
      ja: "外部の {count} 人へ届きます。ほかの人に確認を頼んでください。"
      en: "It would go to {count} outsiders. Ask somebody else to check it."
"""
}
"""A policy set under which another person checks whatever goes outside."""


def mail(to: Iterable[str] = (), cc: Iterable[str] = (), bcc: Iterable[str] = (), **more: object) -> Json:
    """Return a message of the hall's staff."""
    fields = {"to": to, "cc": cc, "bcc": bcc}
    lists = {name: [{"address": address} for address in addresses] for name, addresses in fields.items()}
    return {"sender": {"address": SENDER}, **lists, **more}


def decide(server: Server, message: Json, headers: dict[str, str] | None = None, **request: object) -> Json:
    """Return the answer to a message that is accepted."""
    answer = server.client.post("/v1/decisions", json={"message": message, **request}, headers=headers)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def records(server: Server, decision_id: str) -> list[Json]:
    """Return the records of a decision, oldest first."""
    answer = server.admin.get("/v1/journal", params={"decision_id": decision_id})
    assert answer.status_code == 200, answer.text
    return list(reversed(answer.json()["records"]))


def personal(server: Server, record_id: str) -> Json:
    """Return the personal side of a record."""
    answer = server.admin.get(f"/v1/journal/{record_id}", params={"personal": "true", "purpose": "test"})
    found: Json = answer.json()["personal"]
    return found


def answer_check(server: Server, decision_id: str, answer: str, comment: str = "") -> str:
    """Let a colleague answer a second check in the console, `granted` or `declined`; return the page they read."""
    with server.visitor("checker", email=CHECKER) as colleague:
        read = colleague.get(f"/checks/{decision_id}").raise_for_status().text
        colleague.post(f"/checks/{decision_id}", {"answer": answer, "comment": comment}).raise_for_status()
    return read
