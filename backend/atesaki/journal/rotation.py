"""Changes of the signing key: a note that the old and the new key both sign (C2SP signed-note).

It names both keys and the heads of all streams of the old key. Whoever trusts the old key learns the new one from it,
whoever trusts the new key learns where the old one's streams ended: what is added to them later was forged.
"""

import contextlib
import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from atesaki.journal.checkpoint import Checkpoint
from atesaki.journal.errors import JournalKeyUnusable
from atesaki.journal.note import BadNote, decode, encode, is_signed, sign_text, split_note
from atesaki.journal.record import read_record
from atesaki.storage.engine import Store
from atesaki.storage.tables import records

KIND = "key.rotated"
SUBJECT = "journal key"

_TITLE = "atesaki key rotation v1"
_NAME = "atesaki/key-rotation"
_LEAST_LINES = 5


class Rotation(NamedTuple):
    """What a note of rotation states; the keys are their 32 public bytes."""

    old: bytes
    new: bytes
    at: dt.datetime
    heads: tuple[Checkpoint, ...]


def sign_rotation(old: Ed25519PrivateKey, new: Ed25519PrivateKey, at: dt.datetime, heads: Iterable[Checkpoint]) -> str:
    """Write the note, signed by both keys."""
    keys = (encode(key.public_key().public_bytes_raw()) for key in (old, new))
    ends = (f"{head.stream} {head.size} {encode(head.root)}" for head in heads)
    text = "\n".join((_TITLE, *keys, at.isoformat(), *ends, ""))
    return sign_text(text, _NAME, old, new)


def open_rotation(note: str) -> Rotation:
    """Read a note and check both signatures; raises `BadNote`."""
    lines = split_note(note)[0].split("\n")
    if len(lines) < _LEAST_LINES or lines[0] != _TITLE:
        raise BadNote("the note about a change of the key can't be read")
    old, new = decode(lines[1]), decode(lines[2])
    if not (is_signed(note, _NAME, old) and is_signed(note, _NAME, new)):
        raise BadNote("the note about a change of the key is not signed by both keys")
    try:
        return Rotation(old, new, dt.datetime.fromisoformat(lines[3]), tuple(map(_head, lines[4:-1])))
    except ValueError as error:
        raise BadNote("the note about a change of the key can't be read") from error


def rotation_notes(store: Store) -> list[str]:
    """Give the notes of all changes that the journal holds, oldest first; a record that is none is passed over.

    It was changed, which is for `verify` to tell: it finds the record itself.
    """
    query = select(records.c.body).where(records.c.subject == SUBJECT, records.c.kind == KIND)
    with store.read() as connection:
        bodies = list(connection.execute(query.order_by(records.c.record_id)).scalars())
    return [note for body in bodies if (note := _note_in(body)) is not None]


def refuse_retired(bodies: Iterable[bytes], public_key: bytes) -> None:
    """Raise `JournalKeyUnusable` where one of these records says that this key was changed for another."""
    for body in bodies:
        # One that can't be read, because somebody changed it, is for `verify` to tell; here it must stop nobody.
        with contextlib.suppress(BadNote, msgspec.MsgspecError, UnicodeDecodeError):
            retired = open_rotation(str(read_record(body).body.get("note", ""))).old
            if retired != public_key:
                continue
            raise JournalKeyUnusable("The journal's key was changed; start this server again, with the new key.")


def _note_in(body: bytes) -> str | None:
    with contextlib.suppress(BadNote, msgspec.MsgspecError, UnicodeDecodeError, TypeError):
        note = str(read_record(body).body.get("note", ""))
        open_rotation(note)
        return note
    return None


def _head(line: str) -> Checkpoint:
    stream, size, root = line.split(" ")
    return Checkpoint(stream, int(size), decode(root))
