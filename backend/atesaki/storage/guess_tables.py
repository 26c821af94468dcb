"""The table of guesses: how much of its allowance each account and each network address has used up."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from atesaki.storage.tables import metadata

guess_allowances = Table(
    "guess_allowances",
    metadata,
    Column("who", Text, primary_key=True),
    Column("whole_at", BigInteger, nullable=False),
    Index(None, "whole_at"),
)
"""`who` is a keyed hash; at `whole_at` the allowance is whole again, and the row says nothing any more."""
