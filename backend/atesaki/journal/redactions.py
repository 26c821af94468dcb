"""Tells which replaced personal data is explained by a record: each redaction commits to what stands there after it."""

from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec
from msgspec import Struct

from atesaki.journal.record import commitment
from atesaki.journal.stored import Stored

KIND = "personal_data.redacted"


class Redaction(Struct, frozen=True):
    """The record whose blob is replaced, and the commitment to the new one."""

    record_id: str
    commitment: str


class RedactedBody(Struct, frozen=True):
    """The body of `personal_data.redacted`."""

    records: tuple[Redaction, ...]


class Replaced(NamedTuple):
    """A record whose personal data is marked as redacted."""

    stream: str
    position: int
    record_id: str


class _Record(Struct):
    body: RedactedBody


_decoder = msgspec.json.Decoder(_Record)


@dataclass
class Redactions:
    """What was seen of both sides, in whatever order: records of redactions, and blobs that were replaced."""

    _committed: set[tuple[str, str]] = field(default_factory=set)
    _replaced: dict[Replaced, str] = field(default_factory=dict)

    def note(self, row: Stored) -> None:
        """Take a record, which may tell of redactions, and whose own blob may have been replaced."""
        if row.kind == KIND:
            for each in told(row.body):
                self._committed.add((each.record_id, each.commitment))
        if row.redacted:
            place = Replaced(row.stream, row.position, row.record_id)
            self._replaced[place] = commitment(row.salt or b"", row.blob or b"")

    def unexplained(self) -> list[Replaced]:
        """Return the records whose blob is another one than any record of a redaction commits to."""
        return [place for place, now in self._replaced.items() if (place.record_id, now) not in self._committed]


def told(body: bytes) -> tuple[Redaction, ...]:
    """Return the redactions that a record tells of."""
    try:
        return _decoder.decode(body).body.records
    except msgspec.ValidationError:
        # It explains nothing then, and what it should explain is reported.
        return ()
