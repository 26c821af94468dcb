"""Takes personal data away from records, by its expiry or on request; the records and their proofs stay as they are."""

import os
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, update

from atesaki.journal.record import SALT_BYTES, commitment
from atesaki.storage.tables import personal


class Replacement(NamedTuple):
    """What stands in the place of a blob; under the former salt, whoever knows it could guess who was taken out."""

    record_id: str
    former_salt: bytes
    salt: bytes
    blob: bytes

    @property
    def commitment(self) -> str:
        """What a record of the redaction commits to, so that the rest of the blob can still be proven."""
        return commitment(self.salt, self.blob)


def replacement(record_id: str, former_salt: bytes, blob: bytes) -> Replacement:
    """Prepare a blob for `redact`, under a new salt."""
    return Replacement(record_id, former_salt, os.urandom(SALT_BYTES), blob)


def delete_personal(connection: Connection, record_ids: Sequence[str]) -> int:
    """Delete blobs with their salts; returns how many there were."""
    return connection.execute(delete(personal).where(personal.c.record_id.in_(record_ids))).rowcount


def redact(connection: Connection, new: Replacement) -> bool:
    """Replace a blob and mark it; returns whether it was there and nobody had replaced it in the meantime.

    The commitment of its record no longer fits, which `verify` counts and does not call broken:
    record the new commitment of each redaction, before it.
    """
    which = (personal.c.record_id == new.record_id) & (personal.c.salt == new.former_salt)
    changed = update(personal).where(which).values(blob=new.blob, salt=new.salt, redacted=True)
    return connection.execute(changed).rowcount == 1
