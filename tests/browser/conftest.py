"""Chromium, and the real server with the shipped policies for it to visit."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright
from tests.server import Server, running_server

from atesaki.identity.person import Role
from atesaki.identity.sessions import COOKIE

CHROMIUM = "/usr/bin/chromium"
HEADLESS_SHELL = "/usr/bin/chromium-headless-shell"
"""Chromium without the windows around its pages: it takes half as long, and no extensions."""

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

EXPECTED = tuple(
    f"Failed to load resource: the server responded with a status of {status}"
    for status in (401, 403, 409, 410, 413, 422)
)
"""Chromium's remark on a page that is itself the answer to a bad form or key."""

FONTS = "https://fonts.googleapis.com/**"
"""The provider's own sample page asks for a font; nobody but us is called."""

Open = Callable[..., Page]
SignIn = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser's tests last: Playwright keeps an event loop in this thread for as long as Chromium lives."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server: shipped policies, an empty store, one domain of our own."""
    with running_server(tmp_path_factory.mktemp("site"), internal_domains=("hall.example",)) as server:
        yield server


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One Playwright for the whole run; it can't be started twice in a thread."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for the whole run."""
    browser = playwright.chromium.launch(executable_path=HEADLESS_SHELL, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def site(served: Server) -> str:
    """The address of that server."""
    return served.base_url


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Open]:
    """Open a page of the site in a fresh browser profile; anything on its console fails the test."""
    with _watched(browser) as new_page:

        def opened(path: str = "/?lang=en", **profile: Any) -> Page:  # noqa: ANN401  # Playwright's own options.
            page = new_page(site, **profile)
            page.goto(path)
            return page

        yield opened


@pytest.fixture
def signed_in(browser: Browser) -> Iterator[SignIn]:
    """Open a page of the console as somebody with roles: `signed_in(server, "admin", path="/policies?lang=en")`."""
    with _watched(browser) as new_page:

        def opened(
            server: Server,
            *roles: Role,
            path: str = "/?lang=en",
            email: str = "kei@hall.example",
            **profile: Any,  # noqa: ANN401  # Playwright's own options.
        ) -> Page:
            page = new_page(server.base_url, **profile)
            plant(page, server.base_url, server.session(*roles, email=email).cookie)
            page.goto(f"/console{path}")
            return page

        yield opened


@pytest.fixture
def profile(browser: Browser) -> Iterator[Open]:
    """Fresh browser profiles on any server; anything that their pages say on the console fails the test."""
    with _watched(browser) as new_page:

        def opened(server: Server, path: str, **options: Any) -> Page:  # noqa: ANN401  # Playwright's own options.
            page = new_page(server.base_url, **options)
            page.route(FONTS, lambda route: route.fulfill(content_type="text/css", body=""))
            page.goto(f"/console{path}")
            return page

        yield opened


def plant(page: Page, base_url: str, cookie: str) -> None:
    """Plant a session past Playwright, which names a domain with each cookie; a __Host- cookie has none."""
    cookie_of = {"name": COOKIE, "value": cookie, "url": base_url, "path": "/", "secure": True, "httpOnly": True}
    planted = page.context.new_cdp_session(page).send("Network.setCookie", cookie_of)
    assert planted["success"]


def _is_ours(message: ConsoleMessage, base_url: str) -> bool:
    """Tell whether a page of ours said it; what an identity provider's page says is its own affair."""
    place = str(message.location.get("url") or base_url)
    return place.startswith(base_url) or not place.startswith("http://127.0.0.1")


@contextmanager
def _watched(browser: Browser) -> Iterator[Open]:
    """Give fresh profiles; anything that their pages say on the console fails the test."""
    said: list[str] = []
    with ExitStack() as closing:

        def new_page(base_url: str, **profile: Any) -> Page:  # noqa: ANN401  # Playwright's own options.
            # Without windows Chromium tells no language by itself.
            context = browser.new_context(**{"base_url": base_url, "locale": "en-US", **profile})
            closing.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.on("console", lambda message: said.append(message.text) if _is_ours(message, base_url) else None)
            page.on("pageerror", lambda error: said.append(str(error)))
            return page

        yield new_page
    assert [text for text in said if not text.startswith(EXPECTED)] == []
