"""Remembers how many members of a group could not be read, so that a sync notices when they become more."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count none for the groups that are followed already: the first to become unreadable is then noticed, too."""
    op.add_column("roster_sources", sa.Column("unresolved", sa.Integer(), nullable=False, server_default="0"))
