"""Stores nodes of the trees as the journal grows, so that proofs stay quick."""

import time

from atesaki.journal.stored import all_streams
from atesaki.journal.tree import fill_nodes
from atesaki.storage.engine import Store

_SECONDS = 30.0


class NodesDuty:
    """What a worker does beside those that feed; nodes that are missing only make proofs slower."""

    name = key = "tree nodes"

    def __init__(self, store: Store) -> None:
        self._store = store
        self._due = 0.0

    def begin(self) -> None:
        """Do nothing: what is missing is seen in the store."""

    def turn(self) -> bool:
        """Store some nodes and tell whether there may be more."""
        if time.monotonic() < self._due:
            return False
        with self._store.read() as connection:
            streams = [row.stream for row in all_streams(connection)]
        if sum(fill_nodes(self._store, stream) for stream in streams):
            return True
        self._due = time.monotonic() + _SECONDS
        return False

    def rest(self) -> None:
        """Do nothing: each node is durable at once."""

    def fail(self, problem: str) -> None:
        """Do nothing: nothing is delivered."""
