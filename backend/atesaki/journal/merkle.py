"""The Merkle tree of RFC 6962 §2.1: its right edge as a compact range, its proofs and how to check them.

Proofs follow RFC 9162 §2.1.3 and §2.1.4.
"""

import hashlib
from collections.abc import Iterable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Hash one leaf; the prefix 0x00 keeps leaves and nodes apart."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class CompactRange:
    """The complete subtrees that a tree of `size` leaves consists of, greatest first: all that appending needs."""

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count() or any(len(peak) != HASH_BYTES for peak in self.peaks):
            raise ValueError(f"{len(self.peaks)} subtrees can't be a tree of {size} leaves")

    @classmethod
    def unpack(cls, size: int, packed: bytes) -> "CompactRange":
        """Read back what `pack` wrote; raises `ValueError` where it does not fit the size."""
        return cls(size, (packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)))

    def pack(self) -> bytes:
        """Write the subtrees one after the other."""
        return b"".join(self.peaks)

    def copy(self) -> "CompactRange":
        """Copy the range, to be thrown away if a commit fails."""
        return CompactRange(self.size, self.peaks)

    def append(self, node: bytes, level: int = 0) -> None:
        """Append a leaf hash, or a complete subtree of 2**level leaves where the size is a multiple of that."""
        if self.size & ((1 << level) - 1):
            raise ValueError(f"a subtree of level {level} can't stand at {self.size}")
        above = self.size >> level
        while above & 1:
            node = node_hash(self.peaks.pop(), node)
            above >>= 1
        self.peaks.append(node)
        self.size += 1 << level

    def root(self) -> bytes:
        """Compute the root hash of the tree."""
        if not self.peaks:
            return EMPTY_ROOT
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = node_hash(peak, node)
        return node


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Compute the root hash over leaf hashes."""
    tree = CompactRange()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """Split the leaves from `start` up to `end` into the greatest complete subtrees, as (position, level)."""
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        parts.append((start, level))
        start += 1 << level
    return parts


def inclusion_ranges(position: int, size: int) -> list[tuple[int, int]]:
    """Give the stretches of leaves, as (start, end), whose roots prove the leaf at `position` (RFC 9162 §2.1.3.1)."""
    return _siblings(position, 0, size)


def consistency_ranges(old_size: int, size: int) -> list[tuple[int, int]]:
    """Give the stretches of leaves whose roots prove that a tree continues a smaller one (RFC 9162 §2.1.4.1)."""
    return _subproof(old_size, 0, size, whole=True) if 0 < old_size < size else []


def includes(leaf: bytes, position: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Check an inclusion proof (RFC 9162 §2.1.3.2)."""
    if not 0 <= position < size:
        return False
    at, last, node = position, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            at, last = _skip_right_edge(at, last)
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and node == root


def is_consistent(old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Check a consistency proof (RFC 9162 §2.1.4.2); the empty tree is the beginning of every tree."""
    if old_size in {0, size}:
        return not proof and old_root == (root if old_size == size else EMPTY_ROOT)
    if not 0 < old_size < size or not proof:
        return False
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    return _walk(path, at, last) == (old_root, root)


def _walk(path: Sequence[bytes], at: int, last: int) -> tuple[bytes, bytes] | None:
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            at, last = _skip_right_edge(at, last)
        else:
            new = node_hash(new, sibling)
        at, last = at >> 1, last >> 1
    return (old, new) if last == 0 else None


def _skip_right_edge(at: int, last: int) -> tuple[int, int]:
    # A right edge without a sibling moves up unhashed.
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _siblings(position: int, start: int, end: int) -> list[tuple[int, int]]:
    if end - start == 1:
        return []
    split = start + _split(end - start)
    if position < split:
        return [*_siblings(position, start, split), (split, end)]
    return [*_siblings(position, split, end), (start, split)]


def _subproof(old_size: int, start: int, end: int, *, whole: bool) -> list[tuple[int, int]]:
    if old_size == end:
        return [] if whole else [(start, end)]
    split = start + _split(end - start)
    if old_size <= split:
        return [*_subproof(old_size, start, split, whole=whole), (split, end)]
    return [*_subproof(old_size, split, end, whole=False), (start, split)]


def _split(size: int) -> int:
    """The greatest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
