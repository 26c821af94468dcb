"""Measures searches and the overview: `search.py [DECISIONS] [DATABASE_URL]`, 1,000,000 on SQLite by default.

The rows of the index are invented, in the proportions of an office; the journal behind them stays empty.
"""

import datetime as dt
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import psycopg
from psycopg import sql

from atesaki.journal.record import uuid7
from atesaki.sending.index.days import DayFigures
from atesaki.sending.index.keys import number_of
from atesaki.sending.index.search import DecisionSearch, Filters
from atesaki.storage.engine import Store, micros, open_store

DAYS, REPEATS, CHUNK = 365, 5, 50_000
SENDERS, MAILBOXES = 500, 200_000
NAMES = {"rule": 12, "revision": 40, "department": 6}
_INDEX = (
    *("number", "decision_id", "recorded_at", "day", "action", "release", "client", "moment", "assurance"),
    *("revision", "department", "sender", "recipients", "people", "disclosures", "degraded", "counted"),
    *("released", "released_at", "outcome", "outcome_at"),
)

_FIGURES = (
    (
        "INSERT INTO day_figures SELECT day, client, count(*), sum(CASE WHEN action = 'warn' THEN 1 ELSE 0 END),"
        " sum(CASE WHEN action = 'block' THEN 1 ELSE 0 END), sum(CASE WHEN outcome = 'sent_anyway' THEN 1 ELSE 0 END),"
        " sum(CASE WHEN outcome = 'fixed' THEN 1 ELSE 0 END), sum(CASE WHEN outcome = 'cancelled' THEN 1 ELSE 0 END),"
        " sum(people), sum(disclosures), 0 FROM decision_index GROUP BY day, client"
    ),
    (
        "INSERT INTO rule_days SELECT i.day, f.rule, f.mode, count(*),"
        " sum(CASE WHEN i.outcome = 'sent_anyway' THEN 1 ELSE 0 END),"
        " sum(CASE WHEN i.outcome = 'fixed' THEN 1 ELSE 0 END),"
        " sum(CASE WHEN i.outcome = 'cancelled' THEN 1 ELSE 0 END) FROM decision_findings f"
        " JOIN decision_index i ON i.number = f.number GROUP BY i.day, f.rule, f.mode"
    ),
)


class Row(NamedTuple):
    """One invented decision: its row, its findings, its recipients."""

    values: tuple[Any, ...]
    rules: tuple[int, ...]
    recipients: frozenset[bytes]


def main(arguments: Sequence[str]) -> None:
    """Fill the index and print how long each search takes."""
    decisions = int((arguments or ["1000000"])[0])
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent, prefix=".store-") as folder:
        store = open_store(arguments[1] if len(arguments) > 1 else folder)
        started = time.perf_counter()
        last = _fill(store, decisions)
        print(f"{decisions:,} decisions written in {time.perf_counter() - started:,.0f} s on {store.dialect}")
        if store.path is not None:
            print(f"size of the file: {store.path.stat().st_size / 2**30:.1f} GB")
        _measure(store, last)
        _overview(store)
        print(f"most memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
        store.close()


def _measure(store: Store, last: Row) -> None:
    search, somebody = DecisionSearch(store), next(iter(last.recipients))
    middle = dt.datetime.now(dt.UTC) - dt.timedelta(days=DAYS // 2)
    searches = {
        "everything": Filters(),
        "half a year ago": Filters(until=middle),
        "blocked": Filters(action="block"),
        "blocked, half a year ago": Filters(action="block", until=middle),
        "a rule": Filters(rule="rule 3"),
        "a rare rule": Filters(rule="rule 12"),
        "a rule, in a department": Filters(rule="rule 3", department="department 5"),
        "a rule, overridden": Filters(rule="rule 3", outcome="sent_anyway"),
        "a sender": Filters(sender=last.values[11]),
        "a sender, blocked": Filters(sender=last.values[11], action="block"),
        "a recipient": Filters(recipient=somebody),
        "a recipient, blocked": Filters(recipient=somebody, action="block"),
        "nobody": Filters(recipient=bytes(16)),
        "a rare client": Filters(client="smtp"),
        "a rare client, blocked": Filters(client="smtp", action="block"),
        "released": Filters(outcome="released"),
        "an old revision": Filters(revision="revision 2"),
        "an old revision, fixed": Filters(revision="revision 2", outcome="fixed"),
        "claimed, blocked, cancelled, in a department": Filters(
            assurance="claimed", action="block", outcome="cancelled", department="department 2"
        ),
        "second check": Filters(release="second_check"),
    }
    for name, filters in searches.items():
        found, times = _timed(lambda filters=filters: len(search.page(filters)))  # type: ignore[misc]  # Bound at once.
        print(f"{name:<48} {found:>3} rows  {statistics.median(times):8.1f} ms  (first {times[0]:8.1f})")


def _overview(store: Store) -> None:
    """Measure all that the overview of a year asks, over figures counted from the index."""
    with store.write() as connection:
        for statement in _FIGURES:
            connection.exec_driver_sql(statement)
    figures, today = DayFigures(store), dt.datetime.now(dt.UTC).date()
    first = today - dt.timedelta(days=DAYS)

    def asked() -> int:
        days, rules, clients = figures.days(first, today), figures.rules(first, today), figures.clients(first, today)
        return len(days) + len(rules) + len(clients)

    found, times = _timed(asked)
    print(f"{'overview of a year':<48} {found:>3} rows  {statistics.median(times):8.1f} ms  (first {times[0]:8.1f})")


def _timed(work: Callable[[], int]) -> tuple[int, list[float]]:
    times, found = [], 0
    for _ in range(REPEATS):
        started = time.perf_counter()
        found = work()
        times.append((time.perf_counter() - started) * 1_000)
    return found, times


def _rows(decisions: int) -> Iterator[Row]:
    chance = random.Random(5)  # noqa: S311  # Repeatable variety, not a secret.
    first = dt.datetime.now(dt.UTC) - dt.timedelta(days=DAYS)
    for place in range(decisions):
        at = first + dt.timedelta(days=DAYS * place / decisions)
        yield _row(chance, at, revision=1 + place * NAMES["revision"] // decisions)


def _row(chance: random.Random, at: dt.datetime, *, revision: int) -> Row:
    action = chance.choices(("allow", "warn", "block"), (930, 60, 10))[0]
    held = action != "allow"
    decision_id, now = uuid7(micros(at)), micros(at)
    people = frozenset(_mailbox(chance) for _ in range(min(int(chance.paretovariate(1.2)), 60)))
    outcome = chance.choices(("sent_anyway", "fixed", "cancelled", None), (50, 30, 10, 10))[0] if held else "sent"
    release = chance.choices(("acknowledge", "justify", "second_check", "never"), (70, 20, 1, 9))[0] if held else None
    values = (
        number_of(decision_id),
        decision_id,
        now,
        at.date().isoformat(),
        action,
        release,
        chance.choices(("outlook", "gmail_extension", "gmail_addon", "smtp"), (70_000, 25_000, 5_000, 1))[0],
        "send",
        chance.choices(("verified", "claimed"), (95, 5))[0],
        NAMES["rule"] + revision,
        NAMES["rule"] + NAMES["revision"] + chance.randint(1, NAMES["department"]),
        chance.randrange(SENDERS).to_bytes(16, "big"),
        len(people),
        len(people) if held else 0,
        len(people) ** 2 if held else 0,
        False,
        True,
        "justify" if held and chance.random() < 0.1 else None,  # noqa: PLR2004  # One in ten.
        now if held else None,
        outcome,
        now + 1,
    )
    rules = {min(int(chance.paretovariate(1)), NAMES["rule"] - 1)} if held else set[int]()
    if chance.random() < 0.000_01:  # noqa: PLR2004  # A rule that hardly ever matches.
        rules.add(NAMES["rule"])
    return Row(values, tuple(rules), people)


def _mailbox(chance: random.Random) -> bytes:
    return (int(chance.paretovariate(0.5)) % MAILBOXES + 1_000).to_bytes(16, "big")


def _fill(store: Store, decisions: int) -> Row:
    writer: Writes = _Postgres(store) if store.path is None else _Sqlite(store.path)
    names = [(kind, f"{kind} {number}") for kind, many in NAMES.items() for number in range(1, many + 1)]
    writer.write("index_names", ("id", "kind", "name"), [(place, *each) for place, each in enumerate(names, 1)])
    chunk: list[Row] = []
    for rows in batched(_rows(decisions), CHUNK):
        chunk = rows
        _write(writer, rows)
    writer.finish()
    return chunk[-1]


def _write(writer: "Writes", rows: Sequence[Row]) -> None:
    writer.write("decision_index", _INDEX, [row.values for row in rows])
    findings = [(rule, row.values[0], "enforce", row.values[4]) for row in rows for rule in row.rules]
    writer.write("decision_findings", ("rule", "number", "mode", "action"), findings)
    recipients = [(who, row.values[0]) for row in rows for who in row.recipients]
    writer.write("decision_recipients", ("recipient", "number"), sorted(recipients))


def batched(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Yield lists of so many rows."""
    waiting = iter(rows)
    while chunk := list(islice(waiting, size)):
        yield chunk


class Writes(Protocol):
    """Writes many rows fast; indexes are made at the end."""

    def write(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Write rows of a table."""

    def finish(self) -> None:
        """Make the indexes and commit."""


class _Sqlite:
    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.executescript("PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000")
        wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND name LIKE 'ix_decision%'"
        self._indexes = self._connection.execute(wanted).fetchall()
        for name, _ in self._indexes:
            self._connection.execute(f"DROP INDEX {name}")

    def write(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" * len(columns))
        self._connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608  # Our own names.
        self._connection.commit()

    def finish(self) -> None:
        for _, statement in self._indexes:
            self._connection.execute(statement)
        # Nobody analyzes a store on SQLite in production either.
        self._connection.commit()
        self._connection.close()


class _Postgres:
    def __init__(self, store: Store) -> None:
        self._connection = psycopg.connect(store.dsn)
        wanted = "SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE 'ix_decision%'"
        self._indexes = self._connection.execute(wanted).fetchall()
        for name, _ in self._indexes:
            self._connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))

    def write(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        copy = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        with self._connection.cursor() as cursor, cursor.copy(copy) as target:
            for row in rows:
                target.write_row(row)

    def finish(self) -> None:
        for _, statement in self._indexes:
            self._connection.execute(statement)
        self._connection.commit()
        self._connection.autocommit = True
        self._connection.execute("VACUUM ANALYZE")
        self._connection.close()


if __name__ == "__main__":
    main(sys.argv[1:])
