"""Makes deleted data unreadable in the files of the store, as far as a database lets anybody do that."""

import time
from collections.abc import Collection
from pathlib import Path
from typing import Final

from sqlalchemy import text

from atesaki.storage.engine import SQLITE_PRAGMAS, Store
from atesaki.storage.place import Place

COMPACTED_UP_TO: Final = 256 * 1024 * 1024
"""A larger SQLite file isn't written anew while people are sending: the journal would have to wait too long."""

_CHUNK: Final = 1 << 22
_PATIENCE: Final = 30.0
_VACUUMED: Final = (
    "personal",
    "roster_members",
    "roster_uploads",
    "trials",
    "correspondents",
    "decision_recipients",
    "decision_index",
    "decision_features",
    "idempotency_keys",
    "erasures",
    "sessions",
    "accounts",
    "one_time_links",
)


def scrub(store: Store, spellings: Collection[str] = (), largest: int = COMPACTED_UP_TO) -> bool:
    """Empty the write-ahead log and overwrite what is free; return whether no spelling is left in the files.

    On PostgreSQL the space of deleted rows is freed; when its bytes are overwritten is up to the database.
    """
    if store.place is None:
        _vacuum_postgresql(store)
        return True
    emptied = _empty_log(store.place)
    if emptied and spellings and not found_in_files(store.place.path, spellings):
        return True
    if store.place.path.stat().st_size > largest:
        return False
    compact(store.place)
    return _empty_log(store.place) and not found_in_files(store.place.path, spellings)


def compact(place: Place) -> None:
    """Write a SQLite file anew, which leaves nothing of what was deleted; others wait meanwhile."""
    with place.connect(isolation_level=None) as connection:
        for pragma in SQLITE_PRAGMAS:
            connection.execute(pragma)
        connection.execute("VACUUM")
    connection.close()


def found_in_files(path: Path, spellings: Collection[str]) -> bool:
    """Tell whether the bytes of a spelling stand anywhere in the files of a SQLite store."""
    needles = [each.encode().lower() for each in spellings]
    files = (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm"))
    return any(_found(file, needles) for file in files if file.exists())


def _found(path: Path, needles: Collection[bytes]) -> bool:
    overlap, tail = max(map(len, needles), default=1) - 1, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            window = (tail + chunk).lower()
            if any(needle in window for needle in needles):
                return True
            tail = window[-overlap:] if overlap else b""
    return False


def _empty_log(place: Place) -> bool:
    """Move the write-ahead log into the database and cut it to nothing; readers may keep that from happening."""
    deadline = time.monotonic() + _PATIENCE
    connection = place.connect(isolation_level=None)
    try:
        while time.monotonic() < deadline:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return True
            time.sleep(0.1)
    finally:
        connection.close()
    return False


def _vacuum_postgresql(store: Store) -> None:
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in _VACUUMED:
            connection.execute(text(f"VACUUM {table}"))
