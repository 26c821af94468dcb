"""The routes of Try it: the form, its answer, admission with a deployment key, and the static files."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from atesaki.console import guard
from atesaki.console.language import locale_of
from atesaki.console.try_it.answer import Asker, Judge, Keys
from atesaki.console.try_it.examples import examples
from atesaki.console.try_it.form import (
    Form,
    FormError,
    form_from,
    form_of,
    message_from,
    message_from_mail,
    refuse_endless,
)
from atesaki.console.try_it.page import Page, Trouble, rendered
from atesaki.console.try_it.turns import (
    MAX_MAIL_BYTES,
    MAX_TEXT_BYTES,
    SMALL_BYTES,
    Busy,
    TooLarge,
    Turns,
    caller_of,
    strangers,
)
from atesaki.console.try_it.view import shown
from atesaki.identity.errors import RateLimited
from atesaki.identity.origin import is_own
from atesaki.judgement.errors import AtesakiError
from atesaki.judgement.explain import Locale
from atesaki.judgement.message import Message

_SECONDS_TO_SEND: Final = 60
"""25 MB at 3.5 Mbit/s; whoever sends more slowly on purpose keeps others waiting no longer."""


def console_router(judge: Judge, keys: Keys, *, default_locale: Locale = "ja") -> APIRouter:
    """Return the routes of Try it at `/` and of the shared static files at `/static`.

    `judge` answers as `POST /v1/decisions` does; one of the `keys` opens what is known about rosters and people.
    """
    router = APIRouter(include_in_schema=False)
    page = _TryIt(judge, keys, default_locale)
    router.add_api_route("/", page.form, methods=["GET", "HEAD"], response_model=None)
    router.add_api_route("/", page.check, methods=["POST"], response_model=None)
    router.add_api_route("/admission", page.admission, methods=["POST"], response_model=None, max_body_size=10_000)
    router.mount("/static", StaticFiles(packages=[("atesaki.console", "static")]), name="static")
    return router


class _TryIt:
    def __init__(self, judge: Judge, keys: Keys, default_locale: Locale) -> None:
        self._judge = judge
        self._keys = keys
        self._default = default_locale
        self._strangers, self._admitted = strangers(), Turns()

    async def form(self, request: Request) -> Response:
        if key := request.query_params.get("key"):
            return self._opened(request, key)
        form = examples(self._locale(request)).get(request.query_params.get("example", ""))
        return self._page(request, form or Form())

    async def check(self, request: Request) -> Response:
        _refuse_foreign(request)
        length = _length(request)
        turns = self._strangers if self._key(request) is None else self._admitted
        try:
            async with turns.to_send(caller_of(request), length):
                return await self._checked(request, await _posted(request), turns)
        except (TooLarge, RateLimited, Busy) as error:
            return await self._unread(request, length, error)
        finally:
            await request.close()

    async def admission(self, request: Request) -> Response:
        _refuse_foreign(request)
        async with request.form(max_files=0) as values:
            return self._opened(request, str(values.get("key", "")).strip())

    def _opened(self, request: Request, key: str) -> Response:
        """Answer with a redirect, so that the key stays in no address bar and in no history."""
        if self._keys.match(key) is None:
            return self._page(request, Form(), trouble=Trouble("key_unknown", "key", HTTPStatus.FORBIDDEN))
        target = f"./?lang={self._locale(request)}"
        response = RedirectResponse(target, HTTPStatus.SEE_OTHER, headers=guard.HEADERS)
        guard.admit(response, request, key)
        return response

    async def _checked(self, request: Request, values: FormData, turns: Turns) -> Response:
        form = self._form(request, values)
        try:
            async with turns.to_parse():
                message = await _message(form, values)
        except FormError as error:
            return self._page(request, form, trouble=Trouble(error.problem, error.field))
        except Busy as error:
            return self._page(request, form, trouble=_trouble(error))
        return await self._answered(request, message)

    async def _unread(self, request: Request, length: int, error: AtesakiError) -> Response:
        """Answer a post that may not be read; what a small one holds is shown again, so that it isn't lost."""
        if length > SMALL_BYTES:
            return self._page(request, Form(), trouble=_trouble(error, unread=True))
        return self._page(request, self._form(request, await _posted(request)), trouble=_trouble(error))

    def _form(self, request: Request, values: FormData) -> Form:
        form = examples(self._locale(request)).get(str(values.get("example", ""))) or form_from(values)
        # What is shown again is written in the event loop.
        if form.length > MAX_TEXT_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return form

    async def _answered(self, request: Request, message: Message) -> Response:
        locale, form, key = self._locale(request), form_of(message), self._key(request)
        try:
            answer = await shown(message, Asker(self._judge, locale, key))
        except AtesakiError as error:
            return self._page(request, form, trouble=_trouble(error))
        return rendered(Page(locale=locale, form=form, admitted=key is not None, shown=answer))

    def _page(self, request: Request, form: Form, *, trouble: Trouble | None = None) -> Response:
        admitted = self._key(request) is not None
        return rendered(Page(locale=self._locale(request), form=form, admitted=admitted, trouble=trouble))

    def _locale(self, request: Request) -> Locale:
        return locale_of(request, self._default)

    def _key(self, request: Request) -> str | None:
        """Return the digest of the visitor's deployment key, `None` without a valid one."""
        cookie = request.cookies.get(guard.COOKIE)
        return self._keys.match(cookie) if cookie else None


def _length(request: Request) -> int:
    """Return how long the body is, which every browser tells first."""
    length = int(request.headers.get("content-length", -1))
    if length < 0:
        raise HTTPException(HTTPStatus.LENGTH_REQUIRED)
    # Such a form takes the event loop thirty times as long as one in parts.
    if length > SMALL_BYTES and not request.headers.get("content-type", "").startswith("multipart/"):
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return length


async def _posted(request: Request) -> FormData:
    try:
        async with asyncio.timeout(_SECONDS_TO_SEND):
            return await request.form(max_files=1, max_fields=40, max_part_size=MAX_TEXT_BYTES)
    except TimeoutError:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from None


async def _message(form: Form, values: FormData) -> Message:
    mail = values.get("mail")
    if not isinstance(mail, UploadFile) or not mail.size:
        refuse_endless(form)
        return await run_in_threadpool(message_from, form)
    if mail.size > MAX_MAIL_BYTES:
        raise FormError("mail", "mail_too_large")
    return await run_in_threadpool(_dropped, await mail.read(), form)


def _dropped(mail: bytes, form: Form) -> Message:
    message = message_from_mail(mail, form)
    try:
        refuse_endless(form_of(message))
    except FormError as error:
        raise FormError("mail", "mail_too_hard") from error
    return message


def _refuse_foreign(request: Request) -> None:
    if not is_own(request.headers):
        raise HTTPException(HTTPStatus.FORBIDDEN, "The form was not sent from this page.")


def _trouble(error: AtesakiError, *, unread: bool = False) -> Trouble:
    retry_after = getattr(error, "retry_after", None)
    match error:
        case TooLarge():
            return Trouble("mail_too_large", "mail", error.status)
        case Busy():
            return Trouble("busy_unread" if unread else "busy", None, error.status, retry_after=retry_after)
        case RateLimited() if unread:
            return Trouble("too_often_unread", None, error.status, retry_after=retry_after)
    known = {429: "too_often", 503: "not_recorded"}
    return Trouble(known.get(error.status, "refused"), None, error.status, error.detail, retry_after)
