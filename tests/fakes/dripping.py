"""A server on loopback that never stops and never hurries: a byte now, a byte later, so that no step takes long."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator
from itertools import chain, repeat
from typing import Any

from tests.fakes.receivers import Certificate
from tests.fakes.running import running
from typing_extensions import override

PACE = 0.05
HTTP = b"HTTP/1.1 200 OK\r\nX-Slow: "
REFUSAL = b"HTTP/1.1 400 No\r\n\r\n"
SMTP = b"220-"
NOTHING = b""
HANDSHAKE = b"\x16\x03\x03\x40\x00"
"""Begins a TLS record of 16 KiB, which then does not come."""


class Dripping(socketserver.ThreadingTCPServer):
    """Sends `words` and then for ever the same letter; where there are none, it reads as slowly."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, words: bytes, tls: Certificate | None) -> None:
        super().__init__(("127.0.0.1", 0), _Connection, bind_and_activate=False)
        # What the kernel takes for a slow reader, a sender need not wait for.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        self.server_bind()
        self.server_activate()
        self.words, self.tls = words, tls
        self.done = threading.Event()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: whoever loses patience is what is tested."""


class _Connection(socketserver.BaseRequestHandler):
    server: Dripping

    @override
    def handle(self) -> None:
        tls = self.server.tls
        with tls.server.wrap_socket(self.request, server_side=True) if tls else self.request as connection:
            for letter in chain(self.server.words, repeat(ord("a"))):
                if self.server.done.wait(PACE):
                    return
                if self.server.words:
                    connection.sendall(bytes([letter]))
                else:
                    connection.recv(4_096)


@contextlib.contextmanager
def dripping(words: bytes, tls: Certificate | None) -> Iterator[Dripping]:
    """Run the server until the block ends; without `tls` in the open."""
    with running(Dripping(words, tls)) as server:
        try:
            yield server
        finally:
            server.done.set()
