"""Runs a server of a fake in a thread of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import TCPServer
from typing import TypeVar

_Server = TypeVar("_Server", bound=TCPServer)


@contextmanager
def running(server: _Server) -> Iterator[_Server]:
    """Let it serve until the block ends."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
