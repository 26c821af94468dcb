"""How long a whole exchange over the network may take: the timeout of a socket begins anew with every byte."""

import math
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from typing_extensions import override

_end: ContextVar[float] = ContextVar("end", default=math.inf)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let what the sockets of this module do in the block end after so many seconds, in a `TimeoutError`.

    A block within another one has no more time than that.
    """
    token = _end.set(min(_end.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _end.reset(token)


def left() -> float:
    """Return how many seconds the innermost `within` leaves, for whoever makes several exchanges; `inf` outside."""
    return _end.get() - time.monotonic()


class TlsSocket(ssl.SSLSocket):
    """A connection over TLS that heeds `within`; its handshake, as its goodbye, is one step."""

    @override
    def do_handshake(self, block: bool = False) -> None:
        with _hurried(self):
            super().do_handshake(block)

    @override
    def recv_into(self, *args: Any, **options: Any) -> int:
        with _hurried(self):
            return super().recv_into(*args, **options)

    @override
    def send(self, *args: Any, **options: Any) -> int:
        with _hurried(self):
            return super().send(*args, **options)


class PlainSocket(socket.socket):
    """A connection that heeds `within`."""

    @override
    def recv_into(self, *args: Any, **options: Any) -> int:
        with _hurried(self):
            return super().recv_into(*args, **options)


def tls_context(ca_file: Path | None = None) -> ssl.SSLContext:
    """Trust these certificates, else those of the system; raises `OSError` where they can't be read."""
    context = ssl.create_default_context(cafile=ca_file)
    context.sslsocket_class = TlsSocket
    return context


@contextmanager
def _hurried(connection: socket.socket) -> Iterator[None]:
    """Leave one step no more time than there is; the next exchange over a kept connection has its own."""
    usual = connection.gettimeout()
    if (end := _end.get()) == math.inf:
        yield
        return
    if (left := end - time.monotonic()) <= 0:
        raise TimeoutError("The exchange as a whole took too long.")
    connection.settimeout(left if usual is None else min(left, usual))
    try:
        yield
    finally:
        connection.settimeout(usual)
