"""Which text of a body keeps it from being read, and that no search for it takes long or repeats an address."""

import json
import time

import pytest

from atesaki.api.broken_text import broken_text


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b'{"a": {"b": ["x", "\\ud800"]}}', "a.b[1]"),
        (b'{"a": "\\ud83d\\ude00", "b": "\\udc00"}', "b"),
        (b'{"a": "\xed\xa0\x80"}', "a"),
        (b'{"a": "ok\\n", "b": "\xff"}', "b"),
        ('{"a": "山田"}'.encode("cp932"), "a"),
        (b'{"a": "said \\"so\\"\\u0000",\n\t"b": "\x00"}', "b"),
        (b'{"taro@example.jp": {"a": "\\ud800"}}', "a"),
        (b'{"a": {"\\ud800": 1}}', "a"),
        (b'"\\ud800"', ""),
    ],
)
def test_the_first_such_text_is_named(body: bytes, path: str) -> None:
    """A lone surrogate, a bare control character, another encoding; names that may be addresses are left out."""
    assert broken_text(body) == path


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"a": "b', b"\xff\xfe{\x00}\x00", b"[" * 100_000, b'{"a": 1} x', b"9" * 5_000]
)
def test_what_is_no_json_has_no_such_text(body: bytes) -> None:
    """Then the whole body is what can't be read."""
    assert broken_text(body) is None


@pytest.mark.parametrize("piece", [b'"', b'\\"', b'"\\', b"\\", b'{"a":'])
def test_no_body_takes_long(piece: bytes) -> None:
    """Whoever sends such bodies must not stall the server."""
    started = time.perf_counter()
    broken_text(b'{"a": "\\ud800' + piece * (1_000_000 // len(piece)))
    assert time.perf_counter() - started < 2


def test_a_long_body_is_searched_in_its_order() -> None:
    """The first text is named, whatever comes behind it."""
    body = json.dumps({"to": [{"address": f"a{place}@b.jp"} for place in range(10_000)] + [{"address": "\ud800"}]})
    assert broken_text(body.encode()) == "to[10000].address"
