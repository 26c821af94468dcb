"""`/v1/policies`: the policy set in force as files, replaced as a whole and only by one that passes its own tests."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, StringConstraints

from atesaki.api.access import Access
from atesaki.api.schema import problems
from atesaki.policies.current import InForce
from atesaki.policies.drafting.draft import IN_THE_CONSOLE, FourEyes
from atesaki.policies.revisions import Revision

FileName = Annotated[str, StringConstraints(max_length=128)]
FileText = Annotated[str, StringConstraints(max_length=1_000_000)]
Note = Annotated[str, Query(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$", description="Why it was published.")]
IfMatch = Annotated[
    str, Header(max_length=200, description="ETag of the set that this one replaces; any other is left alone (412).")
]


class PublishesPolicies(Protocol):
    """Keeps the policy set in force."""

    @property
    def in_force(self) -> InForce:
        """The set in force and its publication."""

    @property
    def newest(self) -> Revision:
        """What was published last, whether or not it loads."""

    @property
    def problem(self) -> str | None:
        """Why a newer set is not in force."""

    @property
    def read_only(self) -> bool:
        """Whether a folder is the truth."""

    def publish(self, files: Mapping[str, str], author: str, note: str, *, expected: str | None = None) -> Revision:
        """Put a set in force, where `expected` is given only in the place of that revision; blocks."""


class PublicationView(BaseModel):
    """A published policy set: its files, who published it and when."""

    number: int
    revision: str
    files: dict[str, str]
    author: str
    note: str
    published_at: dt.datetime


class PoliciesView(PublicationView):
    """A policy set in force; `problem` says why a newer one is not.

    `newest` is what was published last where that is not in force: the publication that the next one follows.
    """

    problem: str | None
    read_only: bool
    newest: PublicationView | None


def policies_router(policies: PublishesPolicies, access: Access, *, four_eyes: bool = False) -> APIRouter:
    """Return the routes, for admins; with `four_eyes` nothing is published here, since a token is nobody's own."""
    router = APIRouter(prefix="/v1/policies", tags=["policies"])

    def view(revision: Revision) -> PoliciesView:
        newest = policies.newest
        return PoliciesView(
            **_publication(revision).model_dump(),
            problem=policies.problem,
            read_only=policies.read_only,
            newest=None if newest.number == revision.number else _publication(newest),
        )

    def tagged(revision: Revision, response: Response) -> PoliciesView:
        response.headers["ETag"] = f'"{revision.revision}"'
        return view(revision)

    @router.get("", dependencies=[Depends(access.admin)])
    def get_policies(response: Response) -> PoliciesView:
        """Return the policy set in force; its ETag is what `If-Match` of a publication takes, as is `newest.revision`.

        Where a newer set is not in force, `newest` holds it, and a publication follows that one.
        """
        return tagged(policies.in_force.published, response)

    @router.put("", responses=problems(403, 409, 412))
    def put_policies(
        author: Annotated[str, Depends(access.admin)],
        files: dict[FileName, FileText],
        response: Response,
        note: Note = "",
        if_match: IfMatch = "*",
    ) -> PoliciesView:
        """Publish a whole set, tests included; refused whole unless it loads and its tests pass."""
        if four_eyes:
            raise FourEyes(IN_THE_CONSOLE)
        return tagged(policies.publish(files, author, note, expected=_expected(if_match)), response)

    return router


def _publication(revision: Revision) -> PublicationView:
    return PublicationView(
        number=revision.number,
        revision=revision.revision,
        files=revision.files,
        author=revision.author,
        note=revision.note,
        published_at=revision.published_at,
    )


def _expected(if_match: str) -> str | None:
    """Return the revision that a publication may replace, `None` for any (RFC 9110 §13.1.1)."""
    return None if if_match.strip() == "*" else if_match.strip().strip('"')
