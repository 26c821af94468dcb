"""Every error as problem+json (RFC 9457): a stable type, one sentence and, where there is one, the field's path."""

import http
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from msgspec import Struct
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from atesaki.api.broken_text import PLAIN_NAME
from atesaki.api.left_over import read_out
from atesaki.judgement.errors import AtesakiError, place_of
from atesaki.storage.errors import STORE_AWAY
from atesaki.storage.trouble import cause_of

MEDIA_TYPE = "application/problem+json"

NO_JSON = "The body is not JSON in UTF-8."

_log = structlog.get_logger(__name__)
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_SENTENCES = {
    400: "The request can't be read.",
    403: "This is not allowed.",
    404: "There is nothing at this address.",
    405: "This address doesn't answer this method.",
    413: "The request is too large.",
}
_PYDANTIC = {
    "missing": "This field is missing.",
    "extra_forbidden": "This field is unknown.",
    "string_pattern_mismatch": "This text holds a character that is not allowed here.",
    "dict_type": "Expected object.",
    "model_attributes_type": "Expected object.",
}
"""What pydantic says in words of Python, in those that `atesaki.api.body` has for the same mistakes."""


class Problem(Struct, frozen=True, omit_defaults=True):
    """The body of an error; `field` is a path such as `message.to[0].address`, `errors` lists several mistakes."""

    type: str
    title: str
    status: int
    detail: str
    field: str | None = None
    errors: Sequence[Any] = ()


class BadRequest(AtesakiError):
    """A request that can't be read at all."""


class Invalid(AtesakiError):
    """A request that can be read but not understood."""

    status = 422
    type = "invalid-request"


class NoJsonType(AtesakiError):
    """A body that its `Content-Type` says is no JSON; FastAPI leaves it unread then."""

    status = 415
    type = "content-type"


class StoreBusy(AtesakiError):
    """The store is away, locked or has no room; it is worth asking again."""

    status = 503
    type = "store-unavailable"
    retry_after = 2


class TooLarge(AtesakiError):
    """A body beyond the limit; it was not read to its end."""

    status = 413
    type = "content-too-large"


def respond(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return the problem as an HTTP answer."""
    return Response(
        msgspec.json.encode(problem),
        problem.status,
        {"Cache-Control": "no-store", **(headers or {})},
        MEDIA_TYPE,
    )


def respond_error(error: AtesakiError) -> Response:
    """Return the answer to an error of ours, with the headers that its status asks for."""
    headers = {}
    if (seconds := getattr(error, "retry_after", None)) is not None:
        headers["Retry-After"] = str(seconds)
    if (challenge := getattr(error, "challenge", None)) is not None:
        headers["WWW-Authenticate"] = challenge
    title = error.type.replace("-", " ").capitalize()
    errors = getattr(error, "errors", ())
    return respond(Problem(error.type, title, error.status, error.detail, error.field, errors), headers)


def respond_unexpected(error: Exception, method: str) -> Response:
    """Return the answer to an error that nobody foresaw."""
    # Neither text nor traceback: both may hold addresses.
    _log.error("request.failed", method=method, error=type(error).__name__, at=place_of(error))
    return respond(Problem("internal-error", "Internal error", 500, "Something went wrong on the server."))


def install(app: FastAPI) -> None:
    """Answer every error of the application as a problem."""
    app.add_exception_handler(AtesakiError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ClientDisconnect, _hung_up)
    for away in STORE_AWAY:
        app.add_exception_handler(away, _store_away)
    app.add_exception_handler(Exception, _unexpected)


class TooLargeAsProblem:
    """Replaces the plain text that Starlette's own limit of a route answers (`RequestBodyLimitMiddleware`).

    Any such answer waits until the body has come, else its sender would not hear it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and look at the start of the answer."""
        replaced = False
        more = scope["type"] == "http" and "expect" not in Headers(scope=scope)

        async def receive_noticed() -> Message:
            nonlocal more
            message = await receive()
            more = message.get("more_body", False)
            return message

        async def send_problem(message: Message) -> None:
            nonlocal replaced
            if more and message["type"] == "http.response.start" and message["status"] == TooLarge.status:
                await read_out(receive)
            if message["type"] == "http.response.start" and _is_plain_too_large(message):
                replaced = True
                await respond_error(TooLarge("The body is longer than is allowed here."))(scope, receive, send)
            elif not replaced:
                await send(message)

        await self._app(scope, receive_noticed, send_problem)


def _is_plain_too_large(message: Message) -> bool:
    return message["status"] == TooLarge.status and Headers(scope=message)["content-type"].startswith("text/plain")


def _ours(_: Request, error: Exception) -> Response:
    assert isinstance(error, AtesakiError)  # noqa: S101  # Starlette hands over what was registered.
    return respond_error(error)


def respond_store_away(error: Exception) -> Response:
    """Return the answer while the store is away."""
    _log.error("store.unavailable", error=type(error).__name__, cause=cause_of(error), at=place_of(error))
    return respond_error(StoreBusy("The store can't be reached or written now; nothing was changed."))


def _hung_up(_: Request, __: Exception) -> Response:
    # Nobody reads it, but an error without a handler would be logged as one of the server.
    return respond_error(BadRequest("The body ended before it was whole."))


def _store_away(_: Request, error: Exception) -> Response:
    return respond_store_away(error)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  # Starlette hands over what was registered.
    phrase = http.HTTPStatus(error.status_code).phrase
    detail = _SENTENCES.get(error.status_code, f"{phrase}.")
    # FastAPI raises 400 for a body that it can't parse, with a sentence of its own; ours say what to do.
    problem = Problem(re.sub(r"[^a-z]+", "-", phrase.lower()), phrase, error.status_code, detail)
    headers = dict(error.headers or {})
    if "Allow" in headers:
        # Files are answered by no route of the list.
        headers["Allow"] = _allowed(request) or headers["Allow"]
    return respond(problem, headers)


def _allowed(request: Request) -> str:
    """Return all methods of an address (RFC 9110 §15.5.6): Starlette names those of the first route only."""
    scopes = [{**request.scope, "method": method} for method in _METHODS]
    routes = request.app.routes
    return ", ".join(
        scope["method"] for scope in scopes if any(route.matches(scope)[0] is Match.FULL for route in routes)
    )


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # Starlette hands over what was registered.
    first = error.errors()[0]
    kind, place = first["type"], first["loc"]
    if place == ("body",) and not _says_json(request):
        return respond_error(NoJsonType("Send the body as application/json.", field="Content-Type"))
    if kind == "json_invalid" or (kind, place) == ("missing", ("body",)):
        return respond_error(BadRequest(NO_JSON))
    sentence = _PYDANTIC.get(kind) or f"{str(first['msg']).removeprefix('Value error, ').rstrip('.')}."
    return respond_error(Invalid(sentence, field=_path(kind, place) or None))


def _path(kind: str, place: Sequence[str | int]) -> str:
    # The first part says whether it is a path, query or body parameter, which the name makes plain.
    parts = [str(part) for part in place[1:]]
    # What somebody calls a field that there isn't may be an address.
    return ".".join(part for part in parts if kind != "extra_forbidden" or PLAIN_NAME.match(part))


def _says_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind.startswith("application/") and kind.endswith(("/json", "+json"))


def _unexpected(request: Request, error: Exception) -> Response:
    return respond_unexpected(error, request.method)
