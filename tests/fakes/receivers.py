"""Real receivers of the journal on loopback that fail, stall, close halfway and come back: webhook, syslog, mail."""

import contextlib
import datetime as dt
import hashlib
import hmac
import http.server
import json
import socket
import socketserver
import ssl
import struct
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from tests.fakes.running import running
from typing_extensions import override

from atesaki.deadline import tls_context

SECRET = "a-secret-of-the-webhook"


class Certificate(NamedTuple):
    """A certificate of 127.0.0.1 that signs itself."""

    server: ssl.SSLContext
    file: Path

    @property
    def client(self) -> ssl.SSLContext:
        """What trusts it and nothing else."""
        return tls_context(self.file)


def certificate(folder: Path) -> Certificate:
    """Make a certificate for loopback."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, key_file = folder / "receiver.pem", folder / "receiver.key"
    file.write_bytes(made.public_bytes(Encoding.PEM))
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file, key_file)
    return Certificate(context, file)


class Kept:
    """What a receiver has taken: events in the order of their arrival, repetitions included."""

    def __init__(self) -> None:
        self.events: list[tuple[str, int, str]] = []
        self.bodies: list[dict[str, Any]] = []
        self.texts: list[str] = []
        self.tries = 0

    def take(self, events: list[dict[str, Any]]) -> None:
        """Keep events."""
        self.bodies += events
        self.events += [
            (each["metadata"]["log_name"], each["metadata"]["sequence"], each["metadata"]["uid"]) for each in events
        ]

    def first_seen(self, stream: str) -> list[int]:
        """Give the positions of a stream in the order in which each was taken for the first time."""
        return list(dict.fromkeys(position for name, position, _ in self.events if name == stream))


Behaviour = Callable[[Any], bool]
"""Does something to a request instead of answering it; tells whether that was all."""


def answer(status: int, **headers: str) -> Behaviour:
    """Refuse with a status."""

    def behave(handler: http.server.BaseHTTPRequestHandler) -> bool:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return True

    return behave


def stall(seconds: float) -> Behaviour:
    """Say nothing for a while, then close."""

    def behave(_: object) -> bool:
        time.sleep(seconds)
        return True

    return behave


def lose_the_answer(handler: Any) -> bool:  # noqa: ANN401  # Of either receiver.
    """Take all and close before the answer, so that it must come again."""
    handler.server.kept.take(json.loads(handler.body))
    return True


def reset(handler: Any) -> bool:  # noqa: ANN401  # Of either receiver.
    """Break the connection off."""
    handler.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return True


class _Server(socketserver.ThreadingTCPServer):
    """A receiver; `behaviours` are used up one a connection, then it is well."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, handler: type, tls: Certificate | None, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), handler)
        self.kept = Kept()
        self.behaviours: list[Behaviour] = []
        self._tls = tls

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def next_behaviour(self) -> Behaviour | None:
        """Give what to do with this connection, `None` for the right thing."""
        self.kept.tries += 1
        return self.behaviours.pop(0) if self.behaviours else None

    @override
    def get_request(self) -> Any:
        plain, address = super().get_request()
        plain.settimeout(10)
        if self._tls is None:
            return plain, address
        # The handshake is left to the handler's thread.
        secured = self._tls.server.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        return secured, address

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: broken connections are what is tested."""


class _Webhook(http.server.BaseHTTPRequestHandler):
    server: _Server
    body = b""

    def do_POST(self) -> None:
        """Take a batch, if its signature is right."""
        self.body = self.rfile.read(int(self.headers["Content-Length"]))
        behave = self.server.next_behaviour()
        if behave is not None and behave(self):
            self.close_connection = True
            return
        at, _, signature = self.headers["Atesaki-Signature"].removeprefix("t=").partition(",v1=")
        wanted = hmac.new(SECRET.encode(), f"{at}.".encode() + self.body, hashlib.sha256).hexdigest()
        if signature != wanted or abs(time.time() - int(at)) > 60:
            answer(401)(self)
            return
        if self.headers["Content-Type"] == "application/json":
            self.server.kept.take(json.loads(self.body))
        else:
            self.server.kept.texts.append(self.body.decode())
        answer(204)(self)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Syslog(socketserver.BaseRequestHandler):
    server: _Server

    @override
    def handle(self) -> None:
        behave = self.server.next_behaviour()
        if behave is not None and behave(self):
            return
        with self.request.makefile("rb") as frames:
            while size := _size(frames):
                self.server.kept.texts.append(frames.read(size).decode())
                self.server.kept.take([json.loads(self.server.kept.texts[-1].partition("\ufeff")[2])])
        with contextlib.suppress(OSError):
            self.request.unwrap()


def read_and_close(size: int) -> Behaviour:
    """Read a part of what comes and close, as a receiver that is restarted."""

    def behave(handler: Any) -> bool:  # noqa: ANN401  # Of either receiver.
        handler.request.recv(size)
        return True

    return behave


def read_and_end(size: int) -> Behaviour:
    """Read a part of what comes, say goodbye in order and close."""

    def behave(handler: Any) -> bool:  # noqa: ANN401  # Of either receiver.
        handler.request.recv(size)
        handler.request.settimeout(0.2)
        with contextlib.suppress(OSError):
            handler.request.unwrap()
        return True

    return behave


def _size(frames: Any) -> int:  # noqa: ANN401  # A buffered reader over TLS.
    digits = b""
    while (letter := frames.read(1)) and letter != b" ":
        digits += letter
    return int(digits) if digits else 0


@contextlib.contextmanager
def webhook(tls: Certificate | None = None, *, port: int = 0) -> Iterator[_Server]:
    """Run a webhook until the block ends."""
    with running(_Server(_Webhook, tls, port)) as server:
        yield server


@contextlib.contextmanager
def syslog(tls: Certificate, *, port: int = 0) -> Iterator[_Server]:
    """Run a receiver of syslog until the block ends."""
    with running(_Server(_Syslog, tls, port)) as server:
        yield server
