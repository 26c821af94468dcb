"""Compressed bodies, which some HTTP libraries send by themselves."""

import gzip

import pytest
from tests.server import KEY, Server

BODY = gzip.compress(b'{"message": {"sender": {"address": "a@hall.example"}, "to": [], "cc": [], "bcc": []}}')


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/decisions"),
        ("PUT", "/v1/policies"),
        ("PUT", "/v1/rosters/parents/members"),
        ("POST", "/v1/heartbeat"),
    ],
)
@pytest.mark.parametrize("coding", ["gzip", "BR", "deflate, gzip"])
def test_a_compressed_body_is_refused_by_name(server: Server, method: str, path: str, coding: str) -> None:
    """415, and the sentence says what to send; before, it was said to be no JSON."""
    headers = {"Atesaki-Key": KEY, "Content-Encoding": coding, "Content-Type": "application/json"}
    answer = server.admin.request(method, path, content=BODY, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (415, "content-encoding")
    assert "Content-Encoding" in answer.json()["detail"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_body_that_says_it_is_as_it_is_is_read(server: Server) -> None:
    """`identity` is no coding (RFC 9110 §8.4.1)."""
    answer = server.client.post(
        "/v1/decisions", content=gzip.decompress(BODY), headers={"Content-Encoding": "identity"}
    )
    assert answer.status_code == 200
