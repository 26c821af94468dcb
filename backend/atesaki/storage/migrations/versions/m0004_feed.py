"""What leaves the journal: cursors and state of its receivers, and nodes of the trees that proofs are made of."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of the feed and of the proofs."""
    op.create_table(
        "feed_cursors",
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("target", "stream", name=op.f("pk_feed_cursors")),
    )
    op.create_table(
        "feed_targets",
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("target", name=op.f("pk_feed_targets")),
    )
    op.create_table(
        "tree_nodes",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "number", name=op.f("pk_tree_nodes")),
    )
