"""The pages of policies as an admin uses them, and what the server then judges."""

from typing import Any

import httpx2
from tests.api.mails import VOLUNTEERS, mail
from tests.console.forms import sent, values_of
from tests.server import Server, Visitor

STRANGERS = "/policies/threats/strangers_visible"


def draft(visitor: Visitor, title: str = "Try") -> str:
    """Start a draft and return the path of its page."""
    page = visitor.post("/policies/drafts", {"title": title})
    assert page.status_code == 200, page.text
    return page.url.path.removeprefix("/console")


def yaml(visitor: Visitor, at: str, file: str) -> str:
    """Return a file of a draft as its page shows it."""
    [text] = values_of(visitor.get(f"{at}/files/{file}"), f"/files/{file}")["text"]
    return text.replace("\r\n", "\n")


def published(visitor: Visitor, at: str, note: str = "Because.") -> httpx2.Response:
    """Publish a draft by the form of its last page."""
    page = visitor.get(f"{at}/publish")
    return sent(visitor, page, f"{at}/publish", note=note)


def decide(server: Server, people: int) -> dict[str, Any]:
    """Have a mail to so many strangers judged."""
    message = mail(to=VOLUNTEERS[:people], subject="親睦会")
    answer = server.client.post("/v1/decisions", json={"message": message})
    decision: dict[str, Any] = answer.raise_for_status().json()
    return decision
