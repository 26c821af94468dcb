"""The tables that are derived from the journal: search index, figures, and what judges old decisions anew.

Everything here may be dropped and built again from the journal (ADR 0010); people stand in it as keyed hashes only.
A decision's `number` is its UUIDv7 cut to 63 bits, so the order of numbers is the order of time.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from atesaki.storage.tables import metadata

# On SQLite an INTEGER primary key is the row's own number, and every index ends with it at no cost.
_Number = BigInteger().with_variant(Integer, "sqlite")

index_cursors = Table(
    "index_cursors",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
)
"""How far each stream of the journal is indexed: the position of the next record."""

index_names = Table(
    "index_names",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("kind", "name"),
)
"""Rules, revisions and departments, each written once and named by a number elsewhere; and the time zones of days."""

decision_index = Table(
    "decision_index",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=False),
    Column("decision_id", Text, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("day", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("release", Text, nullable=True),
    Column("client", Text, nullable=False),
    Column("moment", Text, nullable=False),
    Column("assurance", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("department", Integer, nullable=True),
    Column("sender", LargeBinary, nullable=True),
    Column("recipients", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    Column("disclosures", BigInteger, nullable=False),
    Column("degraded", Boolean, nullable=False),
    Column("counted", Boolean, nullable=False),
    Column("released", Text, nullable=True),
    Column("released_at", BigInteger, nullable=True),
    Column("outcome", Text, nullable=True),
    Column("outcome_at", BigInteger, nullable=True),
    UniqueConstraint("decision_id"),
    Index(None, "action", "number"),
    Index(None, "release", "number"),
    Index(None, "client", "number"),
    Index(None, "assurance", "number"),
    Index(None, "revision", "number"),
    Index(None, "department", "number"),
    Index(None, "sender", "number"),
    Index(None, "outcome", "number"),
)
"""One row a decision: all that it can be found by, and what became of it."""

decision_recipients = Table(
    "decision_recipients",
    metadata,
    Column("recipient", LargeBinary, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Index(None, "number"),
    sqlite_with_rowid=False,
)
"""Which decisions a mailbox stood in, by its keyed hash."""

decision_findings = Table(
    "decision_findings",
    metadata,
    Column("rule", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("mode", Text, nullable=False),
    Column("action", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Which decisions a rule matched in."""

decision_features = Table(
    "decision_features",
    metadata,
    Column("number", _Number, primary_key=True, autoincrement=False),
    Column("features", LargeBinary, nullable=False),
)
"""What it takes to judge a decision anew without its addresses; deleted when the personal data of its record is."""

rule_days = Table(
    "rule_days",
    metadata,
    Column("day", Text, primary_key=True),
    Column("rule", Integer, primary_key=True, autoincrement=False),
    Column("mode", Text, primary_key=True),
    Column("fired", Integer, nullable=False),
    Column("overridden", Integer, nullable=False),
    Column("fixed", Integer, nullable=False),
    Column("cancelled", Integer, nullable=False),
)
"""How often each rule matched on a day of the organization, and what became of those messages."""

day_figures = Table(
    "day_figures",
    metadata,
    Column("day", Text, primary_key=True),
    Column("client", Text, primary_key=True),
    Column("decisions", Integer, nullable=False),
    Column("warned", Integer, nullable=False),
    Column("blocked", Integer, nullable=False),
    Column("overridden", Integer, nullable=False),
    Column("fixed", Integer, nullable=False),
    Column("cancelled", Integer, nullable=False),
    Column("people_spared", BigInteger, nullable=False),
    Column("disclosures_spared", BigInteger, nullable=False),
    Column("degraded", Integer, nullable=False),
)
"""The totals of a day of the organization, by client; spared are people and disclosures of messages that were fixed."""

what_if_runs = Table(
    "what_if_runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person_key", Text, nullable=False),
    Column("draft_id", BigInteger, nullable=False),
    Column("draft_title", Text, nullable=False),
    Column("days", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("result", Text, nullable=True),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Index(None, "person_key"),
    Index(None, "created_at"),
)
"""Drafts run against the past: how far, and what came out, in numbers and ids only."""
