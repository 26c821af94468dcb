"""Keys the names of the places that keep checkpoints: on the bare hash of a mailbox anybody could try addresses."""

import base64
import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TABLES = ("feed_targets", "feed_cursors")


def upgrade() -> None:
    """Hash what is there once more, with the store's key: every place keeps its cursors, and gets nothing twice."""
    connection = op.get_bind()
    kept = connection.scalar(sa.text("SELECT body FROM documents WHERE name = 'pseudonym_key'"))
    if kept is None:
        # No server has started here, so no place is known yet.
        return
    key = base64.b64decode(kept)
    for table in _TABLES:
        found = sa.text(f"SELECT DISTINCT target FROM {table} WHERE target LIKE 'checkpoint %'")  # noqa: S608  # Ours.
        for target in connection.scalars(found).all():
            name, _, bare = target.rpartition(" ")
            keyed = hashlib.blake2b(bare.encode(), digest_size=16, key=key).hexdigest()
            renamed = sa.text(f"UPDATE {table} SET target = :new WHERE target = :old")  # noqa: S608  # Ours.
            connection.execute(renamed, {"new": f"{name} {keyed}", "old": target})
