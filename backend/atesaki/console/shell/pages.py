"""Registers the pages of the console: a page without roles can't be registered, and every check stands before it."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final, NamedTuple

import structlog
from fastapi import APIRouter
from sqlalchemy.exc import DataError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from atesaki.console.shell import again, refusal
from atesaki.console.shell.ask import PREFIX, Ask, Desk, Stranger, Visitor
from atesaki.console.shell.language import language
from atesaki.console.shell.navigation import Roles, may
from atesaki.identity.origin import is_own
from atesaki.identity.sessions import COOKIE
from atesaki.judgement.errors import AtesakiError, place_of
from atesaki.storage.errors import STORE_AWAY
from atesaki.storage.trouble import cause_of

MAX_FORM_BYTES: Final = 4 * 1024 * 1024
MAX_STRANGERS_BYTES: Final = 64 * 1024
"""Longest form for people who are not signed in; forms are taken apart in the event loop, where all others wait."""
MAX_KEPT_BYTES: Final = 256 * 1024
"""Longest form of somebody whose session has ended that is still read, so that what was typed is not lost."""

_MAX_FIELDS = 5_000
_UNFIT = (DataError, OverflowError)
"""What a database says of a NUL character, or of a number that is too large."""

_log = structlog.get_logger(__name__)

Handler = Callable[[Ask], Response] | Callable[[Ask], Awaitable[Response]]


class Registered(NamedTuple):
    """A page as it was registered; `roles` is `None` where nobody needs to be signed in."""

    method: str
    path: str
    roles: Roles | None


class Pages:
    """The pages of the console; paths begin behind `/console`, handlers that are no coroutines run in a thread."""

    def __init__(self, desk: Desk) -> None:
        self.router = APIRouter(prefix=PREFIX, include_in_schema=False)
        self.table: list[Registered] = []
        self._desk = desk

    def get(self, path: str, handler: Handler, *, roles: Roles) -> None:
        """Register a page for people with any of the roles; `ANYBODY` means everybody who is signed in."""
        self._add("GET", path, handler, roles, MAX_FORM_BYTES)

    def post(self, path: str, handler: Handler, *, roles: Roles, max_bytes: int = MAX_FORM_BYTES) -> None:
        """Register what a form is sent to; its handler runs only for a form of our own with the visitor's token."""
        self._add("POST", path, handler, roles, max_bytes)

    def public_get(self, path: str, handler: Handler) -> None:
        """Register a page for people who are not signed in."""
        self._add("GET", path, handler, None, MAX_FORM_BYTES)

    def public_post(self, path: str, handler: Handler) -> None:
        """Register what a form of people who are not signed in is sent to."""
        self._add("POST", path, handler, None, MAX_STRANGERS_BYTES)

    def _add(self, method: str, path: str, handler: Handler, roles: Roles | None, max_bytes: int) -> None:
        async def endpoint(request: Request) -> Response:
            return await self._answer(request, handler, roles)

        self.table.append(Registered(method, f"{PREFIX}{path}", roles))
        methods = ["GET", "HEAD"] if method == "GET" else [method]
        self.router.add_api_route(path, endpoint, methods=methods, response_model=None, max_body_size=max_bytes)

    async def _answer(self, request: Request, handler: Handler, roles: Roles | None) -> Response:
        visitor = await run_in_threadpool(self._desk.sessions.of, request.cookies.get(COOKIE))
        ask = self._ask(request, visitor or Stranger(), FormData())
        if request.method == "POST" and not is_own(request.headers):
            return refusal.foreign(ask)
        if visitor is None and roles is not None and not _is_kept(request):
            return refusal.sign_in_first(ask)
        async with request.form(max_files=10, max_fields=_MAX_FIELDS, max_part_size=MAX_FORM_BYTES) as form:
            ask = ask._replace(form=form)
            if refused := _refused(ask, visitor, roles):
                return refused
            return await _handled(handler, ask)

    def _ask(self, request: Request, visitor: Visitor, form: FormData) -> Ask:
        locale = language(request, self._desk.default_locale)
        return Ask(request, visitor, locale, form, self._desk.time_zone())


def _is_kept(request: Request) -> bool:
    """Tell whether what somebody sent who isn't signed in is worth reading: whole mails and files are too much."""
    return request.method == "POST" and int(request.headers.get("content-length", MAX_KEPT_BYTES + 1)) <= MAX_KEPT_BYTES


def _refused(ask: Ask, visitor: Visitor | None, roles: Roles | None) -> Response | None:
    if roles is None:
        return None
    if visitor is None:
        return refusal.signed_out(ask)
    if not may(visitor.person, roles):
        return refusal.not_permitted(ask)
    if ask.request.method == "POST" and not _has_token(ask):
        return refusal.confirm(ask)
    return None


def _has_token(ask: Ask) -> bool:
    tokens = (ask.value("csrf"), ask.request.headers.get("Atesaki-CSRF"))
    return ask.visitor.csrf in tokens or again.is_kept(ask.request, ask.value("csrf"))


async def _handled(handler: Handler, ask: Ask) -> Response:
    try:
        if inspect.iscoroutinefunction(handler):
            answer: Response = await handler(ask)
            return answer
        return await run_in_threadpool(handler, ask)  # type: ignore[arg-type]  # It is no coroutine.
    except AtesakiError as error:
        return refusal.problem(ask, error.status, error.detail)
    except _UNFIT:
        return refusal.problem(ask, HTTPStatus.BAD_REQUEST, refusal.UNFIT)
    except STORE_AWAY as error:
        # A traceback may hold addresses.
        _log.error("store.unavailable", error=type(error).__name__, cause=cause_of(error))
        return refusal.problem(ask, HTTPStatus.SERVICE_UNAVAILABLE, refusal.AWAY)
    except Exception as error:  # noqa: BLE001  # Whoever looks at a page gets a page, whatever nobody foresaw.
        # Neither text nor traceback: both may hold addresses.
        _log.error("request.failed", method=ask.request.method, error=type(error).__name__, at=place_of(error))
        return refusal.problem(ask, HTTPStatus.INTERNAL_SERVER_ERROR, refusal.BROKEN)
