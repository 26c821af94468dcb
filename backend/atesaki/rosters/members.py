"""The table of members: staged in small transactions, put in force at once, and found by mailbox key."""

import json
import time
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import structs
from sqlalchemy import Connection, Row, TextClause, and_, delete, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from atesaki.judgement.address import fold
from atesaki.judgement.facts import RosterHit
from atesaki.rosters.errors import RosterBusy
from atesaki.rosters.registry import Registered, next_revision, reading, writing
from atesaki.rosters.roster import Member
from atesaki.storage.engine import Store
from atesaki.storage.tables import roster_members, rosters

CHUNK = 2_000
"""Most rows of one transaction, so that on SQLite the journal never waits long for its turn to write."""

PAUSE = 0.02
"""Seconds between two deleting transactions, for the same reason."""

KEYS_PER_QUERY = 2_000
"""Most mailbox keys that one query looks up."""

_HITS = """
SELECT m.mailbox_key, r.name, r.handling
FROM {keys} CROSS JOIN roster_members m JOIN rosters r ON r.id = m.roster_id AND r.revision = m.revision
WHERE m.mailbox_key = k.value ORDER BY r.name
"""
_QUERIES: dict[str, TextClause] = {
    # SQLite keeps the order of a CROSS JOIN, and so takes the few keys first and the index on members next.
    "sqlite": text(_HITS.format(keys="json_each(:keys) AS k")),
    "postgresql": text(_HITS.format(keys="unnest(CAST(:keys AS text[])) AS k(value)")),
}

# One statement for a chunk; PostgreSQL takes many times as long over one for each row.
_INSERT_ARRAYS = text("""
INSERT INTO roster_members (roster_id, revision, mailbox_key, address, name)
SELECT :roster_id, :revision, members.*
FROM unnest(CAST(:keys AS text[]), CAST(:addresses AS text[]), CAST(:names AS text[])) AS members
""")


def stage(store: Store, roster_id: int, revision: int | None, chunk: Sequence[Member]) -> int:
    """Insert up to `CHUNK` members under a revision that isn't in force, a new one where it is `None`.

    Returns the revision; raises `RosterBusy` where the roster was deleted meanwhile.
    """
    try:
        with writing(store) as connection:
            staged = next_revision(connection, roster_id) if revision is None else revision
            _insert(connection, roster_id, staged, chunk)
    except IntegrityError as error:
        raise RosterBusy("This roster was changed in the meantime.") from error
    return staged


def discard(store: Store, roster_id: int, revision: int) -> None:
    """Delete the members of one revision in small transactions; of one in force, nothing.

    A commit whose answer was lost may have put the revision in force after all.
    """
    in_force = select(rosters.c.revision).where(rosters.c.id == roster_id).scalar_subquery()
    of_revision = and_(roster_members.c.roster_id == roster_id, roster_members.c.revision == revision)
    theirs = and_(of_revision, roster_members.c.revision != in_force)
    chunk = select(roster_members.c.mailbox_key).where(theirs).limit(CHUNK).scalar_subquery()
    while True:
        with writing(store) as connection:
            deleted = connection.execute(delete(roster_members).where(theirs, roster_members.c.mailbox_key.in_(chunk)))
        if deleted.rowcount < CHUNK:
            return
        time.sleep(PAUSE)


def sweep(store: Store, roster_id: int) -> None:
    """Delete what is older than the revision in force: former members and imports that died on their way."""
    for revision in _superseded(store, roster_id):
        discard(store, roster_id, revision)


def members_in_force(store: Store, roster_id: int) -> list[Member]:
    """All members of a roster, by address; for an export, never on the path of Send."""
    columns = (roster_members.c.mailbox_key, roster_members.c.address, roster_members.c.name)
    in_force = and_(roster_members.c.roster_id == rosters.c.id, roster_members.c.revision == rosters.c.revision)
    query = select(*columns).join(rosters, in_force).where(rosters.c.id == roster_id)
    with reading(store) as connection:
        rows = connection.execute(query.order_by(roster_members.c.mailbox_key))
        return [Member(row.mailbox_key, row.address, row.name) for row in rows]


def page_of_members(
    store: Store, roster: Registered, *, after: str = "", limit: int = CHUNK, search: str = ""
) -> list[Member]:
    """Up to `limit` members of the roster's revision behind the mailbox key `after`, in the order of their keys.

    `search` is a part of an address or a name, in whatever width and with whatever blanks it was typed.
    """
    table = roster_members.c
    query = select(table.mailbox_key, table.address, table.name).where(
        table.roster_id == roster.id, table.revision == roster.revision, table.mailbox_key > after
    )
    if search:
        part, name = fold(search), " ".join(search.split())
        query = query.where(
            table.address.icontains(part, autoescape=True)
            | table.name.icontains(name, autoescape=True)
            | table.name.icontains(part, autoescape=True)
        )
    with reading(store) as connection:
        rows = connection.execute(query.order_by(table.mailbox_key).limit(limit))
        return [Member(row.mailbox_key, row.address, row.name) for row in rows]


def each_member(store: Store, roster: Registered) -> Iterator[Member]:
    """All members of the roster's revision, read page by page, so that no number of them fills the memory."""
    after = ""
    while page := page_of_members(store, roster, after=after):
        yield from page
        after = page[-1].mailbox_key


def find_hits(store: Store, keys: Sequence[str]) -> dict[str, tuple[RosterHit, ...]]:
    """The rosters that each mailbox key is on; a key on none is left out. Raises `RostersUnavailable`."""
    found: dict[str, tuple[RosterHit, ...]] = {}
    with reading(store) as connection:
        for row in _hit_rows(connection, keys):
            found[row.mailbox_key] = (*found.get(row.mailbox_key, ()), RosterHit(row.name, row.handling))
    return found


def _hit_rows(connection: Connection, keys: Sequence[str]) -> Iterator[Row[Any]]:
    dialect = connection.dialect.name
    for start in range(0, len(keys), KEYS_PER_QUERY):
        some = list(keys[start : start + KEYS_PER_QUERY])
        parameter = json.dumps(some) if dialect == "sqlite" else some
        yield from connection.execute(_QUERIES[dialect], {"keys": parameter})


def _superseded(store: Store, roster_id: int) -> Iterator[int]:
    current = select(rosters.c.revision).where(rosters.c.id == roster_id).scalar_subquery()
    theirs = and_(roster_members.c.roster_id == roster_id, roster_members.c.revision < current)
    oldest = select(func.min(roster_members.c.revision)).where(theirs)
    while True:
        with reading(store) as connection:
            revision = connection.scalar(oldest)
        if revision is None:
            return
        yield revision


def _insert(connection: Connection, roster_id: int, revision: int, chunk: Sequence[Member]) -> None:
    if connection.dialect.name == "postgresql":
        keys, addresses, names = zip(*map(structs.astuple, chunk), strict=True)
        columns = {"keys": list(keys), "addresses": list(addresses), "names": list(names)}
        connection.execute(_INSERT_ARRAYS, {"roster_id": roster_id, "revision": revision, **columns})
    else:
        rows = [{"roster_id": roster_id, "revision": revision, **structs.asdict(member)} for member in chunk]
        connection.execute(insert(roster_members), rows)
