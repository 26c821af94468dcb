"""`POST /v1/decisions`: the one hot path, a plain ASGI endpoint without FastAPI's machinery (see the ADR on speed)."""

import time
from collections.abc import Awaitable
from typing import Protocol

import msgspec
from fastapi import FastAPI
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import override

from atesaki.api.access import Access
from atesaki.api.body import decode, read_body
from atesaki.api.headers import RAW, SecurityHeaders
from atesaki.api.metrics import Metrics
from atesaki.api.problem import (
    BadRequest,
    StoreBusy,
    respond_error,
    respond_store_away,
    respond_unexpected,
)
from atesaki.identity.verifier import Identity
from atesaki.judgement.decision import Action
from atesaki.judgement.errors import AtesakiError
from atesaki.sending.answer import DecisionAnswer
from atesaki.sending.check import Lesson, Submitted
from atesaki.sending.fingerprint import sender_key
from atesaki.sending.request import Caller, DecisionRequest
from atesaki.storage.errors import STORE_AWAY

PATH = "/v1/decisions"

_MAX_KEY = 255
_HEADERS = [(b"content-type", b"application/json"), (b"cache-control", b"no-store"), *RAW]


class Checks(Protocol):
    """Judges and records requests."""

    async def submit(self, request: DecisionRequest, caller: Caller, /) -> Submitted:
        """Judge and begin to record."""

    async def settled(self, recorded: Awaitable[object], lesson: Lesson | None, /) -> None:
        """Return once the record is durable."""


class AnswersOnce(Protocol):
    """Judges and records one request, however often it is sent."""

    async def once(self, key: str, request: DecisionRequest, caller: Caller, /) -> DecisionAnswer:
        """Return what to answer, once it is recorded."""


class Decisions:
    """The endpoint; what it answers has been recorded."""

    def __init__(self, check: Checks, retries: AnswersOnce, access: Access, metrics: Metrics, max_body: int) -> None:
        self._check = check
        self._retries = retries
        self._access = access
        self._metrics = metrics
        self._max_body = max_body
        self._decoder = msgspec.json.Decoder(DecisionRequest)
        self._encoder = msgspec.json.Encoder()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request as a route."""
        await self.respond(dict(scope["headers"]), scope, receive, send)

    async def respond(self, received: dict[bytes, bytes], scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request with these headers, whatever breaks."""
        started = time.perf_counter()
        try:
            action, body = await self._answer(received, receive)
        except AtesakiError as error:
            self._metrics.refused(error.type)
            await SecurityHeaders(respond_error(error))(scope, receive, send)
            return
        except ClientDisconnect:
            return
        except STORE_AWAY as error:
            self._metrics.refused(StoreBusy.type)
            await SecurityHeaders(respond_store_away(error))(scope, receive, send)
            return
        except Exception as error:  # noqa: BLE001  # Nobody further out would answer.
            await SecurityHeaders(respond_unexpected(error, scope["method"]))(scope, receive, send)
            return
        self._metrics.decided(action, time.perf_counter() - started)
        headers = [*_HEADERS, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, headers: dict[bytes, bytes], receive: Receive) -> tuple[Action, bytes]:
        """Return the action and the whole answer, both recorded."""
        submitted = await self._submitted(headers, receive)
        action, body = submitted.answer.action, self._encoder.encode(submitted.answer)
        _, recorded, lesson = submitted
        # By now the message is forgotten, and so is the answer but for its bytes.
        del submitted
        await self._check.settled(recorded, lesson)
        return action, body

    async def _submitted(self, headers: dict[bytes, bytes], receive: Receive) -> Submitted:
        caller = await self._access.keyed(headers.get(b"atesaki-key"))
        body = await read_body(headers, receive, self._max_body)
        request = decode(self._decoder, body)
        if (authorization := headers.get(b"authorization")) is not None:
            caller = Caller(caller.key, await self._identity(authorization))
        await self._access.limits.take("sender", sender_key(caller, request.message))
        if (key := headers.get(b"idempotency-key")) is not None:
            answer = await self._retries.once(_idempotency_key(key), request, caller)
            return Submitted(answer, _nothing(), None)
        return await self._check.submit(request, caller)

    async def _identity(self, authorization: bytes) -> Identity | None:
        scheme, _, token = authorization.decode("latin-1").partition(" ")
        return await self._access.identity(token.strip()) if scheme.lower() == "bearer" else None


class Application(FastAPI):
    """FastAPI, but the hot path goes past everything that only the other routes need: a tenth of a decision's time.

    `decisions` is the endpoint, `decisions_of_pages` the same one behind CORS, which a browser needs;
    both are set before the first request comes.
    """

    decisions: Decisions
    decisions_of_pages: ASGIApp

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a decision to its endpoint, and everything else on."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "POST":
            await super().__call__(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if b"origin" in headers:
            await self.decisions_of_pages(scope, receive, send)
        else:
            await self.decisions.respond(headers, scope, receive, send)


async def _nothing() -> None:
    """Wait for nothing: what is answered again was recorded before."""


def _idempotency_key(raw: bytes) -> str:
    key = raw.decode("latin-1").strip()
    if not 0 < len(key) <= _MAX_KEY:
        raise BadRequest(f"An Idempotency-Key has 1 to {_MAX_KEY} characters.", field="Idempotency-Key")
    return key
