"""`/v1/journal` for auditors: records, proofs, exports, checkpoints; personal data only with a purpose, recorded."""

import datetime as dt
from typing import Annotated, Any, Protocol
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse
from msgspec import Struct
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from atesaki.api.access import Access
from atesaki.api.problem import Invalid
from atesaki.api.schema import Responses, answer_of, problems
from atesaki.journal import Entry, Record, RecordRef
from atesaki.journal.checkpoint import BadCheckpoint, notes_in
from atesaki.journal.errors import RecordNotFound
from atesaki.journal.export import MEDIA_TYPES, Export, Format, Selection, viewed
from atesaki.journal.feed import Lag, TellsLag
from atesaki.journal.prove import InclusionProof, prove_record
from atesaki.journal.read import Proof, Reader, Search
from atesaki.storage.engine import Store

Name = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Reason = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]
_FILE: Responses = {
    200: {
        "description": "JSON lines with their proof, or one row a decision; `Atesaki-Records` counts the records.",
        "content": {media_type: {"schema": {"type": "string"}} for media_type in MEDIA_TYPES.values()},
        "headers": {"Atesaki-Records": {"schema": {"type": "integer"}}},
    }
}


def _no_number(value: str) -> str:
    # A bare number would be read as seconds since 1970, so that 2026 selects everything.
    if ":" not in value:
        raise ValueError("Write a moment such as 2026-04-01T00:00:00Z.")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_no_number)]


class Filters(BaseModel):
    """Which records to list; every given filter must hold. `after` is `next` of the page before."""

    # A filter that is misspelt must not select everything.
    model_config = ConfigDict(extra="forbid")

    kind: Name | None = None
    subject: Name | None = None
    decision_id: UUID | None = None
    since: Moment | None = None
    until: Moment | None = None
    after: UUID | None = None
    limit: int = Field(100, ge=1, le=1_000)


class PersonalChoice(BaseModel):
    """Whether personal data is wanted, and what for; the purpose is recorded."""

    model_config = ConfigDict(extra="forbid")

    personal: bool = False
    purpose: Reason | None = None


class ExportChoice(PersonalChoice):
    """Which records to export; `checkpoint` is one that the receiver keeps, and sees continued."""

    format: Format = "jsonl"
    since: Moment | None = None
    until: Moment | None = None
    checkpoint: str | None = Field(None, max_length=2_000)


class KeepsJournal(Protocol):
    """Records that somebody looked, and signs checkpoints; both block."""

    def append_blocking(self, entry: Entry) -> RecordRef:
        """Return once the entry is durable."""

    def checkpoint(self) -> str | None:
        """Sign a checkpoint over all that is durable."""


class JournalPage(Struct, frozen=True):
    """Matching records, newest first; `next` is the cursor of the next page, `null` on the last one."""

    records: list[Record]
    next: str | None


class JournalRecord(Struct, frozen=True):
    """One record, the proof that it stands under a signed checkpoint, and what is left of its personal data."""

    record: Record
    proof: Proof | None
    personal: dict[str, Any] | None = None


class JournalCheckpoint(Struct, frozen=True):
    """A signed checkpoint (C2SP tlog-checkpoint), `null` while nothing is recorded."""

    checkpoint: str | None


class FeedState(Struct, frozen=True):
    """The receivers of records, places that keep checkpoints, and mailboxes of notices that the settings name."""

    receivers: list[Lag]
    checkpoints: list[Lag]
    notices: list[Lag]


def journal_router(store: Store, journal: KeepsJournal, access: Access, feeds: TellsLag) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/v1/journal", tags=["journal"])
    desk = _Desk(store, journal)
    auditor = Depends(access.auditor)
    _add_proofs(router, desk, access)

    @router.get("", responses=answer_of(JournalPage, "Matching records."), dependencies=[auditor])
    def search(filters: Annotated[Filters, Query()]) -> Response:
        """List records, newest first, without personal data."""
        return _json(desk.page(filters))

    @router.get("/export", responses=_FILE)
    def export_file(author: Annotated[str, auditor], choice: Annotated[ExportChoice, Query()]) -> Response:
        """Stream records with checkpoints and keys, as JSON lines that verify without the database, or decisions."""
        return desk.export(choice, author)

    @router.post("/checkpoint", responses=answer_of(JournalCheckpoint, "The checkpoint."), dependencies=[auditor])
    def checkpoint() -> Response:
        """Sign a checkpoint over all records so far."""
        return _json(JournalCheckpoint(journal.checkpoint()))

    @router.get("/feed", responses=answer_of(FeedState, "The receivers."), dependencies=[auditor])
    def feed() -> Response:
        """Tell how far the receivers of records, of checkpoints and of notices are behind."""
        return _json(FeedState(feeds.lag(), feeds.checkpoint_lag(), feeds.notice_lag()))

    @router.get("/{record_id:uuid}", responses={**answer_of(JournalRecord, "The record."), **problems(404)})
    def show(record_id: UUID, author: Annotated[str, auditor], choice: Annotated[PersonalChoice, Query()]) -> Response:
        """Return one record with its proof, and with its personal data if that is asked for with a purpose."""
        return _json(desk.record(str(record_id), author, choice))

    return router


def _add_proofs(router: APIRouter, desk: "_Desk", access: Access) -> None:
    @router.get(
        "/{record_id:uuid}/proof",
        responses={**answer_of(InclusionProof, "The proof."), **problems(404, 409)},
        dependencies=[Depends(access.auditor)],
    )
    def proof(record_id: UUID) -> Response:
        """Return the proof of one record as a file that `atesaki journal verify` checks by itself."""
        return desk.proof(str(record_id))


class _Desk:
    """Answers auditors, and records first that they look at personal data."""

    def __init__(self, store: Store, journal: KeepsJournal) -> None:
        self._store = store
        self._journal = journal
        self._reader = Reader(store)

    def page(self, filters: Filters) -> JournalPage:
        _refuse_backwards(filters)
        subject = str(filters.decision_id) if filters.decision_id else filters.subject
        search = Search(kind=filters.kind, subject=subject, since=filters.since, until=filters.until)
        before = str(filters.after) if filters.after else None
        records = self._reader.newest(search, limit=filters.limit, before=before)
        return JournalPage(records, records[-1].record_id if len(records) == filters.limit else None)

    def record(self, record_id: str, author: str, choice: PersonalChoice) -> JournalRecord:
        record = self._reader.get(record_id)
        if record is None:
            raise RecordNotFound("There is no such record.")
        personal = None
        if choice.personal:
            self._journal.append_blocking(viewed(record_id, purpose=_purpose(choice), by=author))
            personal = self._reader.personal_of(record_id)
        return JournalRecord(record, self._reader.proof_of(record), personal)

    def export(self, choice: ExportChoice, author: str) -> Response:
        _refuse_backwards(choice)
        selection = Selection(
            since=choice.since, until=choice.until, personal=choice.personal, known=_known(choice.checkpoint)
        )
        if choice.personal:
            seen = viewed("journal", purpose=_purpose(choice), by=author, selection=selection)
            self._journal.append_blocking(seen)
        # What is handed out is proven whole: nothing in it is newer than the last signature.
        self._journal.checkpoint()
        whole = Export(self._store, selection, dt.datetime.now(dt.UTC), choice.format)
        headers = {**_attachment(f"atesaki-journal.{choice.format}"), "Atesaki-Records": str(whole.total)}
        return StreamingResponse(iter(whole), media_type=MEDIA_TYPES[choice.format], headers=headers)

    def proof(self, record_id: str) -> Response:
        self._journal.checkpoint()
        body = msgspec.json.encode(prove_record(self._store, record_id)) + b"\n"
        headers = _attachment(f"atesaki-proof-{record_id}.json")
        return Response(body, media_type="application/json", headers=headers)


def _refuse_backwards(choice: Filters | ExportChoice) -> None:
    """Refuse what would be an answer without records, and say nothing about the time that was meant."""
    if choice.since and choice.until and choice.until < choice.since:
        raise Invalid("The end is before the beginning.", field="until")


def _attachment(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def _known(checkpoint: str | None) -> tuple[str, ...]:
    try:
        return tuple(notes_in(checkpoint)) if checkpoint else ()
    except BadCheckpoint as error:
        raise Invalid("The checkpoint can't be read.", field="checkpoint") from error


def _purpose(choice: PersonalChoice) -> str:
    if not (choice.purpose or "").strip():
        raise Invalid("Say what the personal data is needed for.", field="purpose")
    return choice.purpose or ""


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json", headers={"Cache-Control": "no-store"})
