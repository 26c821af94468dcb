"""Keeps holds, expiry and erasure out of each other's way, also where several processes share a store."""

from contextlib import AbstractContextManager

from sqlalchemy import Connection

from atesaki.storage.engine import Store

# "rights" and "rightsup" in ASCII; any constants will do, as long as all replicas use the same.
_CHANGE_LOCK = 0x726967687473
UPKEEP_LOCK = 0x7269676874737570


def changing(store: Store) -> AbstractContextManager[Connection]:
    """A writing transaction beside which no other of this kind runs: no hold comes between a look and a deletion."""
    return store.write_alone(_CHANGE_LOCK)
