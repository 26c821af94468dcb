"""The second check of a message, as its sender's client asks for it and sees how it stands."""

from typing import Annotated, Protocol
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from msgspec import structs

from atesaki.api.access import Access
from atesaki.api.body import JsonBody
from atesaki.api.schema import answer_of, problems, request_of
from atesaki.sending.request import Caller
from atesaki.sending.second_check_state import SecondCheck, SecondCheckRequest

CHECK_PAGE = "/console/checks/{decision_id}"
"""Where a checker looks at a message."""


class TakesSecondChecks(Protocol):
    """Lets senders ask for a second check, and see how it stands; blocks."""

    def ask(self, decision_id: str, request: SecondCheckRequest, caller: Caller) -> SecondCheck:
        """Return once the question is recorded."""

    def withdraw(self, decision_id: str, caller: Caller) -> SecondCheck:
        """Return once it is recorded that nobody need answer any more."""

    def state(self, decision_id: str, caller: Caller) -> SecondCheck:
        """Return how the check of this message stands."""


class LinkedCheck(SecondCheck, frozen=True, kw_only=True):
    """A second check and the page where a checker answers it, for the sender to hand on.

    `told` says that checkers are told by mail, too.
    """

    url: str
    told: bool


_CheckBody = Annotated[SecondCheckRequest, Depends(JsonBody(SecondCheckRequest))]


def second_checks_router(checks: TakesSecondChecks, access: Access, public_url: str | None, *, told: bool) -> APIRouter:
    """Return the routes; without a `public_url` links lead to where the request was made to.

    `told` says whether checkers are told by mail.
    """
    router = APIRouter(prefix="/v1/decisions/{decision_id}/second_check", tags=["sending"])
    answers = answer_of(LinkedCheck, "How the second check stands.")

    def linked(check: SecondCheck, request: Request) -> Response:
        url = check_url(public_url or str(request.base_url).rstrip("/"), check.decision_id)
        body = LinkedCheck(**structs.asdict(check), url=url, told=told)
        return Response(msgspec.json.encode(body), media_type="application/json")

    @router.post(
        "",
        openapi_extra=request_of(SecondCheckRequest),
        responses={**answers, **problems(404, 409, 410, 429)},
    )
    def ask(
        decision_id: UUID, caller: Annotated[Caller, Depends(access.client)], body: _CheckBody, request: Request
    ) -> Response:
        """Ask for another person's check; asked again about the same message, answer with the check that there is."""
        return linked(checks.ask(str(decision_id), body, caller), request)

    @router.get("", responses={**answers, **problems(404, 429)})
    def check(decision_id: UUID, caller: Annotated[Caller, Depends(access.client)], request: Request) -> Response:
        """Tell how the second check of a message stands."""
        return linked(checks.state(str(decision_id), caller), request)

    @router.post("/withdrawal", responses={**answers, **problems(404, 409, 429)})
    def withdraw(decision_id: UUID, caller: Annotated[Caller, Depends(access.client)], request: Request) -> Response:
        """Take back the question that was asked for just this decision; what was answered first is refused (409)."""
        return linked(checks.withdraw(str(decision_id), caller), request)

    return router


def check_url(base_url: str, decision_id: str) -> str:
    """Return the address of the page where a checker answers."""
    return f"{base_url}{CHECK_PAGE.format(decision_id=decision_id)}"
