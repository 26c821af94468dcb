"""Opens what belongs to rosters: the lists, their uploads, the directories that they may follow, and their sync."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import structlog

from atesaki.directory.at_send import DirectoryFacts
from atesaki.directory.configured import open_directories
from atesaki.directory.kept_lists import KeptLists
from atesaki.directory.port import Directory
from atesaki.foundation import Foundation, recorder
from atesaki.rosters.lookup import RosterLookup
from atesaki.rosters.rosters import Rosters
from atesaki.rosters.sources import late_after
from atesaki.rosters.sync import Sync
from atesaki.rosters.uploads import Uploads

TIDY_SECONDS = 300.0
"""So long an upload may outlive its hour, unreadable already."""

_log = structlog.get_logger(__name__)


class RosterParts(NamedTuple):
    """Everything about rosters, opened."""

    lookup: RosterLookup
    rosters: Rosters
    uploads: Uploads
    directories: Mapping[str, Directory]
    facts: DirectoryFacts | None
    sync: Sync
    every: dt.timedelta
    late_after: dt.timedelta

    async def keep_in_step(self) -> None:
        """Sync rosters with their groups, until cancelled; those of a directory that is no longer set up say so."""
        await self.sync.keep_in_step(self.every)

    def out_of_step(self) -> Sequence[str]:
        """Return the names of rosters that are not in step with their groups; blocks."""
        return self.sync.out_of_step(self.late_after)

    def untold(self) -> Sequence[str]:
        """Return the directories that failed to tell the addresses of their lists since the start."""
        return self.facts.untold() if self.facts else ()

    async def keep_tidy(self) -> None:
        """Delete expired uploads, until cancelled."""
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            try:
                await asyncio.to_thread(self.uploads.tidy)
            except Exception as error:  # noqa: BLE001  # The next round tries again.
                _log.warning("upkeep.failed", error=type(error).__name__)


def open_rosters(
    base: Foundation, pseudonym: Callable[[bytes], str], closing: contextlib.AsyncExitStack
) -> RosterParts:
    """Open them; `pseudonym` is a keyed hash."""
    late = late_after(base.settings)
    lookup = RosterLookup(base.store, late)
    rosters = Rosters(base.store, recorder(base.journal), lookup.forget)
    directories = open_directories(base.settings, closing)
    known = KeptLists(base.store, pseudonym)
    for provider in directories:
        known.read(provider)
    facts = DirectoryFacts(directories, late.total_seconds(), known=known) if directories else None
    return RosterParts(
        lookup=lookup,
        rosters=rosters,
        uploads=Uploads(base.store),
        directories=directories,
        facts=facts,
        sync=Sync(base.store, rosters, directories),
        every=dt.timedelta(minutes=base.settings.directory_sync_minutes),
        late_after=late,
    )
