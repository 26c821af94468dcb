"""Request bodies: read up to a limit, decoded straight into typed values, errors with the field's path."""

import re
from typing import Generic, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive

from atesaki.api.broken_text import PLAIN_NAME, broken_text
from atesaki.api.coding import CODING, refuse_coding
from atesaki.api.left_over import read_out
from atesaki.api.problem import NO_JSON, BadRequest, Invalid, TooLarge
from atesaki.judgement.errors import AtesakiError
from atesaki.policies.shape import PATTERNS

_T = TypeVar("_T")
_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$", re.DOTALL)
_NOT_ALLOWED = "This text holds a character that is not allowed here"
_FIELD = re.compile(r"^Object (missing required|contains unknown) field `(?P<name>.*)`$", re.DOTALL)


async def read_body(headers: dict[bytes, bytes], receive: Receive, limit: int) -> bytes:
    """Return the body; raises `TooLarge` as soon as it is known to be longer than `limit` bytes, and `Encoded`."""
    if CODING in headers:
        refuse_coding(headers[CODING])
    if int(headers.get(b"content-length") or 0) > limit:
        # Whoever asks first (`Expect: 100-continue`) sends nothing that would have to be taken.
        if b"expect" not in headers:
            await read_out(receive)
        raise _too_large(limit)
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            if message.get("more_body", False):
                await read_out(receive)
            raise _too_large(limit)
        chunks.append(chunk)
        more = message.get("more_body", False)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def decode(decoder: msgspec.json.Decoder[_T], body: bytes) -> _T:
    """Return the value in the body; raises `BadRequest` for what is no JSON, `Invalid` for bad texts and shapes."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise invalid(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _unreadable(body) from None


def invalid(text: str) -> AtesakiError:
    """Translate msgspec's error; no value from the request is repeated, since it may be an address."""
    found = _AT.match(text)
    what, path = (found["what"], found["path"] or "") if found else (text, "")
    if named := _FIELD.match(what):
        name = named["name"] if PLAIN_NAME.match(named["name"]) else ""
        what = f"This field is {'missing' if 'missing' in named[1] else 'unknown'}"
        path = ".".join(part for part in (path, name) if part)
    elif "matching regex" in what:
        told = PATTERNS.get(what.partition("'")[2][:-1])
        what = f"Expected {told}" if told else _NOT_ALLOWED
    elif what.startswith("Invalid enum value"):
        what = "This is none of the values that are allowed here"
    return Invalid(f"{what.replace('`', '')}.", field=path or None)


def _unreadable(body: bytes) -> AtesakiError:
    path = broken_text(body)
    if path is None:
        return BadRequest(NO_JSON)
    return Invalid(f"{_NOT_ALLOWED}.", field=path or None)


class JsonBody(Generic[_T]):
    """A FastAPI dependency that decodes the body into one of our types; the route's limit keeps it short."""

    def __init__(self, kind: type[_T]) -> None:
        self._decoder = msgspec.json.Decoder(kind)

    async def __call__(self, request: Request) -> _T:
        """Return the value; raises as `decode` does."""
        return decode(self._decoder, await request.body())


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body must not be longer than {limit:,} bytes.")
