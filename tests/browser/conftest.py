"""Chromium, and the real server with the shipped policies for it to visit."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from tests.server import running_server

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""As root there is no sandbox; the others keep Chromium from calling anybody but us."""

EXPECTED = tuple(f"Failed to load resource: the server responded with a status of {status}" for status in (403, 422))
"""Chromium's remark on a page that is itself the answer to a bad form or key."""

Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser's tests last: Playwright keeps an event loop in this thread for as long as Chromium lives."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real server: shipped policies, an empty store, one domain of our own."""
    with running_server(tmp_path_factory.mktemp("site"), internal_domains=("hall.example",)) as server:
        yield server.base_url


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One Playwright for the whole run; it can't be started twice in a thread."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for the whole run."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Open]:
    """Open a page of the site in a fresh browser profile; anything on its console fails the test."""
    said: list[str] = []
    with ExitStack() as closing:

        def opened(path: str = "/?lang=en", **profile: Any) -> Page:  # noqa: ANN401  # Playwright's own options.
            context = browser.new_context(base_url=site, **profile)
            closing.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.goto(path)
            return page

        yield opened
    assert [text for text in said if not text.startswith(EXPECTED)] == []
