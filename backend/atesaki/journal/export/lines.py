"""The lines of an export, one JSON object each; what writes them and what verifies them agree here."""

import datetime as dt

from msgspec import Struct

VERSION = 1


class ExportLine(Struct, frozen=True, tag="export", tag_field="line", forbid_unknown_fields=True, omit_defaults=True):
    """The first line; `selected` says that only chosen decisions are in it, not all of the period."""

    version: int
    made_at: dt.datetime
    since: dt.datetime | None
    until: dt.datetime | None
    personal: bool
    selected: bool = False


class KeyLine(Struct, frozen=True, tag="key", tag_field="line", forbid_unknown_fields=True):
    """A change of the signing key: the note that the old and the new key signed."""

    note: str


class StreamLine(Struct, frozen=True, tag="stream", tag_field="line", forbid_unknown_fields=True):
    """A stream begins; `public_key` is its verifier key (C2SP signed-note)."""

    stream: str
    public_key: str


class SkippedLine(Struct, frozen=True, tag="skipped", tag_field="line", forbid_unknown_fields=True):
    """Records that were left out, as (level, hash) of the complete subtrees of 2**level leaves that they form."""

    subtrees: list[tuple[int, bytes]]


class RecordLine(Struct, frozen=True, tag="record", tag_field="line", forbid_unknown_fields=True, omit_defaults=True):
    """One record: `entry` is its exact bytes as text, `leaf_hash` the hash that was stored beside it."""

    position: int
    leaf_hash: bytes
    entry: str
    salt: bytes | None = None
    personal: str | None = None
    redacted: bool = False


class CheckpointLine(Struct, frozen=True, tag="checkpoint", tag_field="line", forbid_unknown_fields=True):
    """A checkpoint over all records of the stream so far, left-out ones included."""

    note: str


class EndLine(Struct, frozen=True, tag="end", tag_field="line", forbid_unknown_fields=True, omit_defaults=True):
    """The stream ends; `size` counts its records, left-out ones included.

    `newer` counts records that are not in it because no checkpoint covered them when the export was made.
    """

    size: int
    newer: int = 0


class TotalLine(Struct, frozen=True, tag="total", tag_field="line", forbid_unknown_fields=True):
    """The last line, so that a file that was cut off is noticed."""

    streams: int
    records: int


Line = ExportLine | KeyLine | StreamLine | SkippedLine | RecordLine | CheckpointLine | EndLine | TotalLine
