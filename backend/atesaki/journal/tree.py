"""The tree of a stored stream: hashes of any stretch of it, from stored nodes where there are some, and proofs.

Nodes are derived from the leaf hashes and only save reading them: a proof is checked before it is handed out,
and made from the leaves alone where it does not hold.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from atesaki.journal.merkle import CompactRange, consistency_ranges, includes, inclusion_ranges, root_of, subtrees
from atesaki.journal.pages import chunks, leaves_between
from atesaki.journal.record import Record
from atesaki.storage.engine import Store
from atesaki.storage.feed_tables import tree_nodes
from atesaki.storage.tables import streams

NODE_LEVEL = 8
NODE_LEAVES = 1 << NODE_LEVEL
_NODES_READ = 4_096
_NODES_WRITTEN = 256


class Tree:
    """Hashes of one stream; with `trusting` stored nodes are used, else every leaf is read."""

    def __init__(self, store: Store, stream: str, *, trusting: bool = True) -> None:
        self._store = store
        self._stream = stream
        self._nodes = _count(store, stream) if trusting else 0

    def subtrees(self, start: int, end: int) -> list[tuple[int, bytes]]:
        """Give (level, hash) of the complete subtrees that the leaves from `start` up to `end` form."""
        return [(level, self._subtree(position, level)) for position, level in subtrees(start, end)]

    def root(self, start: int, end: int) -> bytes:
        """Give the root of the tree over the leaves from `start` up to `end`; `start` is where a subtree begins."""
        tree = CompactRange()
        for level, node in self.subtrees(start, end):
            tree.append(node, level)
        return tree.root()

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """Prove that the record at `position` is in the tree over `size` records (RFC 9162 §2.1.3)."""
        return [self.root(start, end) for start, end in inclusion_ranges(position, size)]

    def consistency(self, old_size: int, size: int) -> list[bytes]:
        """Prove that the tree over `size` records continues the one over `old_size` (RFC 9162 §2.1.4)."""
        return [self.root(start, end) for start, end in consistency_ranges(old_size, size)]

    def _subtree(self, position: int, level: int) -> bytes:
        end = position + (1 << level)
        tree, at = CompactRange(), position
        if level >= NODE_LEVEL and at >> NODE_LEVEL < self._nodes:
            stop = min(end >> NODE_LEVEL, self._nodes)
            for node in _nodes(self._store, self._stream, at >> NODE_LEVEL, stop):
                tree.append(node, NODE_LEVEL)
                at += NODE_LEAVES
        for leaf in leaves_between(self._store, self._stream, at, end):
            tree.append(leaf)
        return tree.root()


def inclusion_of(store: Store, record: Record, leaf: bytes, *, root: bytes, size: int) -> list[bytes]:
    """Prove that a record is in the signed tree over `size` records; where nodes lead astray, by the leaves alone."""
    proof = Tree(store, record.stream).inclusion(record.position, size)
    if includes(leaf, record.position, size, proof, root):
        return proof
    return Tree(store, record.stream, trusting=False).inclusion(record.position, size)


def fill_nodes(store: Store, stream: str) -> int:
    """Store nodes that are still missing, not too many at once; returns how many it were."""
    first = _count(store, stream)
    with store.read() as connection:
        size = connection.scalar(select(streams.c.size).where(streams.c.stream == stream)) or 0
    last = min(size >> NODE_LEVEL, first + _NODES_WRITTEN)
    leaves = leaves_between(store, stream, first << NODE_LEVEL, last << NODE_LEVEL)
    rows = [
        {"stream": stream, "number": first + number, "hash": root_of(some)}
        for number, some in enumerate(chunks(leaves, NODE_LEAVES))
    ]
    if rows:
        with store.write() as connection:
            connection.execute(tree_nodes.insert(), rows)
    return len(rows)


def _count(store: Store, stream: str) -> int:
    with store.read() as connection:
        last = connection.scalar(select(func.max(tree_nodes.c.number)).where(tree_nodes.c.stream == stream))
    return 0 if last is None else last + 1


def _nodes(store: Store, stream: str, start: int, end: int) -> Iterator[bytes]:
    number = tree_nodes.c.number
    query = select(tree_nodes.c.hash).where(tree_nodes.c.stream == stream).order_by(number)
    for begin in range(start, end, _NODES_READ):
        with store.read() as connection:
            page: Sequence[bytes] = (
                connection.execute(query.where(number >= begin, number < min(end, begin + _NODES_READ))).scalars().all()
            )
        yield from page
