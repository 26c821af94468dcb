"""A body that is too long: whoever sends all of it before listening hears why it was refused."""

import socket

import pytest
from tests.server import ADMIN, KEY, Server

LONG = 20 * 2**20


def _sent(server: Server, request: str, *headers: str, body: bytes = b" " * LONG) -> bytes:
    """Send all of it, then listen; return the first line of the answer."""
    head = [f"{request} HTTP/1.1", "Host: x", "Connection: close", "Content-Type: application/json", *headers]
    url = server.anonymous.base_url
    with socket.create_connection((url.host, url.port), timeout=60) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode() + body)
        return connection.recv(12)


@pytest.mark.parametrize("request_line", ["POST /v1/decisions", "PUT /v1/organization", "PUT /v1/policies"])
def test_the_refusal_of_a_long_body_is_heard(server: Server, request_line: str) -> None:
    """A connection that is closed while the body still comes is reset, and the 413 is lost."""
    headers = [f"Atesaki-Key: {KEY}", f"Authorization: Bearer {ADMIN}", f"Content-Length: {LONG}"]
    assert _sent(server, request_line, *headers) == b"HTTP/1.1 413"


def test_whoever_asks_before_sending_need_not_send(server: Server) -> None:
    """RFC 9110 §10.1.1: the refusal comes in the place of `100 Continue`, not after the whole body."""
    headers = [f"Atesaki-Key: {KEY}", f"Content-Length: {LONG}", "Expect: 100-continue"]
    assert _sent(server, "POST /v1/decisions", *headers, body=b"") == b"HTTP/1.1 413"
