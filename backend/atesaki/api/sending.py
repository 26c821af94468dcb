"""What a client says after a decision: how it was released, and what became of the message."""

from typing import Annotated, Protocol
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Response

from atesaki.api.access import Access
from atesaki.api.body import JsonBody
from atesaki.api.schema import answer_of, problems, request_of
from atesaki.sending.outcome import OutcomeRequest
from atesaki.sending.release import Released, ReleaseRequest
from atesaki.sending.request import Caller


class TakesReleases(Protocol):
    """Records releases."""

    def release(self, decision_id: str, request: ReleaseRequest, caller: Caller) -> Released:
        """Return once the release is recorded; blocks."""


class TakesOutcomes(Protocol):
    """Records outcomes."""

    async def report(self, decision_id: str, request: OutcomeRequest, caller: Caller) -> None:
        """Return once the outcome is recorded."""


_ReleaseBody = Annotated[ReleaseRequest, Depends(JsonBody(ReleaseRequest))]
_OutcomeBody = Annotated[OutcomeRequest, Depends(JsonBody(OutcomeRequest))]


def sending_router(releases: TakesReleases, outcomes: TakesOutcomes, access: Access) -> APIRouter:
    """Return the routes below one decision."""
    router = APIRouter(prefix="/v1/decisions/{decision_id}", tags=["sending"])

    @router.post(
        "/release",
        openapi_extra=request_of(ReleaseRequest),
        responses={**answer_of(Released, "The same message may now be sent once."), **problems(404, 409, 410, 429)},
    )
    def release(decision_id: UUID, caller: Annotated[Caller, Depends(access.client)], body: _ReleaseBody) -> Response:
        """Accept a held message, by acknowledgement or with a reason."""
        return _json(releases.release(str(decision_id), body, caller))

    @router.post("/outcome", status_code=204, openapi_extra=request_of(OutcomeRequest), responses=problems(404, 429))
    async def outcome(decision_id: UUID, caller: Annotated[Caller, Depends(access.client)], body: _OutcomeBody) -> None:
        """Report what became of a message."""
        await outcomes.report(str(decision_id), body, caller)

    return router


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
