"""`/v1/organization`: who we are, replaced as a whole."""

import re
from typing import Annotated, Protocol

import msgspec
from fastapi import APIRouter, Depends, Header, Response

from atesaki.api.access import Access
from atesaki.api.body import JsonBody
from atesaki.api.schema import answer_of, problems, request_of
from atesaki.judgement.facts import Organization
from atesaki.sending.organization import OrganizationState

IfMatch = Annotated[
    str,
    Header(max_length=200, description="ETag of the organization that this one replaces; any other is kept (412)."),
]
_TAG = re.compile(r'"?([0-9]{1,9})"?')


class KeepsOrganization(Protocol):
    """Keeps the organization in force."""

    def refresh(self) -> OrganizationState:
        """Return the organization and its revision as the store has it; blocks."""

    def put(self, organization: Organization, author: str, *, seen: int | None = None) -> OrganizationState:
        """Replace it, where `seen` is given only in the place of that revision; blocks."""


_Body = Annotated[Organization, Depends(JsonBody(Organization))]


def organization_router(organization: KeepsOrganization, access: Access) -> APIRouter:
    """Return the routes, for admins."""
    router = APIRouter(prefix="/v1/organization", tags=["organization"])
    answer = answer_of(OrganizationState, "The organization in force.")

    @router.get("", responses=answer, dependencies=[Depends(access.admin)])
    def get_organization() -> Response:
        """Return the organization in force; its ETag is what `If-Match` of a change takes."""
        return _answer(organization.refresh())

    @router.put("", responses={**answer, **problems(412)}, openapi_extra=request_of(Organization))
    def put_organization(
        author: Annotated[str, Depends(access.admin)], body: _Body, if_match: IfMatch = "*"
    ) -> Response:
        """Replace the organization; it is in force for the next decision."""
        return _answer(organization.put(body, author, seen=_seen(if_match)))

    return router


def _seen(if_match: str) -> int | None:
    """Return the revision that a change may replace, `None` for any and -1 for one that there never was."""
    if if_match.strip() == "*":
        return None
    tag = _TAG.fullmatch(if_match.strip())
    return int(tag[1]) if tag else -1


def _answer(state: OrganizationState) -> Response:
    return Response(msgspec.json.encode(state), media_type="application/json", headers={"ETag": f'"{state.revision}"'})
