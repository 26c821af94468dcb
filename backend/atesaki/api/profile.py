"""`/v1/clients/{app}/profile`: what a mail client is told in advance."""

import hashlib
from typing import Annotated, Protocol

import msgspec
from fastapi import APIRouter, Depends, Header, Response

from atesaki.api.access import Access
from atesaki.api.schema import answer_of, problems
from atesaki.clients.profile import Profile
from atesaki.sending.request import ClientApp

ETag = Annotated[str | None, Header(max_length=1_000)]


class MakesProfiles(Protocol):
    """Knows what each kind of client needs."""

    def __call__(self, app: ClientApp, /) -> Profile:
        """Return the profile of a client."""


def profile_router(profile_of: MakesProfiles, access: Access) -> APIRouter:
    """Return the route, for clients with a deployment key."""
    router = APIRouter(prefix="/v1/clients", tags=["clients"], dependencies=[Depends(access.client)])

    @router.get(
        "/{app}/profile",
        responses={**answer_of(Profile, "The profile."), 304: {"description": "Unchanged."}, **problems(404, 429)},
    )
    def get_profile(app: ClientApp, if_none_match: ETag = None) -> Response:
        """Return which fields to collect, how long to wait, and the rule for when there is no answer."""
        body = msgspec.json.encode(profile_of(app))
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        if etag in (if_none_match or ""):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/json", headers=headers)

    return router
