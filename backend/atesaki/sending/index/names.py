"""Numbers for rules, revisions and departments, so that millions of rows needn't repeat their names."""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from atesaki.storage.engine import Store
from atesaki.storage.index_tables import index_names as table

ZONE = "zone"
"""The kind of the names that are time zones in which days were counted."""


class Names:
    """The numbers of names, remembered; a number is never given anew."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._numbers: dict[tuple[str, str], int] = {}

    def number(self, kind: str, name: str) -> int:
        """Return the number of a name that was learned."""
        return self._numbers[kind, name]

    def learn(self, kind: str, names: Iterable[str]) -> None:
        """Number the names that have no number yet, in a transaction of its own."""
        missing = sorted({name for name in names if (kind, name) not in self._numbers})
        if not missing:
            return
        dialect = sqlite if self._store.dialect == "sqlite" else postgresql
        with self._store.write() as connection:
            new = dialect.insert(table).on_conflict_do_nothing(index_elements=["kind", "name"])
            connection.execute(new, [{"kind": kind, "name": name} for name in missing])
            rows = connection.execute(select(table.c.name, table.c.id).where(table.c.kind == kind)).all()
        self._numbers |= {(kind, row.name): row.id for row in rows}

    def forget_zones(self, but: str) -> None:
        """Forget all time zones but one, after all days were counted anew; no number of a zone stands elsewhere."""
        with self._store.write() as connection:
            connection.execute(delete(table).where(table.c.kind == ZONE, table.c.name != but))
        self._numbers = {key: number for key, number in self._numbers.items() if key[0] != ZONE or key[1] == but}
