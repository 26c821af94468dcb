"""Answers that come after their client has given up, and what the journal holds of them."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Route
from tests.server import Server

DECISIONS = re.compile(r"/v1/decisions$")


@contextlib.contextmanager
def answered_late(where: Page | BrowserContext) -> Iterator[None]:
    """Let the server judge and record meanwhile; what it answers arrives at the end."""
    late = []

    def keep(route: Route) -> None:
        late.append((route, route.fetch()))

    where.route(DECISIONS, keep)
    yield
    where.unroute(DECISIONS, keep)
    assert late
    for route, answer in late:
        with contextlib.suppress(Error):  # The client may have hung up.
            route.fulfill(response=answer)


def released(server: Server) -> list[dict[str, Any]]:
    """Return the decisions that were recorded as let go by a release."""
    answer = server.admin.get("/v1/journal", params={"kind": "decision.recorded", "limit": 200})
    return [each for each in answer.raise_for_status().json()["records"] if each["body"]["released_by"]]
