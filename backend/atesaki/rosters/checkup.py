"""Looks through a roster for addresses that are probably not what somebody meant to register."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import groupby, islice
from operator import itemgetter

from msgspec import Struct

from atesaki.rosters.members import CHUNK, each_member, find_hits
from atesaki.rosters.registry import Registered
from atesaki.rosters.roster import Member
from atesaki.storage.engine import Store

SHOWN = 100
"""So many findings of each kind stand on a page; all of them are counted."""

ROLES = frozenset({
    # RFC 2142, and what offices call theirs, in Japan too.
    "abuse", "admin", "administrator", "billing", "contact", "help", "hostmaster", "info", "jinji", "kanri", "keiri",
    "koho", "mail", "mailer-daemon", "marketing", "news", "no-reply", "noc", "noreply", "office", "postmaster",
    "press", "recruit", "root", "saiyo", "sales", "security", "service", "shomu", "somu", "soumu", "staff", "support",
    "webmaster",
})  # fmt: skip
"""Local parts behind which stands an office, not a person."""

_NO_MARKS = str.maketrans("", "", "._-")


class Shared(Struct, frozen=True):
    """Somebody who stands on other rosters too."""

    address: str
    name: str | None
    rosters: tuple[str, ...]


class Checkup(Struct, frozen=True):
    """What was found.

    `twins` are addresses that differ in dots, hyphens or underscores only; `domains` counts the members of each domain,
    the most frequent first.
    """

    shared: tuple[Shared, ...]
    shared_count: int
    twins: tuple[tuple[str, ...], ...]
    twin_count: int
    roles: tuple[str, ...]
    role_count: int
    domains: tuple[tuple[str, int], ...]


def check_up(store: Store, roster: Registered) -> Checkup:
    """Read all members of the roster, chunk by chunk."""
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        look = _Look(connection, roster.name)
        members = each_member(store, roster)
        while chunk := list(islice(members, CHUNK)):
            look.at(chunk)
            look.at_rosters(chunk, store)
        return look.report()


class _Look:
    """Gathers what is found."""

    def __init__(self, connection: sqlite3.Connection, roster: str) -> None:
        self._roster = roster
        self._connection = connection
        self._shared: list[Shared] = []
        self._shared_count = 0
        self._roles: list[str] = []
        self._role_count = 0
        self._domains: Counter[str] = Counter()
        connection.executescript("PRAGMA journal_mode = OFF; CREATE TABLE family (key TEXT, address TEXT); BEGIN")

    def at(self, chunk: Sequence[Member]) -> None:
        """Look at members by themselves."""
        rows = [(_family(member.mailbox_key), member.address) for member in chunk]
        self._connection.executemany("INSERT INTO family VALUES (?, ?)", rows)
        for member in chunk:
            local, _, domain = member.mailbox_key.rpartition("@")
            self._domains[domain] += 1
            if local in ROLES:
                self._role_count += 1
                self._roles += [member.address] if self._role_count <= SHOWN else []

    def at_rosters(self, chunk: Sequence[Member], store: Store) -> None:
        """Look for the members on other rosters."""
        hits = find_hits(store, [member.mailbox_key for member in chunk])
        for member in chunk:
            others = tuple(hit.roster for hit in hits.get(member.mailbox_key, ()) if hit.roster != self._roster)
            if others:
                self._shared_count += 1
                self._shared += [Shared(member.address, member.name, others)] if self._shared_count <= SHOWN else []

    def report(self) -> Checkup:
        """What was found."""
        twins = list(_grouped(self._twins()))
        return Checkup(
            shared=tuple(self._shared),
            shared_count=self._shared_count,
            twins=tuple(twins[:SHOWN]),
            twin_count=len(twins),
            roles=tuple(self._roles),
            role_count=self._role_count,
            domains=tuple(self._domains.most_common()),
        )

    def _twins(self) -> Iterator[tuple[str, str]]:
        yield from self._connection.execute(
            "SELECT key, address FROM family JOIN (SELECT key FROM family GROUP BY key HAVING count(*) > 1) USING (key)"
            " ORDER BY key, address"
        )


def _family(key: str) -> str:
    local, _, domain = key.rpartition("@")
    return f"{local.translate(_NO_MARKS)}@{domain}"


def _grouped(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    for _, group in groupby(rows, key=itemgetter(0)):
        yield tuple(address for _, address in group)
