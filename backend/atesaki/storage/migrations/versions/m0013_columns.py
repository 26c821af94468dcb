"""Changes no table: from here on recipients are recorded in columns (ADR 0021), which no older version reads."""

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Leave everything as it is: what was recorded before keeps the bytes that it commits to."""
