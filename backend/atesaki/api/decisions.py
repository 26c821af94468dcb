"""`POST /v1/decisions`: the one hot path, a plain ASGI endpoint without FastAPI's machinery (see the ADR on speed)."""

import time
from typing import Protocol

import msgspec
from starlette.datastructures import State
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from atesaki.api.access import Access
from atesaki.api.body import decode, read_body
from atesaki.api.headers import RAW
from atesaki.api.metrics import Metrics
from atesaki.api.problem import BadRequest, respond_error
from atesaki.identity.verifier import Identity
from atesaki.judgement.errors import AtesakiError
from atesaki.sending.answer import DecisionAnswer
from atesaki.sending.check import Judged
from atesaki.sending.fingerprint import sender_key
from atesaki.sending.request import Caller, DecisionRequest

PATH = "/v1/decisions"

_MAX_KEY = 255
_HEADERS = [(b"content-type", b"application/json"), (b"cache-control", b"no-store"), *RAW]


class Checks(Protocol):
    """Judges and records one request."""

    async def __call__(self, request: DecisionRequest, caller: Caller, /) -> Judged:
        """Return what to answer, once it is recorded."""


class AnswersOnce(Protocol):
    """Judges and records one request, however often it is sent."""

    async def once(self, key: str, body: bytes, request: DecisionRequest, caller: Caller, /) -> DecisionAnswer:
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
        """Answer one request."""
        started = time.perf_counter()
        try:
            answer = await self._answer(dict(scope["headers"]), receive)
        except AtesakiError as error:
            self._metrics.refused(error.type)
            await respond_error(error)(scope, receive, send)
            return
        except ClientDisconnect:
            return
        body = self._encoder.encode(answer)
        self._metrics.decided(answer.action, time.perf_counter() - started)
        headers = [*_HEADERS, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, headers: dict[bytes, bytes], receive: Receive) -> DecisionAnswer:
        caller = await self._access.keyed(headers.get(b"atesaki-key"))
        body = await read_body(headers, receive, self._max_body)
        request = decode(self._decoder, body)
        if (authorization := headers.get(b"authorization")) is not None:
            caller = Caller(caller.key, await self._identity(authorization, request.client.app))
        await self._access.limits.take("sender", sender_key(caller, request.message))
        if (key := headers.get(b"idempotency-key")) is not None:
            return await self._retries.once(_idempotency_key(key), body, request, caller)
        return (await self._check(request, caller)).answer

    async def _identity(self, authorization: bytes, app: str) -> Identity | None:
        scheme, _, token = authorization.decode("latin-1").partition(" ")
        return await self._access.identity(token.strip(), app) if scheme.lower() == "bearer" else None


class HotPath:
    """Takes the hot path past everything that the other routes need: 9 % of a decision's time, as measured."""

    def __init__(self, app: ASGIApp, state: State) -> None:
        self._app = app
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a decision to its endpoint, and everything else on."""
        if scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST":
            await self._state.decisions(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _idempotency_key(raw: bytes) -> str:
    key = raw.decode("latin-1").strip()
    if not 0 < len(key) <= _MAX_KEY:
        raise BadRequest(f"An Idempotency-Key has 1 to {_MAX_KEY} characters.", field="Idempotency-Key")
    return key
