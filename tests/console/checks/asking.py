"""Holds mails to outsiders until another person has checked them, and asks for that as a mail client would."""

from typing import Any

from tests.api.mails import SENDER
from tests.server import Server

TO = [
    {"address": "hana@gmail.com", "name": "山田 花"},
    {"address": "taro@docomo.ne.jp"},
    {"address": "mori@hall.example", "name": "Kei Mori"},
]
"""Two outsiders who would see each other, and a colleague."""


def held(server: Server, token: str = "", **message: Any) -> dict[str, Any]:  # noqa: ANN401  # Parts of a message.
    """Have a mail judged, as at Send; `token` says who is signed in."""
    whole = {"sender": {"address": SENDER, "name": "Ichiro Sato"}, "to": TO, "cc": [], "bcc": [], "subject": "Saturday"}
    body = {"message": {**whole, **message}, "client": {"app": "outlook"}, "locale": "en"}
    answer: dict[str, Any] = server.client.post("/v1/decisions", json=body, headers=_bearer(token)).json()
    return answer


def asked(server: Server, note: str | None = None, token: str = "", **message: Any) -> str:  # noqa: ANN401  # The same.
    """Have a mail held, ask another person to check it, and return the decision's id."""
    decision = held(server, token, **message)
    assert decision["release"] == "second_check"
    link = f"/v1/decisions/{decision['decision_id']}/second_check"
    answer = server.client.post(link, json={"note": note}, headers=_bearer(token)).raise_for_status().json()
    return str(answer["decision_id"])


def standing(server: Server, decision_id: str) -> dict[str, Any]:
    """Return what the sender's mail program is told."""
    found: dict[str, Any] = server.client.get(f"/v1/decisions/{decision_id}/second_check").raise_for_status().json()
    return found


def has_form(page: str) -> bool:
    """Tell whether a page has buttons to answer with."""
    return '<button type="submit" name="answer"' in page


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}
