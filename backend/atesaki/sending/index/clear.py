"""Empties the index, to be built again."""

from typing import Final

from sqlalchemy import Table, text

from atesaki.storage.engine import Store
from atesaki.storage.index_tables import (
    day_figures,
    decision_features,
    decision_findings,
    decision_index,
    decision_recipients,
    index_cursors,
    rule_days,
)

DERIVED: Final[tuple[Table, ...]] = (
    index_cursors,
    decision_index,
    decision_recipients,
    decision_findings,
    decision_features,
    rule_days,
    day_figures,
)


def clear(store: Store) -> None:
    """Empty all tables but the names, which keep their numbers: other processes remember them."""
    with store.write() as connection:
        for table in DERIVED:
            # SQLite drops all pages at once; PostgreSQL has to be told to.
            verb = "TRUNCATE" if store.dialect == "postgresql" else "DELETE FROM"
            connection.execute(text(f"{verb} {table.name}"))
