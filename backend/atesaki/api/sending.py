"""What a client says after a decision: how it was released, and what became of the message."""

from typing import Annotated, Protocol
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from msgspec import structs

from atesaki.api.access import Access
from atesaki.api.body import JsonBody
from atesaki.api.schema import answer_of, problems, request_of
from atesaki.sending.outcome import OutcomeRequest
from atesaki.sending.release import Released, ReleaseRequest
from atesaki.sending.request import Caller
from atesaki.sending.second_check import SecondCheck, SecondCheckRequest

CHECK_PAGE = "/console/checks/{decision_id}"
"""Where a checker looks at a message."""


class TakesReleases(Protocol):
    """Records releases."""

    def release(self, decision_id: str, request: ReleaseRequest, caller: Caller) -> Released:
        """Return once the release is recorded; blocks."""


class TakesSecondChecks(Protocol):
    """Lets senders ask for a second check, and see how it stands; blocks."""

    def ask(self, decision_id: str, request: SecondCheckRequest, caller: Caller) -> SecondCheck:
        """Return once the question is recorded."""

    def state(self, decision_id: str, caller: Caller) -> SecondCheck:
        """Return how the check of this message stands."""


class LinkedCheck(SecondCheck, frozen=True, kw_only=True):
    """A second check and the page where a checker answers it, for the sender to hand on."""

    url: str


class TakesOutcomes(Protocol):
    """Records outcomes."""

    async def report(self, decision_id: str, request: OutcomeRequest, caller: Caller) -> None:
        """Return once the outcome is recorded."""


_ReleaseBody = Annotated[ReleaseRequest, Depends(JsonBody(ReleaseRequest))]
_CheckBody = Annotated[SecondCheckRequest, Depends(JsonBody(SecondCheckRequest))]
_OutcomeBody = Annotated[OutcomeRequest, Depends(JsonBody(OutcomeRequest))]


def sending_router(
    releases: TakesReleases,
    checks: TakesSecondChecks,
    outcomes: TakesOutcomes,
    access: Access,
    public_url: str | None,
) -> APIRouter:
    """Return the routes below one decision; without a `public_url` links lead to where the request was made to."""
    _Caller = Annotated[Caller, Depends(access.client)]  # noqa: N806  # A type, made of what is handed in.
    router = APIRouter(prefix="/v1/decisions/{decision_id}", tags=["sending"])

    @router.post(
        "/release",
        openapi_extra=request_of(ReleaseRequest),
        responses={**answer_of(Released, "The same message may now be sent once."), **problems(404, 409, 410, 429)},
    )
    def release(decision_id: UUID, caller: _Caller, body: _ReleaseBody) -> Response:
        """Accept a held message, by acknowledgement or with a reason."""
        return _json(releases.release(str(decision_id), body, caller))

    linked = answer_of(LinkedCheck, "How the second check stands.")

    @router.post(
        "/second_check",
        openapi_extra=request_of(SecondCheckRequest),
        responses={**linked, **problems(404, 409, 410, 429)},
    )
    def ask(decision_id: UUID, caller: _Caller, body: _CheckBody, request: Request) -> Response:
        """Ask for another person's check; asked again about the same message, answer with the check that there is."""
        return _json(_linked(checks.ask(str(decision_id), body, caller), public_url, request))

    @router.get("/second_check", responses={**linked, **problems(404, 429)})
    def check(decision_id: UUID, caller: _Caller, request: Request) -> Response:
        """Tell how the second check of a message stands."""
        return _json(_linked(checks.state(str(decision_id), caller), public_url, request))

    @router.post("/outcome", status_code=204, openapi_extra=request_of(OutcomeRequest), responses=problems(404, 429))
    async def outcome(decision_id: UUID, caller: _Caller, body: _OutcomeBody) -> None:
        """Report what became of a message."""
        await outcomes.report(str(decision_id), body, caller)

    return router


def check_url(base_url: str, decision_id: str) -> str:
    """Return the address of the page where a checker answers."""
    return f"{base_url}{CHECK_PAGE.format(decision_id=decision_id)}"


def _linked(check: SecondCheck, public_url: str | None, request: Request) -> LinkedCheck:
    url = check_url(public_url or str(request.base_url).rstrip("/"), check.decision_id)
    return LinkedCheck(**structs.asdict(check), url=url)


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
