"""The routes of Try it: the form, its answer, admission with a deployment key, and the static files."""

from __future__ import annotations

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
from atesaki.console.try_it.form import Form, FormError, form_from, form_of, message_from, message_from_mail
from atesaki.console.try_it.page import Page, Trouble, rendered
from atesaki.console.try_it.view import shown
from atesaki.judgement.errors import AtesakiError
from atesaki.judgement.explain import Locale
from atesaki.judgement.message import Message

MAX_MAIL_BYTES: Final = 25 * 1024 * 1024
"""Largest mail that can be dropped; most mail systems carry no larger one."""

MAX_POST_BYTES: Final = 64 * 1024 * 1024
"""Beyond it a post is cut off; up to it a mail that is too large is read, so that its visitor can be told."""

_MAX_TEXT_BYTES: Final = 4 * 1024 * 1024


def console_router(judge: Judge, keys: Keys, *, default_locale: Locale = "ja") -> APIRouter:
    """Return the routes of Try it at `/` and of the shared static files at `/static`.

    `judge` answers as `POST /v1/decisions` does; one of the `keys` opens what is known about rosters and people.
    """
    router = APIRouter(include_in_schema=False)
    page = _TryIt(judge, keys, default_locale)
    router.add_api_route("/", page.form, methods=["GET", "HEAD"], response_model=None)
    router.add_api_route("/", page.check, methods=["POST"], response_model=None, max_body_size=MAX_POST_BYTES)
    router.add_api_route("/admission", page.admission, methods=["POST"], response_model=None, max_body_size=10_000)
    router.mount("/static", StaticFiles(packages=[("atesaki.console", "static")]), name="static")
    return router


class _TryIt:
    def __init__(self, judge: Judge, keys: Keys, default_locale: Locale) -> None:
        self._judge = judge
        self._keys = keys
        self._default = default_locale

    async def form(self, request: Request) -> Response:
        if key := request.query_params.get("key"):
            return self._opened(request, key)
        form = examples(self._locale(request)).get(request.query_params.get("example", ""))
        return self._page(request, form or Form())

    async def check(self, request: Request) -> Response:
        _refuse_foreign(request)
        async with request.form(max_files=1, max_fields=40, max_part_size=_MAX_TEXT_BYTES) as values:
            example = examples(self._locale(request)).get(str(values.get("example", "")))
            form = example or form_from(values)
            try:
                message = await _message(form, values)
            except FormError as error:
                return self._page(request, form, trouble=Trouble(error.problem, error.field))
        return await self._answered(request, message)

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


async def _message(form: Form, values: FormData) -> Message:
    mail = values.get("mail")
    if not isinstance(mail, UploadFile) or not mail.size:
        return await run_in_threadpool(message_from, form)
    if mail.size > MAX_MAIL_BYTES:
        raise FormError("mail", "mail_too_large")
    return await run_in_threadpool(message_from_mail, await mail.read(), form)


def _refuse_foreign(request: Request) -> None:
    if not guard.is_own_post(request):
        raise HTTPException(HTTPStatus.FORBIDDEN, "The form was not sent from this page.")


def _trouble(error: AtesakiError) -> Trouble:
    known = {429: "too_often", 503: "not_recorded"}
    return Trouble(known.get(error.status, "refused"), None, error.status, error.detail)
