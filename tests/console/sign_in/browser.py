"""A browser without a screen, and what a server then shows and records of who signs in with it."""

import re
from collections.abc import Callable
from typing import Any

import httpx2
from tests.server import Server, client_of

HANAKO, TARO = "hanako@hall.example", "taro@hall.example"
PASSWORD, OTHER = "three small boats at noon", "seven grey herons asleep"


class Browser:
    """A browser without a screen: it takes Secure cookies from this machine, as Chromium does, and keeps the page."""

    def __init__(self, server: Server) -> None:
        headers = {"Accept-Language": "en", "Sec-Fetch-Site": "same-origin"}
        self._http = client_of(server.base_url, headers=headers)
        self.cookies: dict[str, str] = {}
        self.shown = ""

    def get(self, path: str, **query: str) -> httpx2.Response:
        """Open a page of the console."""
        return self._send("GET", path, params=query or None)

    def post(self, path: str, **fields: object) -> httpx2.Response:
        """Send a form of the page that is shown, with its token if it has one."""
        token = re.search(r'name="csrf" value="([^"]+)"', self.shown)
        return self._send("POST", path, data={"csrf": token[1], **fields} if token else fields)

    def sign_in(self, address: str = HANAKO, password: str = PASSWORD, **more: object) -> httpx2.Response:
        """Type address and password."""
        self.get("/sign-in")
        return self.post("/sign-in", address=address, password=password, **more)

    def is_signed_in(self) -> bool:
        """Tell whether the page opens that everybody has, whatever their roles."""
        return self.get("/account").status_code == 200

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def _send(self, method: str, path: str, **more: Any) -> httpx2.Response:  # noqa: ANN401  # The client's own options.
        self._http.cookies.clear()
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self._http.request(method, f"/console{path}", headers={"Cookie": kept} if kept else {}, **more)
        for cookie in answer.headers.get_list("set-cookie"):
            name, _, rest = cookie.partition("=")
            if "max-age=0" in rest.lower():
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = rest.partition(";")[0]
        if answer.status_code != 303 and answer.headers.get("content-type", "").startswith("text/html"):
            self.shown = answer.text
        return answer


Open = Callable[[Server], Browser]


def first_link(server: Server) -> str:
    """Return the path of the link that the first start prints."""
    return f"/sign-in/first/{server.app.state.first_admin}"


def become_admin(browser: Browser, server: Server) -> Browser:
    """Create the first admin by that link, and be signed in."""
    browser.post(first_link(server), address=HANAKO, display_name="Hanako", password=PASSWORD, again=PASSWORD)
    assert browser.is_signed_in()
    return browser


def recorded(server: Server, kind: str) -> list[dict[str, Any]]:
    """Return what the journal holds of a kind, newest first."""
    found: list[dict[str, Any]] = server.admin.get("/v1/journal", params={"kind": kind}).json()["records"]
    return found
