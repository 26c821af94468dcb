"""`/v1/rosters`: registered lists of people, for admins, and for owners where a roster is their own."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, StringConstraints

from atesaki.api.access import Editor
from atesaki.identity.errors import NotPermitted
from atesaki.identity.person import is_owner
from atesaki.judgement.facts import Handling
from atesaki.rosters.errors import RosterFileKind, RosterFileTooLarge, RosterNotFound, RosterWouldBeEmpty
from atesaki.rosters.import_csv import read_members
from atesaki.rosters.ownership import loosens
from atesaki.rosters.reasons import Locale, sentence
from atesaki.rosters.roster import MAX_NAME, MAX_TEXT, Roster, RosterDraft, description_of
from atesaki.rosters.rosters import ImportReport, Origin, Rosters

MAX_IMPORT_BYTES = 64 * 1024 * 1024
"""Largest file of members in bytes, unless the router is told otherwise; some hundred thousand people fit in."""

MAX_JSON_BYTES = 65_536
"""Largest JSON body in bytes; the longest owner and purpose fit in several times over."""

_IN_MEMORY = 1024 * 1024
_LOG_EVERY = 20_000
_CSV = "text/csv"
_KINDS = frozenset({
    "", _CSV, "text/plain", "text/tab-separated-values", "application/csv",
    # What browsers on Windows with Excel, and programs that don't know, say of a CSV file.
    "application/vnd.ms-excel", "application/octet-stream",
})  # fmt: skip
_EXAMPLE = "氏名,メールアドレス\n山田 太郎,taro@example.jp\n"
_FILE = {"required": True, "content": {_CSV: {"schema": {"type": "string"}, "example": _EXAMPLE}}}

_Responses = dict[int | str, dict[str, Any]]
_NOT_FOUND: _Responses = {404: {"description": "No roster has this name."}}
_DELETED: _Responses = {409: {"description": "Somebody else deleted it first."}}
_TOO_LARGE: _Responses = {413: {"description": "The body is too large."}}
_UNAVAILABLE: _Responses = {503: {"description": "The change can't be made durable at the moment."}}
_NOT_YOURS = "This roster isn't yours, or there is none of this name."
_LANGUAGES: dict[str, Locale] = {"ja": "ja", "en": "en"}

_log = structlog.get_logger(__name__)

NameText = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME, pattern=r"^[^/\x00-\x1f\x7f]+$")]
LineText = Annotated[str, StringConstraints(max_length=MAX_TEXT, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f]*$")]


class NewRoster(BaseModel):
    """A roster to register."""

    model_config = ConfigDict(extra="forbid")

    name: NameText
    owner: LineText
    purpose: LineText
    handling: Handling


class RosterChange(BaseModel):
    """What is to change; a name stays for ever, because policies refer to it."""

    model_config = ConfigDict(extra="forbid")

    owner: LineText | None = None
    purpose: LineText | None = None
    handling: Handling | None = None


class RosterView(BaseModel):
    """One roster; `members` is their number."""

    name: str
    owner: str
    purpose: str
    handling: Handling
    revision: int
    members: int
    created_at: dt.datetime
    updated_at: dt.datetime


class RosterList(BaseModel):
    """All rosters, by name."""

    rosters: list[RosterView]


class RejectedRow(BaseModel):
    """A row that is not, or not wholly, on the roster."""

    line: int
    reason: str


class ImportView(BaseModel):
    """What became of a file; `rejected` lists the first 1,000 rows of `rejected_count`."""

    accepted: int
    duplicates: int
    rejected: list[RejectedRow]
    rejected_count: int


def rosters_router(
    rosters: Rosters,
    editor_of: Callable[..., Editor],
    admin_of: Callable[..., str],
    *,
    max_import_bytes: int = MAX_IMPORT_BYTES,
    locale: Locale = "ja",
) -> APIRouter:
    """The routes; `locale` is the language of reasons where the caller accepts neither Japanese nor English.

    `editor_of` is a dependency that tells who edits, `admin_of` one that tells which admin registers a roster.
    """
    router = APIRouter(prefix="/v1/rosters", tags=["rosters"])
    door = Depends(editor_of)
    _add_registry(router, rosters, door, Depends(admin_of))
    _add_changes(router, rosters, door)
    _add_members(router, rosters, door, (max_import_bytes, locale))
    _add_export(router, rosters, door)
    return router


def _own(rosters: Rosters, name: str, editor: Editor) -> Roster:
    """Return a roster that the editor may see and change; raises `RosterNotFound`, or `NotPermitted`.

    An owner gets the same answer for both, so that nobody learns which rosters there are.
    """
    try:
        roster = rosters.get(name)
    except RosterNotFound:
        if editor.owner is None:
            raise
        raise NotPermitted(_NOT_YOURS) from None
    if editor.owner is not None and not is_owner(roster.owner, editor.owner):
        raise NotPermitted(_NOT_YOURS)
    return roster


def _add_registry(router: APIRouter, rosters: Rosters, door: Any, admin: Any) -> None:  # noqa: ANN401  # FastAPI's own type.
    @router.get("")
    def list_rosters(editor: Annotated[Editor, door]) -> RosterList:
        """List all rosters; an owner's own."""
        mine = (each for each in rosters.all() if editor.owner is None or is_owner(each.owner, editor.owner))
        return RosterList(rosters=[_view(roster) for roster in mine])

    @router.post(
        "",
        status_code=201,
        max_body_size=MAX_JSON_BYTES,
        responses={409: {"description": "The name is taken."}, **_TOO_LARGE, **_UNAVAILABLE},
    )
    def create_roster(author: Annotated[str, admin], body: NewRoster) -> RosterView:
        """Register an empty roster."""
        return _view(rosters.create(RosterDraft(body.name, body.owner, body.purpose, body.handling), author))

    @router.get("/{name}", responses=_NOT_FOUND)
    def show_roster(editor: Annotated[Editor, door], name: str) -> RosterView:
        """Show one roster."""
        return _view(_own(rosters, name, editor))


def _add_changes(router: APIRouter, rosters: Rosters, door: Any) -> None:  # noqa: ANN401  # FastAPI's own type.
    @router.patch(
        "/{name}",
        max_body_size=MAX_JSON_BYTES,
        responses={**_NOT_FOUND, 409: {"description": "Another change was faster."}, **_TOO_LARGE, **_UNAVAILABLE},
    )
    def edit_roster(editor: Annotated[Editor, door], name: str, body: RosterChange) -> RosterView:
        """Change owner, purpose or handling; what is left out stays. Only an admin gives a roster another owner."""
        old = _own(rosters, name, editor)
        owner = old.owner if body.owner is None else body.owner
        if editor.owner is not None and owner != old.owner:
            raise NotPermitted("Only an admin gives a roster another owner.", field="owner")
        if editor.owner is not None and loosens(old.handling, body.handling or old.handling):
            raise NotPermitted("Only an admin makes the handling of a roster less strict.", field="handling")
        purpose = old.purpose if body.purpose is None else body.purpose
        draft = RosterDraft(old.name, owner, purpose, body.handling or old.handling)
        return _view(rosters.edit(draft, editor.author, seen=description_of(old)))

    @router.delete("/{name}", status_code=204, responses={**_NOT_FOUND, **_DELETED, **_UNAVAILABLE})
    def delete_roster(editor: Annotated[Editor, door], name: str) -> None:
        """Delete a roster with its members."""
        rosters.delete(_own(rosters, name, editor).name, editor.author)


def _add_members(router: APIRouter, rosters: Rosters, door: Any, told: tuple[int, Locale]) -> None:  # noqa: ANN401  # FastAPI's own type.
    limit, locale = told

    @router.put(
        "/{name}/members",
        openapi_extra={"requestBody": _FILE},
        responses={
            **_NOT_FOUND,
            **_UNAVAILABLE,
            409: {"description": "The roster would lose all members, or another import was faster."},
            **_TOO_LARGE,
            415: {"description": "The body is not text."},
            422: {"description": "The file can't be read, or no column of it holds e-mail addresses."},
        },
    )
    async def replace_members(
        request: Request,
        editor: Annotated[Editor, door],
        name: str,
        allow_empty: Annotated[bool, Query()] = False,  # noqa: FBT002  # A query parameter has a name at every call.
        accept_language: Annotated[str, Header()] = "",
    ) -> ImportView:
        """Replace all members by those of a CSV file, in any usual encoding and with the columns in any order."""
        roster = await run_in_threadpool(_own, rosters, name, editor)
        with SpooledTemporaryFile(_IN_MEMORY) as file, _rows_named(_preferred(accept_language, locale)) as language:
            await _receive(request, file, limit)
            report = await run_in_threadpool(
                rosters.replace,
                roster.name,
                read_members(file),
                Origin(editor.author),
                allow_empty=allow_empty,
                progress=_log_progress,
            )
        return _import_view(report, language)


def _add_export(router: APIRouter, rosters: Rosters, door: Any) -> None:  # noqa: ANN401  # FastAPI's own type.
    @router.get("/{name}/members", responses={**_NOT_FOUND, **_UNAVAILABLE, 200: {"content": {_CSV: {}}}})
    def export_members(editor: Annotated[Editor, door], name: str) -> Response:
        """Export all members as CSV; the journal records that someone did."""
        roster = _own(rosters, name, editor)
        disposition = {"Content-Disposition": 'attachment; filename="members.csv"'}
        return Response(rosters.export(roster.name, editor.author), media_type=_CSV, headers=disposition)


@contextmanager
def _rows_named(language: Locale) -> Iterator[Locale]:
    """Let a refusal of a file without any member say what is wrong with its rows."""
    try:
        yield language
    except RosterWouldBeEmpty as error:
        error.errors = [row.model_dump() for row in _import_view(error.report, language).rejected]
        raise


async def _receive(request: Request, file: IO[bytes], limit: int) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _KINDS:
        raise RosterFileKind("Send the members as text/csv.", field="Content-Type")
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise RosterFileTooLarge(f"A file of members has at most {limit:,} bytes.")
        file.write(chunk)


def _preferred(accept_language: str, default: Locale) -> Locale:
    """The better of our two languages (RFC 9110 §12.5.4), the first named where they are equal."""
    best, best_quality = default, 0.0
    for choice in accept_language.lower().split(","):
        tag, _, weight = choice.partition(";")
        language = _LANGUAGES.get(tag.strip().partition("-")[0])
        quality = _quality(weight)
        if language and quality > best_quality:
            best, best_quality = language, quality
    return best


def _quality(weight: str) -> float:
    try:
        return float(weight.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0.0


def _log_progress(members: int) -> None:
    if members % _LOG_EVERY == 0:
        _log.info("roster.import_progress", members=members)


def _view(roster: Roster) -> RosterView:
    return RosterView.model_validate(roster, from_attributes=True)


def _import_view(report: ImportReport, locale: Locale) -> ImportView:
    return ImportView(
        accepted=report.accepted,
        duplicates=report.duplicates,
        rejected=[RejectedRow(line=row.line, reason=sentence(row.reason, locale)) for row in report.rejected],
        rejected_count=report.rejected_count,
    )
