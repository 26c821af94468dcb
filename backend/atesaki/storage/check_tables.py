"""The table of second checks: which held messages wait for another person, and what that person said."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from atesaki.storage.tables import metadata

second_checks = Table(
    "second_checks",
    metadata,
    Column("decision_id", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index(None, "fingerprint"),
    Index(None, "expires_at"),
)
"""`state` is waiting, granted, declined, used or withdrawn; notes, comments and people stand in the journal alone."""
