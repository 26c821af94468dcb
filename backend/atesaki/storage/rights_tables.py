"""The tables of retention and rights: legal holds, erasures, and what of the journal has expired."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Table, Text, false

from atesaki.storage.tables import metadata

legal_holds = Table(
    "legal_holds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("target", Text, nullable=False),
    Column("address", Text, nullable=True),
    Column("mailbox", Text, nullable=True),
    Column("record", Text, nullable=True),
    Column("roster", Text, nullable=True),
    Column("since", BigInteger, nullable=True),
    Column("until", BigInteger, nullable=True),
    Column("reason", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("review_on", Text, nullable=False),
    Column("placed_at", BigInteger, nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("lifted_at", BigInteger, nullable=True),
    Column("lifted_by", Text, nullable=True),
    Column("lift_reason", Text, nullable=True),
    Index(None, "lifted_at"),
)
"""What must neither expire nor be erased; an `address` is kept only until its hold is lifted, `mailbox` is its hash."""

erasures = Table(
    "erasures",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("address", Text, nullable=True),
    Column("names", Text, nullable=True),
    Column("mailbox", Text, nullable=False),
    Column("from_rosters", Boolean, nullable=False, server_default=false()),
    Column("reason", Text, nullable=False),
    Column("requested_at", BigInteger, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("requester_key", Text, nullable=False),
    Column("decided_at", BigInteger, nullable=True),
    Column("decided_by", Text, nullable=True),
    Column("held_by", Text, nullable=True),
    Column("ended_at", BigInteger, nullable=True),
    Column("result", Text, nullable=True),
    Column("scrubbed", Boolean, nullable=True),
    Index(None, "state"),
)
"""Requests to erase a person; address and names are kept only until the erasure has ended."""

retention_cursors = Table(
    "retention_cursors",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("plan", Text, nullable=False),
)
"""How far the expiry of each stream's personal data was set, and after which plan."""

expired_counts = Table(
    "expired_counts",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
)
"""What has expired and is not yet in the journal, by the kind of its records."""
