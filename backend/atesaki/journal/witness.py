"""Whether a stored stream is still the one that was signed; asked before it is continued, and before its end is signed.

Whoever can write to the store and has no key could otherwise tell another story there, take the checkpoints out,
and have it signed by the server. But a server signs every minute, so an end that nobody signed is short.
"""

import contextlib
import datetime as dt
from typing import NamedTuple

import msgspec
from sqlalchemy import select

from atesaki.journal.checkpoint import BadCheckpoint, Checkpoint, open_note
from atesaki.journal.merkle import CompactRange, leaf_hash
from atesaki.journal.pages import Stretch, record_pages
from atesaki.journal.record import Entry, read_record
from atesaki.journal.sink import Head
from atesaki.journal.stored import Stored
from atesaki.journal.tree import Tree
from atesaki.storage.engine import Store, micros
from atesaki.storage.tables import checkpoints, records

REFUSED = "stream.refused"
"""The kind of the record that tells of a stream which is continued no more; its subject is the stream."""

LONGEST_UNSIGNED = dt.timedelta(minutes=10)
"""Records that no checkpoint covers may span so much time; a checkpoint is due after a minute at the latest."""

_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, TypeError, ValueError)


class Refusal(NamedTuple):
    """Why the end of a stream is not signed; `signed` is its last checkpoint where that is a good one.

    `late` tells that all is as it was stored, and only too old for an end that nobody signed.
    """

    sentence: str
    signed: Checkpoint | None = None
    late: bool = False


class Span:
    """The time between the first and the last of some records, in whatever order they come."""

    def __init__(self) -> None:
        self._moments: tuple[int, int] | None = None

    def add(self, moment: int) -> None:
        """Add a moment, in microseconds UTC."""
        first, last = self._moments or (moment, moment)
        self._moments = min(first, moment), max(last, moment)

    @property
    def is_too_long(self) -> bool:
        """Whether these records would have been signed long since."""
        first, last = self._moments or (0, 0)
        return last - first > LONGEST_UNSIGNED / dt.timedelta(microseconds=1)


class Witness:
    """Looks at the streams of one key, given as its 32 public bytes."""

    def __init__(self, store: Store, public_key: bytes) -> None:
        self._store = store
        self._public_key = public_key

    def refusal(self, head: Head, *, even_late: bool = False) -> Refusal | None:
        """Tell why the stream up to `head` is not the one that was signed, `None` where it is.

        With `even_late` the end may be as old as it likes. Raises what the store raises where it can't be read.
        """
        try:
            signed = self._last_signed(head)
        except _UNREADABLE:
            return Refusal("Its newest checkpoint is none that this key signed.")
        if head.checkpointed > head.tree.size:
            return Refusal("A checkpoint says that it had more records.", signed)
        try:
            return self._follow(head, signed, even_late=even_late)
        except _UNREADABLE:
            return Refusal("What is stored of it can't be read.", signed)

    def is_told(self, stream: str) -> bool:
        """Tell whether the journal says of this stream that it was refused."""
        told = select(records.c.record_id).where(records.c.subject == stream, records.c.kind == REFUSED)
        with self._store.read() as connection:
            return connection.execute(told.limit(1)).first() is not None

    def _last_signed(self, head: Head) -> Checkpoint | None:
        size = checkpoints.c.size
        query = select(size, checkpoints.c.note).where(checkpoints.c.stream == head.stream, size <= head.tree.size)
        with self._store.read() as connection:
            row = connection.execute(query.order_by(size.desc()).limit(1)).first()
        if row is None:
            return None
        checkpoint = open_note(row.note, self._public_key)
        if (checkpoint.stream, checkpoint.size) != (head.stream, row.size):
            raise BadCheckpoint("it belongs elsewhere")
        return checkpoint

    def _follow(self, head: Head, signed: Checkpoint | None, *, even_late: bool) -> Refusal | None:
        """Go on from what was signed to the end, by what stands in the records themselves."""
        tree = self._tree_of(signed)
        if tree is None:
            return Refusal("Records before its newest checkpoint were changed.", signed)
        span = Span()
        for page in record_pages(self._store, Stretch(head.stream, tree.size, head.tree.size), with_personal=False):
            for row in page:
                span.add(_put(tree, row))
            if span.is_too_long and not even_late:
                return Refusal("Its records were not signed when they were written.", signed, late=True)
        if (tree.size, tree.pack()) != (head.tree.size, head.tree.pack()):
            return Refusal("Its records are not those that were stored.", signed)
        return None

    def _tree_of(self, signed: Checkpoint | None) -> CompactRange | None:
        """The tree that was signed: no other subtrees have its root, wherever they were read."""
        if signed is None:
            return CompactRange()
        for trusting in (True, False):
            tree = CompactRange()
            # Stored nodes may be anything; the leaves are asked next.
            with contextlib.suppress(*_UNREADABLE):
                for level, node in Tree(self._store, signed.stream, trusting=trusting).subtrees(0, signed.size):
                    tree.append(node, level)
                if tree.root() == signed.root:
                    return tree
        return None


def refused_entry(head: Head, refusal: Refusal) -> Entry:
    """Tell the journal of a stream that is continued no more."""
    signed = refusal.signed.size if refusal.signed else 0
    return Entry(REFUSED, head.stream, {"signed": signed, "size": head.tree.size, "why": refusal.sentence})


def _put(tree: CompactRange, row: Stored) -> int:
    """Put a record into the tree and return its moment; raises `ValueError` where it stands at another place."""
    if row.position != tree.size:
        raise ValueError("a record is missing")
    tree.append(leaf_hash(row.body))
    return micros(read_record(row.body).recorded_at)
