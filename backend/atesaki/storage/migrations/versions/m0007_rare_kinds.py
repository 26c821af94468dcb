"""Finds the rare records among millions of decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_RARE = sa.text("kind NOT IN ('decision.recorded', 'decision.released', 'outcome.reported')")


def upgrade() -> None:
    """Index all records but those that come with every mail."""
    op.create_index("ix_records_rare", "records", ["kind", "record_id"], sqlite_where=_RARE, postgresql_where=_RARE)
