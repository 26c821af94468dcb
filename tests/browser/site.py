"""A served application on a free port of this machine, in a thread of its own."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

_PATIENCE = 30.0


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve `app` until the block ends; gives its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{_port(server, thread)}"
    finally:
        server.should_exit = True
        thread.join(_PATIENCE)


def _port(server: uvicorn.Server, thread: threading.Thread) -> int:
    waiting_since = time.monotonic()
    while not server.started:
        assert thread.is_alive(), "the application did not start"
        assert time.monotonic() - waiting_since < _PATIENCE, "the application did not start in time"
        time.sleep(0.05)
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port
