"""`/v1/organization`: who we are, replaced as a whole."""

from typing import Annotated, Protocol

import msgspec
from fastapi import APIRouter, Depends, Response

from atesaki.api.access import Access
from atesaki.api.body import JsonBody
from atesaki.api.schema import answer_of, request_of
from atesaki.judgement.facts import Organization
from atesaki.sending.organization import OrganizationState


class KeepsOrganization(Protocol):
    """Keeps the organization in force."""

    @property
    def state(self) -> OrganizationState:
        """The organization and its revision."""

    def put(self, organization: Organization, author: str) -> OrganizationState:
        """Replace it; blocks."""


_Body = Annotated[Organization, Depends(JsonBody(Organization))]


def organization_router(organization: KeepsOrganization, access: Access) -> APIRouter:
    """Return the routes, for admins."""
    router = APIRouter(prefix="/v1/organization", tags=["organization"])
    answer = answer_of(OrganizationState, "The organization in force.")

    @router.get("", responses=answer, dependencies=[Depends(access.admin)])
    def get_organization() -> Response:
        """Return the organization in force."""
        return _answer(organization.state)

    @router.put("", responses=answer, openapi_extra=request_of(Organization))
    def put_organization(author: Annotated[str, Depends(access.admin)], body: _Body) -> Response:
        """Replace the organization; it is in force for the next decision."""
        return _answer(organization.put(body, author))

    return router


def _answer(state: OrganizationState) -> Response:
    return Response(msgspec.json.encode(state), media_type="application/json", headers={"ETag": f'"{state.revision}"'})
