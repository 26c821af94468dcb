"""The table of sources: which directory group a roster is kept in step with, and how that went last."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, delete, insert, select, update

from atesaki.rosters.registry import reading, writing
from atesaki.settings import Settings
from atesaki.storage.engine import Store, micros, moment
from atesaki.storage.tables import roster_sources, rosters

INCOMPLETE = "group-incomplete"
"""The problem of a sync that was done, but without the members whose address the directory would not tell."""

_LATE = 3
"""After so many rounds without a good sync a roster is late, even if no problem was noted."""


class Source(Struct, frozen=True):
    """One group; `problem` is the type of the error that the last sync met, such as `directory-busy`.

    `unresolved` is how many of its members could not be read when the roster was last brought in step.
    """

    provider: str
    group_id: str
    group_name: str
    synced_at: dt.datetime | None = None
    problem: str | None = None
    unresolved: int = 0

    def told(self) -> dict[str, object]:
        """How the journal names it."""
        return {"kind": "group", "provider": self.provider, "group": self.group_id}


class Synced(Struct, frozen=True):
    """How a sync went; `at` is `None` where it was not done, `unresolved` where the number of the last one holds."""

    problem: str | None
    at: dt.datetime | None = None
    unresolved: int | None = None


def late_after(settings: Settings) -> dt.timedelta:
    """How long after its last good sync a roster is late, and what a directory said of a list is too old."""
    return _LATE * dt.timedelta(minutes=settings.directory_sync_minutes)


def sources(store: Store) -> Mapping[str, Source]:
    """The sources of all rosters that have one, by the roster's name."""
    query = select(rosters.c.name, roster_sources).join(rosters, rosters.c.id == roster_sources.c.roster_id)
    with reading(store) as connection:
        return {row.name: _source(row) for row in connection.execute(query)}


def out_of_step(found: Mapping[str, Source], since: dt.datetime) -> list[str]:
    """The names of rosters whose last sync met a problem, or that were not synced since then.

    Those whose group has members that can't be read are as much in step as they can be.
    """
    failed = {name for name, source in found.items() if source.problem not in {None, INCOMPLETE}}
    return sorted(failed | late(found, since))


def late(found: Mapping[str, Source], since: dt.datetime) -> frozenset[str]:
    """The names of rosters that were not synced since then, so that they no longer tell who is in the group."""
    return frozenset(name for name, source in found.items() if source.synced_at is None or source.synced_at < since)


def source_of(store: Store, roster_id: int) -> Source | None:
    """The source of one roster."""
    with reading(store) as connection:
        row = connection.execute(select(roster_sources).where(roster_sources.c.roster_id == roster_id)).one_or_none()
    return None if row is None else _source(row)


def keep_source(store: Store, roster_id: int, source: Source) -> None:
    """Let a roster have this source instead of any other."""
    values = {"provider": source.provider, "group_id": source.group_id, "group_name": source.group_name}
    with writing(store) as connection:
        connection.execute(delete(roster_sources).where(roster_sources.c.roster_id == roster_id))
        connection.execute(insert(roster_sources).values(roster_id=roster_id, **values))


def remove_source(store: Store, roster_id: int) -> None:
    """Let a roster have no source."""
    with writing(store) as connection:
        connection.execute(delete(roster_sources).where(roster_sources.c.roster_id == roster_id))


def note_sync(store: Store, roster_id: int, source: Source, synced: Synced) -> None:
    """Keep how a sync went; another source that the roster was given meanwhile is left alone."""
    known = {"synced_at": synced.at and micros(synced.at), "unresolved": synced.unresolved}
    values = {"problem": synced.problem, **{name: value for name, value in known.items() if value is not None}}
    of_source = (roster_sources.c.roster_id == roster_id) & (roster_sources.c.group_id == source.group_id)
    with writing(store) as connection:
        connection.execute(update(roster_sources).where(of_source).values(values))


def _source(row: Row[Any]) -> Source:
    synced = None if row.synced_at is None else moment(row.synced_at)
    return Source(row.provider, row.group_id, row.group_name, synced, row.problem, row.unresolved)
