"""Clients that hang up in the middle of a body: nothing is done, and nobody is alarmed."""

import asyncio

import pytest
from starlette.types import Message
from structlog.testing import capture_logs
from tests.server import ADMIN, KEY, Server

ROUTES = [
    ("PUT", "/v1/organization"),
    ("PUT", "/v1/policies"),
    ("POST", "/v1/rosters"),
    ("PUT", "/v1/rosters/Volunteers/members"),
    ("POST", "/v1/decisions/0192f000-0000-7000-8000-000000000000/release"),
    ("POST", "/v1/decisions"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_half_a_body_changes_nothing_and_is_no_failure_of_the_server(server: Server, method: str, path: str) -> None:
    """A laptop that is closed while it sends must not stand in the log beside what an operator has to look at."""
    server.admin.post("/v1/rosters", json={"name": "Volunteers", "owner": "", "purpose": "", "handling": "protected"})
    before = [server.admin.get(known).json() for known in ("/v1/organization", "/v1/policies", "/v1/rosters")]
    with capture_logs() as logs:
        statuses = asyncio.run(_hang_up(server, method, path))
    assert [line for line in logs if line["log_level"] == "error"] == []
    assert [status for status in statuses if status != 400] == []
    after = [server.admin.get(known).json() for known in ("/v1/organization", "/v1/policies", "/v1/rosters")]
    assert after == before


async def _hang_up(server: Server, method: str, path: str) -> list[int]:
    """Return the statuses of what was answered to nobody."""
    half: Message = {"type": "http.request", "body": b"mail\nhalf", "more_body": True}
    received, sent = iter([half, {"type": "http.disconnect"}]), list[int]()

    async def receive() -> Message:
        return next(received)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            sent.append(message["status"])

    headers = {"authorization": f"Bearer {ADMIN}", "atesaki-key": KEY, "content-type": "text/csv"}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": raw, "query_string": b"", "http_version": "1.1"}
    await server.app(scope, receive, send)
    return sent
