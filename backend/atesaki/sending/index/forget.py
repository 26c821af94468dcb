"""Removes people from the index: when their time is over, with the record that they stood in, or on request."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, select, text, update

from atesaki.sending.index import records
from atesaki.sending.index.features import packed, unpacked, without_mailboxes
from atesaki.storage.engine import Store
from atesaki.storage.index_tables import (
    day_figures,
    decision_features,
    decision_findings,
    decision_index,
    decision_recipients,
    index_cursors,
    rule_days,
)
from atesaki.storage.tables import records as journal

CHUNK = 100
"""Decisions of one transaction, so that on SQLite the journal never waits long."""

_DERIVED = (
    index_cursors,
    decision_index,
    decision_recipients,
    decision_findings,
    decision_features,
    rule_days,
    day_figures,
)


def forget_expired(store: Store, at: int, limit: int = CHUNK) -> int:
    """Forget the people of up to `limit` decisions whose personal data expired before `at`; returns how many."""
    expired = select(decision_index.c.number).where(decision_index.c.expires_at < at).limit(limit)
    with store.read() as connection:
        numbers = list(connection.scalars(expired))
    _forget(store, numbers)
    return len(numbers)


def forget(store: Store, record_ids: Sequence[str]) -> int:
    """Forget the people of the decisions that these records hold, whose personal data is erased; returns how many.

    What isn't indexed yet is erased by then, and so never comes in.
    """
    forgotten = 0
    for start in range(0, len(record_ids), CHUNK):
        subjects = select(journal.c.subject).where(
            journal.c.record_id.in_(record_ids[start : start + CHUNK]), journal.c.kind == records.KINDS[0]
        )
        with store.read() as connection:
            found = decision_index.c.decision_id.in_(subjects)
            numbers = list(connection.scalars(select(decision_index.c.number).where(found)))
        _forget(store, numbers)
        forgotten += len(numbers)
    return forgotten


def forget_address(store: Store, mailbox: bytes) -> int:
    """Forget one mailbox, by its keyed hash, in every decision; returns in how many it stood."""
    forgotten = 0
    while numbers := _decisions_of(store, mailbox):
        with store.write() as connection:
            _blank(connection, numbers, mailbox)
            connection.execute(
                delete(decision_recipients).where(
                    decision_recipients.c.recipient == mailbox, decision_recipients.c.number.in_(numbers)
                )
            )
            _without_sender(connection, numbers, mailbox)
        forgotten += len(numbers)
    return forgotten


def clear(store: Store) -> None:
    """Empty the index, to be built again; names keep their numbers."""
    with store.write() as connection:
        for table in _DERIVED:
            # SQLite drops all pages at once; PostgreSQL needs to be told to.
            empty = f"TRUNCATE {table.name}" if store.dialect == "postgresql" else f"DELETE FROM {table.name}"  # noqa: S608  # Our own tables.
            connection.execute(text(empty))


def _forget(store: Store, numbers: Sequence[int]) -> None:
    if not numbers:
        return
    with store.write() as connection:
        for table in (decision_recipients, decision_features):
            connection.execute(delete(table).where(table.c.number.in_(numbers)))
        gone = update(decision_index).where(decision_index.c.number.in_(numbers))
        connection.execute(gone.values(sender=None, expires_at=None))


def _decisions_of(store: Store, mailbox: bytes) -> list[int]:
    received = select(decision_recipients.c.number).where(decision_recipients.c.recipient == mailbox).limit(CHUNK)
    sent = select(decision_index.c.number).where(decision_index.c.sender == mailbox).limit(CHUNK)
    with store.read() as connection:
        return sorted({*connection.scalars(received), *connection.scalars(sent)})


def _blank(connection: Connection, numbers: Sequence[int], mailbox: bytes) -> None:
    query = select(decision_features.c.number, decision_features.c.features)
    rows = connection.execute(query.where(decision_features.c.number.in_(numbers))).all()
    gone = frozenset({mailbox})
    changes = [{"which": row.number, "new": packed(without_mailboxes(unpacked(row.features), gone))} for row in rows]
    if changes:
        which = decision_features.c.number == bindparam("which")
        connection.execute(update(decision_features).where(which).values(features=bindparam("new")), changes)


def _without_sender(connection: Connection, numbers: Sequence[int], mailbox: bytes) -> None:
    theirs = decision_index.c.number.in_(numbers) & (decision_index.c.sender == mailbox)
    connection.execute(update(decision_index).where(theirs).values(sender=None))
