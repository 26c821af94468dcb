"""One active feeder at a time: on PostgreSQL an advisory lock, on SQLite the journal's own one writing process."""

import contextlib
from collections.abc import Callable, Iterator

import psycopg
from psycopg.conninfo import make_conninfo

from atesaki.storage.engine import POSTGRES_WAITS, Store

_CLAIM = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"


@contextlib.contextmanager
def leading(store: Store, name: str) -> Iterator[Callable[[], bool] | None]:
    """Try to become the one who feeds `name`; gives `None` where another does, else a check that it is still so.

    The lock belongs to a connection of its own and so ends with it, however this process ends.
    """
    if store.path is not None:
        yield lambda: True
        return
    connection = psycopg.connect(
        make_conninfo(store.dsn, **POSTGRES_WAITS), autocommit=True, application_name="atesaki feed"
    )
    with contextlib.closing(connection):
        row = connection.execute(_CLAIM, (f"atesaki feed {name}",)).fetchone()
        yield (lambda: _is_alive(connection)) if row is not None and row[0] else None


def _is_alive(connection: "psycopg.Connection[tuple[object, ...]]") -> bool:
    try:
        connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True
