"""Records and their exact bytes, which are the leaves of the Merkle tree.

A record is one JSON object whose keys stand in a fixed order and whose inner keys are sorted.
It names its own stream and position, so that no two records can change places unnoticed.
Personal data is never in it: only the commitment SHA-256(salt || blob) to a blob in another table.
"""

import datetime as dt
import hashlib
import os
import re
from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from atesaki.storage.engine import micros

SALT_BYTES = 16

_ADDRESS = re.compile(r"[^\s@＠﹫]+[@＠﹫][^\s@＠﹫]+")
_ENCODER = msgspec.json.Encoder(order="deterministic")
# The variant's two bits are 10 (RFC 9562 §4.1); the other two stay random.
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


class Entry(Struct, frozen=True):
    """What a caller asks the journal to record.

    `kind` is `noun.past_tense`, such as `decision.recorded`; `subject` is a decision id or a name;
    `body` holds no personal data; whatever is `personal` goes to a salted blob that can be deleted.
    """

    kind: str
    subject: str
    body: Mapping[str, object] | Struct
    personal: Mapping[str, object] | Struct | None = None


class RecordRef(NamedTuple):
    """Where a durable record stands: `position` counts from 0 within its `stream`."""

    record_id: str
    stream: str
    position: int


class Record(Struct, frozen=True):
    """A record as it was written; `commitment` is hexadecimal, `None` where nothing personal belongs to it."""

    stream: str
    position: int
    record_id: str
    kind: str
    subject: str
    recorded_at: Annotated[dt.datetime, Meta(tz=True)]
    body: dict[str, Any]
    commitment: str | None = None


class Personal(NamedTuple):
    """Personal data apart from its record; `blob` is JSON, `expires_at` in microseconds UTC or `None` for never."""

    salt: bytes
    blob: bytes
    expires_at: int | None


class Draft(NamedTuple):
    """An entry made ready by its caller's thread; only stream and position are missing from its bytes."""

    record_id: str
    kind: str
    subject: str
    recorded_at: int
    tail: bytes
    personal: Personal | None


class _Envelope(Struct):
    record_id: str
    kind: str
    subject: str
    recorded_at: dt.datetime
    body: Mapping[str, object] | Struct
    commitment: str | UnsetType = UNSET


def draft(entry: Entry, now: dt.datetime, retention: dt.timedelta | None = None) -> Draft:
    """Give the entry its id and its bytes; personal data expires `retention` after `now`.

    Raises `TypeError`, `UnicodeEncodeError` or `ValueError` where the entry can't be written:
    its caller fails then, and not the batch that it would be in.
    """
    if "\x00" in entry.subject:
        raise ValueError("the subject of a record holds a NUL character")
    at = micros(now)
    record_id = uuid7(at)
    envelope = _Envelope(record_id, entry.kind, entry.subject, now, entry.body)
    personal = None
    if entry.personal is not None:
        expires_at = None if retention is None else micros(now + retention)
        personal = Personal(os.urandom(SALT_BYTES), _ENCODER.encode(entry.personal), expires_at)
        envelope.commitment = commitment(personal.salt, personal.blob)
    return Draft(record_id, entry.kind, entry.subject, at, _ENCODER.encode(envelope)[1:], personal)


def exact_bytes(draft: Draft, stream: str, position: int) -> bytes:
    """Complete the bytes of the record; they are stored and hashed as they are and never made again."""
    return b'{"stream":"%b","position":%d,%b' % (stream.encode(), position, draft.tail)


def read_record(body: bytes) -> Record:
    """Decode the bytes of a record; raises `msgspec.MsgspecError` where they are none."""
    return msgspec.json.decode(body, type=Record)


def without_addresses(text: str) -> str:
    """Take addresses out of what somebody typed: the body of a record stays when all personal data has gone."""
    return _ADDRESS.sub("(address)", text)


def commitment(salt: bytes, blob: bytes) -> str:
    """SHA-256 over salt and blob, hexadecimal; without the salt nobody can guess the blob from it."""
    digest = hashlib.sha256(salt)
    digest.update(blob)  # Joined first, a message to hundreds would be copied once more.
    return digest.hexdigest()


def uuid7(at: int) -> str:
    """Make a UUIDv7 (RFC 9562 §5.7) of the moment `at`, in microseconds UTC."""
    time = f"{at // 1000:012x}"
    random = os.urandom(10).hex()
    return f"{time[:8]}-{time[8:]}-7{random[:3]}-{_VARIANT[random[3]]}{random[4:7]}-{random[8:]}"


def first_id_at(at: int) -> str:
    """Give the least id that a record of the moment `at` (microseconds UTC) can have."""
    text = f"{at // 1000:012x}"
    return f"{text[:8]}-{text[8:]}-7000-8000-000000000000"
