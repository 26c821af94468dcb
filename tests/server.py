"""A real server on loopback, for tests that speak HTTP: `with running_server(tmp_path) as server`."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import uvicorn
from starlette.datastructures import State

from atesaki.app import create_app
from atesaki.identity.jwks import Fetch, fetch_https
from atesaki.settings import read_settings

KEY = "test-deployment-key-0123456789"
ADMIN = "test-admin-token-0123456789"

_PATIENCE = 15.0


class Server:
    """A running server; `client` sends the deployment key with every request, `admin` the admin token."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.client = httpx2.Client(base_url=base_url, headers={"Atesaki-Key": KEY}, timeout=_PATIENCE)
        self.admin = httpx2.Client(base_url=base_url, headers={"Authorization": f"Bearer {ADMIN}"}, timeout=_PATIENCE)
        self.anonymous = httpx2.Client(base_url=base_url, timeout=_PATIENCE)

    def close(self) -> None:
        """Close all connections."""
        for client in (self.client, self.admin, self.anonymous):
            client.close()


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
    app = create_app(read_settings(**values), fetch)
    config = uvicorn.Config(app, loop="uvloop", http="httptools", log_config=None, access_log=False)
    uvicorn_server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=uvicorn_server.run, kwargs={"sockets": [listener]}, name="server")
        thread.start()
        server = Server(f"http://127.0.0.1:{listener.getsockname()[1]}")
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
