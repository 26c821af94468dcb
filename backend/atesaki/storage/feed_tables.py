"""The tables of what leaves the journal: how far each receiver has come, and the nodes that proofs are made of.

Nodes may be dropped and computed again; cursors may not: without them everything would be sent again.
"""

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Text

from atesaki.storage.tables import metadata

feed_cursors = Table(
    "feed_cursors",
    metadata,
    Column("target", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
)
"""How many records, or the checkpoint over how many, of each stream a receiver has acknowledged."""

feed_targets = Table(
    "feed_targets",
    metadata,
    Column("target", Text, primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("acknowledged_at", BigInteger, nullable=True),
    Column("problem", Text, nullable=True),
)
"""The receivers: since when they are fed, when they last took something, and what is wrong, `NULL` while nothing is."""

tree_nodes = Table(
    "tree_nodes",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)
"""Hashes of complete subtrees of 256 records, numbered from 0 in each stream, so that a proof need not read all."""
