"""Adds the held messages that wait for a second check."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, empty: nobody could ask for a check before."""
    op.create_table(
        "second_checks",
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_second_checks")),
    )
    op.create_index(op.f("ix_second_checks_fingerprint"), "second_checks", ["fingerprint"])
    op.create_index(op.f("ix_second_checks_expires_at"), "second_checks", ["expires_at"])
