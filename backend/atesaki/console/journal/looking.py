"""Reads from the journal who looked at personal data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from atesaki.console.journal.ports import Look
from atesaki.journal.read import Reader, Search
from atesaki.journal.record import Record
from atesaki.sending.record import KIND as DECISION

KIND: Final = "personal_data.viewed"
TRIAL: Final = "trial "
"""How `try_it.kept` begins the subject of a kept try."""

_ID_LENGTH: Final = 36


class JournaledLooks:
    """The looks as the journal recorded them, newest first."""

    size = 50

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def newest(self, *, before: str | None = None) -> list[Look]:
        """Return a page; `before` is the record id of the last one on the page before."""
        records = self._reader.newest(Search(kind=KIND), limit=self.size, before=before)
        looks = [_look(record, self._reader.personal_of(record.record_id) or {}) for record in records]
        return [look._replace(decision=self._decision_of(look)) for look in looks]

    def _decision_of(self, look: Look) -> str:
        """Return the decision whose record, or which by its own id, somebody looked at."""
        if look.what or len(look.subject) != _ID_LENGTH:
            return ""
        record = self._reader.get(look.subject)
        decision = look.subject if record is None else record.subject
        return decision if any(each.kind == DECISION for each in self._reader.of_subject(decision)) else ""


def _look(record: Record, personal: Mapping[str, Any]) -> Look:
    by = personal.get("by") or personal.get("author") or ""
    body = record.body
    purpose = str(body.get("purpose") or personal.get("purpose") or "")
    if record.subject.startswith(TRIAL):
        # Nobody is asked what for: it is a try, and its page says so.
        return Look(record.record_id, record.recorded_at, record.subject.removeprefix(TRIAL), "trial", "", str(by))
    return Look(record.record_id, record.recorded_at, record.subject, str(body.get("what", "")), purpose, str(by))
