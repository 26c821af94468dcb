"""Says which records are rare in a way that costs nothing at Send: for a list SQLite fills a table at every insert."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_RARE = sa.text("kind <> 'decision.recorded' AND kind <> 'decision.released' AND kind <> 'outcome.reported'")


def upgrade() -> None:
    """Index the same records again."""
    op.drop_index("ix_records_rare", "records")
    op.create_index("ix_records_rare", "records", ["kind", "record_id"], sqlite_where=_RARE, postgresql_where=_RARE)
