"""Adds the guesses at passwords and codes, so that all replicas count them together and a restart forgets none."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, empty: until now each process counted for itself, in memory."""
    op.create_table(
        "guess_allowances",
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("whole_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_guess_allowances")),
    )
    op.create_index(op.f("ix_guess_allowances_whole_at"), "guess_allowances", ["whole_at"])
