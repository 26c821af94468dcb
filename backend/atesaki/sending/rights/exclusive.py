"""Keeps holds, expiry and erasure out of each other's way, also where several processes share a store."""

import contextlib
from collections.abc import Iterator

from sqlalchemy import Connection, text

from atesaki.storage.engine import Store

# "rights" and "rightsup" in ASCII; any constants will do, as long as all replicas use the same.
_CHANGE_LOCK = 0x726967687473
UPKEEP_LOCK = 0x7269676874737570


@contextlib.contextmanager
def changing(store: Store) -> Iterator[Connection]:
    """A writing transaction beside which no other of this kind runs: no hold comes between a look and a deletion."""
    with store.write() as connection:
        if store.dialect == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHANGE_LOCK})
        yield connection
