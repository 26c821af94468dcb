"""Ways in which the backend fails to decide."""

import re
from typing import Any

from playwright.sync_api import Route, expect
from tests.browser.gmail.gmail import Gmail

DECISIONS = re.compile(r"/v1/decisions$")
PROFILE = re.compile(r"/profile$")


def _nonsense(route: Route) -> None:
    route.fulfill(status=200, json={"action": "allow"}, headers={"Access-Control-Allow-Origin": "*"})


def _error(route: Route) -> None:
    route.fulfill(status=500, json={}, headers={"Access-Control-Allow-Origin": "*"})


def _refused(route: Route) -> None:
    route.fulfill(status=401, json={}, headers={"Access-Control-Allow-Origin": "*"})


FAILURES: dict[str, Any] = {
    "offline": lambda route: route.abort(),
    # Never answered.
    "timeout": lambda _route: None,
    "http_5xx": _error,
    "http_4xx": _refused,
    "invalid_answer": _nonsense,
}


def uncheckable(gmail: Gmail) -> None:
    """See that the mail is held because it could not be checked."""
    expect(gmail.dialog).to_contain_text("This message could not be checked")
    assert gmail.sent == []
