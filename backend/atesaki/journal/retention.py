"""Deletes personal data, by its expiry or on request; the records and their proofs stay as they are."""

from sqlalchemy import delete, select

from atesaki.storage.engine import Store
from atesaki.storage.tables import personal

EXPIRED_BATCH = 200


def delete_expired(store: Store, at: int, limit: int = EXPIRED_BATCH) -> int:
    """Delete up to `limit` blobs that expired before `at` (microseconds UTC); returns how many it were."""
    expired = select(personal.c.record_id).where(personal.c.expires_at < at).limit(limit)
    with store.read() as connection:
        found = list(connection.execute(expired).scalars())
    if found:
        with store.write() as connection:
            connection.execute(delete(personal).where(personal.c.record_id.in_(found)))
    return len(found)


def redact(store: Store, record_id: str, blob: bytes) -> bool:
    """Replace a blob by one without the person who asked for it, and mark it; returns whether it was there.

    Its commitment no longer fits, which `verify` counts and does not call broken: record each redaction.
    """
    changed = personal.update().where(personal.c.record_id == record_id).values(blob=blob, redacted=True)
    with store.write() as connection:
        return connection.execute(changed).rowcount == 1
