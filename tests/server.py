"""A real server on loopback, for tests that speak HTTP: `with running_server(tmp_path) as server`."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI
from starlette.datastructures import State
from tests.fresh import fresh_store

from atesaki.app import create_app
from atesaki.identity.jwks import Fetch, fetch_https
from atesaki.identity.person import Person, Role
from atesaki.identity.sessions import COOKIE, Begun, Sessions
from atesaki.settings import read_settings
from atesaki.storage.engine import open_store

KEY = "test-deployment-key-0123456789"
ADMIN = "test-admin-token-0123456789"

_PATIENCE = 15.0

_PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Of a client that speaks plain HTTP; without it each client would load all certificates of the world."""


def client_of(base_url: str, **options: Any) -> httpx2.Client:  # noqa: ANN401  # httpx's own options.
    """Return a client of a server on loopback."""
    return httpx2.Client(base_url=base_url, verify=_PLAIN, **{"timeout": _PATIENCE, **options})


class Server:
    """A running server; `client` sends the deployment key with every request, `admin` the admin token."""

    app: FastAPI
    """Its application, where it runs in this process."""

    def __init__(self, base_url: str, store_address: str | Path) -> None:
        self.base_url = base_url
        self.store_address = store_address
        self.client = client_of(base_url, headers={"Atesaki-Key": KEY})
        self.admin = client_of(base_url, headers={"Authorization": f"Bearer {ADMIN}"})
        self.anonymous = client_of(base_url)

    def session(self, *roles: Role, email: str = "kei@hall.example", name: str = "Kei Mori", key: str = "") -> Begun:
        """Begin a session of somebody with these roles, as a sign-in would.

        Where a provider is set, `key` has to be that of an account: its sessions need no word of the provider.
        """
        store = open_store(self.store_address)
        try:
            return Sessions(store).begin(Person(key or f"test {email}", name, email, frozenset(roles)))
        finally:
            store.close()

    @contextlib.contextmanager
    def visitor(
        self, *roles: Role, email: str = "kei@hall.example", language: str = "en", key: str = ""
    ) -> Iterator["Visitor"]:
        """Visit the console as somebody with these roles."""
        begun = self.session(*roles, email=email, key=key)
        headers = {"Accept-Language": language, "Sec-Fetch-Site": "same-origin"}
        with client_of(self.base_url, headers=headers) as client:
            client.cookies.set(COOKIE, begun.cookie)
            yield Visitor(client, begun.session.csrf)

    def close(self) -> None:
        """Close all connections."""
        for client in (self.client, self.admin, self.anonymous):
            client.close()


class Visitor:
    """Somebody who is signed in to the console, without a browser."""

    def __init__(self, client: httpx2.Client, csrf: str) -> None:
        self.client = client
        self.csrf = csrf

    def get(self, path: str) -> httpx2.Response:
        """Open a page; `path` begins behind `/console`."""
        return self.client.get(f"/console{path}")

    def post(
        self, path: str, data: Mapping[str, object] | None = None, *, files: Mapping[str, Any] | None = None
    ) -> httpx2.Response:
        """Send a form with its token, and follow to the page that answers it."""
        form = {"csrf": self.csrf, **(data or {})}
        return self.client.post(f"/console{path}", data=form, files=files, follow_redirects=True)


@contextlib.contextmanager
def running_server(data_dir: Path, *, fetch: Fetch = fetch_https, **settings: object) -> Iterator[Server]:
    """Serve with a store in `data_dir` until the block ends; rates are off unless they are given.

    `fetch` gets the signing keys of identity providers.
    """
    values = {
        "data_dir": data_dir,
        "deployment_keys": (KEY,),
        "admin_token": ADMIN,
        "rate_per_key": 0,
        "rate_per_sender": 0,
        **settings,
    }
    app_settings = read_settings(**values)
    if "database_url" not in settings:
        fresh_store(data_dir)
    app = create_app(app_settings, fetch)
    config = uvicorn.Config(app, loop="uvloop", http="httptools", log_config=None, access_log=False)
    uvicorn_server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=uvicorn_server.run, kwargs={"sockets": [listener]}, name="server")
        thread.start()
        server = Server(f"http://127.0.0.1:{listener.getsockname()[1]}", app_settings.store_address)
        server.app = app
        try:
            _wait_until_started(uvicorn_server, thread, app.state)
            yield server
        finally:
            server.close()
            uvicorn_server.should_exit = True
            thread.join()


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread, state: State) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise AssertionError(f"the server did not start: {state.startup_error}")
        time.sleep(0.01)
