"""Runs the migrations on the connection, and in the transaction, that `storage.engine` hands over."""

from alembic import context

from atesaki.storage import feed_tables, index_tables  # noqa: F401  # Both declare tables on the metadata.

# The tables of the index belong to the same metadata.
metadata = index_tables.metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
