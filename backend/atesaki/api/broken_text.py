"""Which text of a body keeps it from being read: half a character, bytes of another encoding, a bare control."""

import json
import re

PLAIN_NAME = re.compile(r"^[A-Za-z0-9_]{1,64}$")
"""Names of fields that may be repeated in an error; others may be somebody's address."""

# The last quote may be missing, so that no place is read twice.
_TEXT = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_CONTROLS = {code: 0xDC00 + code for code in range(0x20)}
_HALF = re.compile("[\ud800-\udfff]")


def broken_text(body: bytes) -> str | None:
    """Return the path of the first such text, empty for the body itself; `None` where the body is broken otherwise."""
    # What can't be read stands in as half a character, which Python's decoder lets pass.
    text = _TEXT.sub(lambda found: found[0].translate(_CONTROLS), body.decode("utf-8", "surrogateescape"))
    try:
        return _path(json.loads(text))
    except (ValueError, RecursionError):
        return None


def _path(body: object) -> str | None:
    left = [("", body)]
    while left:
        path, value = left.pop()
        if isinstance(value, str) and _HALF.search(value):
            return path
        if isinstance(value, dict):
            inner = [(_joined(path, name), each) for name, value in value.items() for each in (name, value)]
            left += reversed(inner)
        elif isinstance(value, list):
            left += [(f"{path}[{place}]", each) for place, each in reversed(list(enumerate(value)))]
    return None


def _joined(path: str, name: str) -> str:
    return ".".join(part for part in (path, name if PLAIN_NAME.match(name) else "") if part)
