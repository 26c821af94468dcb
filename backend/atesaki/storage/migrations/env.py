"""Runs the migrations on the connection, and in the transaction, that `storage.engine` hands over."""

from alembic import context

from atesaki.storage import check_tables, guess_tables, index_tables, rights_tables

# One table of each module beside `tables`: all of them are declared on the same metadata, once imported.
DECLARED = (
    index_tables.decision_index,
    rights_tables.erasures,
    check_tables.second_checks,
    guess_tables.guess_allowances,
)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=DECLARED[0].metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
