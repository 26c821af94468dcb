"""Finds a decision again in the journal, to release it or to hear what became of it."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, Protocol

import msgspec
from msgspec import Struct
from sqlalchemy import Row, select

from atesaki.identity.verifier import Assurance, Identity
from atesaki.journal.columns import read_personal
from atesaki.journal.record import read_record
from atesaki.judgement.decision import Action, Release
from atesaki.judgement.message import Recipient, Sender
from atesaki.sending.answer import ReleasedBy
from atesaki.sending.record import KIND, RecordedFinding
from atesaki.storage.engine import Store
from atesaki.storage.tables import personal, records


class FoundBody(Struct, frozen=True):
    """What has to be known of a recorded decision."""

    decision_id: str
    action: Action
    release: Release | None
    expires_at: dt.datetime
    policy_revision: str = ""
    assurance: Assurance = "claimed"
    released_by: ReleasedBy | None = None
    findings: tuple[RecordedFinding, ...] = ()


class FoundPersonal(Struct, frozen=True):
    """Whose decision it was, whom the message goes to, and what a release of it covers."""

    sender: Sender
    sender_key: str
    identity: Identity | None
    to: tuple[Recipient, ...]
    cc: tuple[Recipient, ...]
    bcc: tuple[Recipient, ...]
    fingerprint: str | None
    subject: str | None = None
    attachments: tuple[str, ...] = ()


class FoundDecision(Struct, frozen=True):
    """A decision as it was recorded; without `personal` once that has expired."""

    body: FoundBody
    personal: FoundPersonal | None
    record_id: str = ""


def still_stands(check: Row[Any], found: FoundDecision | None) -> bool:
    """Whether a second check was answered, or still can be: nobody can look at a mail that has been erased meanwhile.

    `check` is a row of `second_checks`, `found` the decision that it was asked for.
    """
    if check.state != "waiting":
        return True
    return found is not None and found.personal is not None and bool(found.personal.fingerprint == check.fingerprint)


class FindsDecisions(Protocol):
    """Finds recorded decisions."""

    def find(self, decision_id: str) -> FoundDecision | None:
        """Return the decision, `None` where there is none; blocks."""


class FindsManyDecisions(FindsDecisions, Protocol):
    """Finds many decisions at once, too."""

    def find_all(self, decision_ids: Collection[str]) -> Mapping[str, FoundDecision]:
        """Return those that there are, by id; blocks."""


class StoredDecisions:
    """The decisions in the store's journal."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, decision_id: str) -> FoundDecision | None:
        """Return the decision, `None` where there is none; blocks."""
        return self.find_all((decision_id,)).get(decision_id)

    def find_all(self, decision_ids: Collection[str]) -> dict[str, FoundDecision]:
        """Return those decisions that there are, by id, asked for in one query; blocks."""
        query = (
            select(records.c.subject, records.c.record_id, records.c.body, personal.c.blob)
            .join(personal, personal.c.record_id == records.c.record_id, isouter=True)
            .where(records.c.subject.in_(decision_ids), records.c.kind == KIND)
        )
        with self._store.read() as connection:
            rows = connection.execute(query).all()
        return {row.subject: _found(row.body, row.blob, row.record_id) for row in rows}


def _found(record: bytes, blob: bytes | None, record_id: str) -> FoundDecision:
    body = msgspec.convert(read_record(record).body, FoundBody)
    kept = None if blob is None else msgspec.convert(read_personal(blob), FoundPersonal)
    return FoundDecision(body, kept, record_id)
