"""Emptying the index beside a server that takes somebody out of it."""

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Connection, event, insert
from tests.postgres import Cluster

from atesaki.sending.index.clear import clear
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.sending.rights.index import Index
from atesaki.storage.engine import open_store
from atesaki.storage.index_tables import decision_recipients

LATER = 10**15
"""A moment after all decisions, in microseconds."""


def test_clearing_and_forgetting_wait_for_one_another_and_never_both(postgres: Cluster) -> None:
    """Both take the tables in one order; else PostgreSQL stops one of them."""
    address, who = postgres.store(), bytes(16)
    here, there = open_store(address), open_store(address)
    with here.write() as connection:
        connection.execute(insert(decision_recipients).values(recipient=who, number=1))
    begun, cleared = threading.Event(), threading.Event()

    @event.listens_for(here.engine, "after_cursor_execute")
    def rest(connection: Connection, *_: object) -> None:
        if connection.get_execution_options().get("atesaki_write") and not begun.is_set():
            begun.set()
            cleared.wait(0.7)

    with ThreadPoolExecutor(2) as threads:
        forgetting = threads.submit(Index(here, Pseudonyms(b"key")).forget, who.hex(), LATER)
        assert begun.wait(20)
        threads.submit(clear, there).result(20)
        cleared.set()
        assert forgetting.result(20) == 1
    for store in (here, there):
        store.close()
