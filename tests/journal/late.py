"""Leaves records that no server signs, as a machine does that sleeps and loses its power when it wakes up."""

import datetime as dt
from pathlib import Path

from sqlalchemy import delete

from atesaki.journal import Entry, Journal
from atesaki.journal.key import KEY_NAME, load_or_create_key
from atesaki.storage.engine import open_store
from atesaki.storage.tables import checkpoints


def leave_late(data_dir: Path) -> str:
    """Add two records a night apart, under no checkpoint, and return the name of their stream."""
    store, moment = open_store(data_dir), dt.datetime.now(dt.UTC) - dt.timedelta(hours=9)
    journal = Journal(store, load_or_create_key(data_dir / KEY_NAME), now=lambda: moment)
    journal.start()
    before = journal.append_blocking(Entry("decision.recorded", "d1", {"action": "warn"}))
    moment = dt.datetime.now(dt.UTC)
    journal.append_blocking(Entry("decision.recorded", "d1", {"action": "warn"}))
    journal.stop()
    with store.write() as connection:
        connection.execute(delete(checkpoints).where(checkpoints.c.size > before.position))
    store.close()
    return before.stream
