"""Replicas that were started together wake together, and still a group is asked for and synced once."""

import contextlib
import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

from tests.postgres import Cluster
from tests.rosters.test_sync import NOW, Listing, Room

from atesaki.rosters.rosters import Rosters
from atesaki.rosters.sync import Sync
from atesaki.storage.engine import Store, open_store

HOUR = dt.timedelta(hours=1)


class Slow:
    """A directory that takes until another replica asks it, too, or a second."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._both = threading.Barrier(2)
        self.asked = 0

    def members(self, group_id: str) -> Listing:
        """Everybody in the group."""
        assert group_id == "g1"
        self.asked += 1
        with contextlib.suppress(threading.BrokenBarrierError):
            self._both.wait(1)
        return self._listing


def test_replicas_that_wake_together_sync_a_group_once(postgres: Cluster) -> None:
    """Else all but one find the roster changed under them, and the console tells of a sync that failed."""
    address = postgres.database()
    here, there = stores = [open_store(address) for _ in range(2)]
    room = Room(here)
    room.connect()
    room.directory.become("a@x.example", "b@x.example", "c@x.example", "d@x.example")
    slow = Slow(room.directory.listing)
    syncs = [Sync(each, Rosters(each, room.journal), {"microsoft": slow}, lambda: NOW + HOUR) for each in stores]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda sync: sync.run_all(HOUR / 2), syncs))
    assert (slow.asked, room.problem()) == (1, None)
    assert [entry.body["change"] for entry in room.journal.entries].count("members_replaced") == 2
    for each in (here, there):
        each.close()


def test_two_syncs_of_one_roster_leave_no_problem(store: Store) -> None:
    """Somebody presses “Sync now” twice, or while the hourly round is at it; the roster is in step all the same."""
    room = Room(store)
    room.connect()
    room.directory.become("a@x.example", "b@x.example", "c@x.example", "d@x.example")
    sync = Sync(store, room.rosters, {"microsoft": Slow(room.directory.listing)}, lambda: NOW)
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda _: sync.run("volunteers"), range(2)))
    assert [source and source.problem for source in found] == [None, None]
    assert (room.problem(), "d@x.example" in room.members()) == (None, True)
