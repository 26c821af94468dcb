"""Finds a mailbox in the index of the journal by its keyed hash, and takes it out again."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlalchemy import Connection, delete, select, update

from atesaki.sending.index.features import packed, unpacked, without_mailboxes
from atesaki.sending.index.keys import first_number_at, mailbox_hash
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.storage.engine import Store
from atesaki.storage.index_tables import decision_features, decision_index, decision_recipients

_CHUNK = 500


class FindsRecordsOfMailbox(Protocol):
    """Knows in which decisions a mailbox stood, without reading the journal."""

    def decisions_of(self, key: str) -> list[str]:
        """Return the ids of the decisions, newest first; blocks."""


class Index:
    """The index as retention and rights use it."""

    def __init__(self, store: Store, pseudonyms: Pseudonyms) -> None:
        self._store = store
        self._pseudonyms = pseudonyms

    def decisions_of(self, key: str) -> list[str]:
        """Return the ids of the decisions that a mailbox stood in, newest first."""
        who = mailbox_hash(self._pseudonyms, key)
        received = select(decision_recipients.c.number).where(decision_recipients.c.recipient == who)
        theirs = decision_index.c.number.in_(received) | (decision_index.c.sender == who)
        query = select(decision_index.c.decision_id).where(theirs).order_by(decision_index.c.number.desc())
        with self._store.read() as connection:
            return list(connection.scalars(query))

    def forget(self, mailbox: str, before: int) -> int:
        """Take a mailbox out of the index, by its pseudonym; return in how many decisions before a moment it stood."""
        who, forgotten = bytes.fromhex(mailbox), 0
        while numbers := self._some(who, first_number_at(before)):
            with self._store.write() as connection:
                # This table first, as `clear` locks them: else each could wait for the other.
                sent = (decision_index.c.sender == who) & decision_index.c.number.in_(numbers)
                connection.execute(update(decision_index).where(sent).values(sender=None))
                _blank(connection, numbers, who)
                theirs = decision_recipients.c.recipient == who
                connection.execute(delete(decision_recipients).where(theirs, decision_recipients.c.number.in_(numbers)))
            forgotten += len(numbers)
        return forgotten

    def _some(self, who: bytes, end: int) -> list[int]:
        theirs = (decision_recipients.c.recipient == who) & (decision_recipients.c.number < end)
        received = select(decision_recipients.c.number).where(theirs).limit(_CHUNK)
        sent = select(decision_index.c.number).where(decision_index.c.sender == who, decision_index.c.number < end)
        with self._store.read() as connection:
            return list({*connection.scalars(sent.limit(_CHUNK)), *connection.scalars(received)})[:_CHUNK]


def forget_decisions(connection: Connection, decision_ids: Iterable[str]) -> None:
    """Take everybody out of the index of these decisions; the figures stay."""
    query = select(decision_index.c.number).where(decision_index.c.decision_id.in_(list(decision_ids)))
    numbers = list(connection.scalars(query))
    if not numbers:
        return
    connection.execute(delete(decision_recipients).where(decision_recipients.c.number.in_(numbers)))
    connection.execute(delete(decision_features).where(decision_features.c.number.in_(numbers)))
    connection.execute(update(decision_index).where(decision_index.c.number.in_(numbers)).values(sender=None))


def _blank(connection: Connection, numbers: Sequence[int], who: bytes) -> None:
    rows = connection.execute(select(decision_features).where(decision_features.c.number.in_(numbers))).all()
    for row in rows:
        blank = packed(without_mailboxes(unpacked(row.features), frozenset({who})))
        one = update(decision_features).where(decision_features.c.number == row.number)
        connection.execute(one.values(features=blank))
