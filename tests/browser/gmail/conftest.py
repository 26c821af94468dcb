"""The real server, and browsers with the extension in front of it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Playwright
from tests.browser.gmail.desk import Desk
from tests.browser.gmail.failing import DECISIONS
from tests.browser.gmail.gmail import POPOUT, Adapters, Gmail, Guarded, guarded_browser
from tests.browser.gmail.story import Story
from tests.server import KEY, Server, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server with the shipped policies and one domain of our own."""
    with running_server(tmp_path_factory.mktemp("gmail"), internal_domains=("hall.example",)) as started:
        yield started


@pytest.fixture(scope="module")
def policy(server: Server) -> dict[str, object]:
    """What the organization's policy tells the extension."""
    return {"backendUrl": server.base_url, "deploymentKey": KEY}


@pytest.fixture(scope="module")
def guarded(playwright: Playwright, policy: dict[str, object]) -> Iterator[Guarded]:
    """A browser with the extension as it is shipped."""
    with guarded_browser(playwright, policy) as started:
        yield started


@pytest.fixture
def gmail(guarded: Guarded) -> Iterator[Gmail]:
    """A fresh page of Gmail in English."""
    opened = guarded.open()
    yield opened
    guarded.put_back(opened)


@pytest.fixture(scope="module")
def apart(playwright: Playwright, policy: dict[str, object]) -> Iterator[Callable[[Adapters], Guarded]]:
    """A browser for each adapter, started when it is first asked for; pytest would end one at every other test."""
    with ExitStack() as started:
        yield cache(lambda adapter: started.enter_context(guarded_browser(playwright, policy, adapters=adapter)))


@pytest.fixture
def alone(request: pytest.FixtureRequest, apart: Callable[[Adapters], Guarded]) -> Guarded:
    """A browser in which only this adapter watches."""
    return apart(request.param)


@pytest.fixture
def desk(alone: Guarded, where: str, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A fresh page for one mail."""
    gmail = alone.open(url=POPOUT) if where == "popout" else alone.open()
    yield Desk(gmail, alone, request.node.callspec.params["alone"], where)
    alone.put_back(gmail)


@pytest.fixture
def story(server: Server) -> Story:
    """What the journal tells from here on."""
    return Story(server)


@pytest.fixture
def repaired(guarded: Guarded) -> Iterator[None]:
    """The test may break the backend; afterwards it works again."""
    yield
    guarded.context.unroute(DECISIONS)


def journaled(server: Server, *kinds: str) -> list[dict[str, Any]]:
    """Return the records of these kinds, oldest first."""
    found: list[dict[str, Any]] = []
    for kind in kinds:
        found += server.admin.get("/v1/journal", params={"kind": kind, "limit": 200}).json()["records"]
    return sorted(found, key=lambda record: (record["recorded_at"], record["position"]))
