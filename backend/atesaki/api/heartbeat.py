"""`/v1/clients/{app}/heartbeat`: how a client is; `/v1/clients/{app}/nonce`: what it signs in with."""

from typing import Annotated, Protocol

import msgspec
from fastapi import APIRouter, Depends, Response
from msgspec import Struct

from atesaki.api.access import Access
from atesaki.api.body import JsonBody
from atesaki.api.schema import answer_of, problems, request_of
from atesaki.sending.client_report import Heartbeat
from atesaki.sending.request import Caller, ClientApp


class TakesHeartbeats(Protocol):
    """Records how clients are."""

    async def report(self, app: ClientApp, heartbeat: Heartbeat, caller: Caller) -> None:
        """Return once a report that is due is recorded."""


class IssuesNonces(Protocol):
    """Makes nonces that the verifier of identity tokens knows again."""

    def issue(self) -> str:
        """Return a new nonce."""


class Nonce(Struct, frozen=True):
    """A value for `nonce` in a request to Google, good for one sign-in within 15 minutes."""

    nonce: str


_Body = Annotated[Heartbeat, Depends(JsonBody(Heartbeat))]


def heartbeat_router(reports: TakesHeartbeats, nonces: IssuesNonces, access: Access) -> APIRouter:
    """Return the routes, for clients with a deployment key."""
    router = APIRouter(prefix="/v1/clients", tags=["clients"])

    @router.post("/{app}/heartbeat", status_code=204, openapi_extra=request_of(Heartbeat), responses=problems(404, 429))
    async def heartbeat(app: ClientApp, body: _Body, caller: Annotated[Caller, Depends(access.client)]) -> None:
        """Tell how a client is; the same report is recorded once a day, or once an hour while something is wrong."""
        await reports.report(app, body, caller)

    @router.post(
        "/{app}/nonce",
        dependencies=[Depends(access.client)],
        responses={**answer_of(Nonce, "The nonce."), **problems(404, 429)},
    )
    def nonce(app: ClientApp) -> Response:
        """Return a nonce to sign in with."""
        del app
        body = msgspec.json.encode(Nonce(nonces.issue()))
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})

    return router
