"""Lays two lists of members side by side: who joins, who leaves, and whose name or spelling changes."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Literal, get_args

from msgspec import Struct

from atesaki.rosters.roster import Member

ChangeKind = Literal["joined", "left", "changed"]
KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)

SHOWN = 100
"""So many changes of each kind stand on a page; all of them can be downloaded."""

_SCHEMA = """
CREATE TABLE former (key TEXT PRIMARY KEY, address TEXT NOT NULL, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE new (key TEXT PRIMARY KEY, address TEXT NOT NULL, name TEXT NOT NULL) WITHOUT ROWID;
"""
_CHANGES: dict[ChangeKind, str] = {
    "joined": "FROM new LEFT JOIN former USING (key) WHERE former.key IS NULL",
    "left": "FROM former LEFT JOIN new USING (key) WHERE new.key IS NULL",
    "changed": "FROM new JOIN former USING (key) WHERE (new.address, new.name) <> (former.address, former.name)",
}
_COLUMNS = "coalesce(new.address, ''), coalesce(new.name, ''), coalesce(former.address, ''), coalesce(former.name, '')"


class Change(Struct, frozen=True):
    """One member who joins, leaves, or is written otherwise than before; what there is not is empty."""

    kind: ChangeKind
    address: str
    name: str
    former_address: str
    former_name: str


class Comparison(Struct, frozen=True):
    """How many members there were and would be, how many changes of each kind, and the first of them."""

    former: int
    new: int
    counts: Mapping[ChangeKind, int]
    first: Mapping[ChangeKind, tuple[Change, ...]]

    @property
    def differs(self) -> bool:
        """Whether anything would change at all."""
        return any(self.counts.values())

    @property
    def many_leave(self) -> bool:
        """Whether more than half of the members would leave, as after an import of the wrong file."""
        return self.counts["left"] * 2 > self.former


class SideBySide:
    """Two lists in a temporary database, so that no number of members fills the memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.executescript(_SCHEMA)

    def add_former(self, members: Iterable[Member]) -> None:
        """Take the members in force."""
        rows = ((member.mailbox_key, member.address, member.name or "") for member in members)
        self._connection.executemany("INSERT OR IGNORE INTO former VALUES (?, ?, ?)", rows)

    def add(self, member: Member) -> bool:
        """Take a new member; false where the mailbox was there already."""
        row = (member.mailbox_key, member.address, member.name or "")
        return self._connection.execute("INSERT OR IGNORE INTO new VALUES (?, ?, ?)", row).rowcount == 1

    def members(self) -> Iterator[Member]:
        """The new members, by mailbox key."""
        for key, address, name in self._connection.execute("SELECT key, address, name FROM new ORDER BY key"):
            yield Member(key, address, name or None)

    def keep_names(self) -> None:
        """Give the new members without a name the one that they had."""
        self._connection.execute(
            "UPDATE new SET name = coalesce((SELECT name FROM former WHERE former.key = new.key), '') WHERE name = ''"
        )

    def keep_former(self) -> int:
        """Let nobody leave: take the members in force who would; return how many they are."""
        return self._connection.execute("INSERT OR IGNORE INTO new SELECT key, address, name FROM former").rowcount

    def changes(self, kind: ChangeKind, limit: int = -1) -> Iterator[Change]:
        """The changes of one kind, by mailbox key."""
        query = f"SELECT {_COLUMNS} {_CHANGES[kind]} ORDER BY key LIMIT ?"
        for row in self._connection.execute(query, (limit,)):
            yield Change(kind, *row)

    def all_changes(self) -> Iterator[Change]:
        """Every change of every kind."""
        for kind in KINDS:
            yield from self.changes(kind)

    def comparison(self) -> Comparison:
        """The numbers and the first changes."""
        return Comparison(
            former=self._count("FROM former"),
            new=self._count("FROM new"),
            counts={kind: self._count(_CHANGES[kind]) for kind in KINDS},
            first={kind: tuple(self.changes(kind, SHOWN)) for kind in KINDS},
        )

    def _count(self, source: str) -> int:
        (count,) = self._connection.execute(f"SELECT count(*) {source}").fetchone()
        return int(count)


@contextmanager
def side_by_side(former: Iterable[Member]) -> Iterator[SideBySide]:
    """The members in force, and room for others beside them; gone at the end of the block."""
    # An empty name is a database of this connection alone, on disk when it grows (sqlite.org/inmemorydb.html).
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")
        both = SideBySide(connection)
        both.add_former(former)
        yield both
