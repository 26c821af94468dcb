"""The Merkle tree agrees with the definition of RFC 6962 and with the vectors that other programs use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atesaki.journal.merkle import (
    EMPTY_ROOT,
    CompactRange,
    consistency_ranges,
    includes,
    inclusion_ranges,
    is_consistent,
    leaf_hash,
    node_hash,
    root_of,
    subtrees,
)

# The leaves and roots of merkle_tree_test in google/certificate-transparency.
CT_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
CT_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
SIZES = st.integers(1, 70)


def _leaves(size: int) -> list[bytes]:
    return [leaf_hash(bytes([number])) for number in range(size)]


def _naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, word for word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(_naive_root(leaves[:split]), _naive_root(leaves[split:]))


def _roots(leaves: list[bytes], ranges: list[tuple[int, int]]) -> list[bytes]:
    return [_naive_root(leaves[start:end]) for start, end in ranges]


def test_roots_are_those_of_certificate_transparency() -> None:
    """The published roots over the published leaves come out."""
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in CT_LEAVES]
    assert {size: root_of(leaves[:size]).hex() for size in CT_ROOTS} == CT_ROOTS


@given(st.integers(0, 70))
def test_the_compact_range_has_the_root_of_the_definition(size: int) -> None:
    """Appending one by one gives the root that the recursive definition gives."""
    assert root_of(_leaves(size)) == _naive_root(_leaves(size))


@given(st.integers(0, 70), st.integers(0, 70))
def test_a_packed_range_goes_on_where_it_stopped(first: int, more: int) -> None:
    """What is stored with each commit is enough to continue."""
    leaves = _leaves(first + more)
    tree = CompactRange()
    for leaf in leaves[:first]:
        tree.append(leaf)
    tree = CompactRange.unpack(tree.size, tree.pack())
    for leaf in leaves[first:]:
        tree.append(leaf)
    assert tree.root() == _naive_root(leaves)


@given(st.data(), SIZES)
def test_left_out_records_are_replaced_by_their_subtrees(data: st.DataObject, size: int) -> None:
    """Any part of the leaves may be given as subtree hashes without changing the root."""
    start = data.draw(st.integers(0, size))
    end = data.draw(st.integers(start, size))
    leaves, tree = _leaves(size), CompactRange()
    for leaf in leaves[:start]:
        tree.append(leaf)
    for position, level in subtrees(start, end):
        tree.append(_naive_root(leaves[position : position + (1 << level)]), level)
    for leaf in leaves[end:]:
        tree.append(leaf)
    assert (tree.size, tree.root()) == (size, _naive_root(leaves))


@given(st.data(), SIZES)
def test_an_inclusion_proof_holds_for_its_leaf_only(data: st.DataObject, size: int) -> None:
    """The proof of one leaf proves that leaf at that position in that tree, and nothing else."""
    position = data.draw(st.integers(0, size - 1))
    leaves = _leaves(size)
    proof, root = _roots(leaves, inclusion_ranges(position, size)), _naive_root(leaves)
    assert includes(leaves[position], position, size, proof, root)
    assert not includes(leaf_hash(b"another"), position, size, proof, root)
    assert not includes(leaves[position], position, size, [*proof, root], root)
    assert not includes(leaves[position], size, size, proof, root)
    for other in set(range(size)) - {position}:
        assert not includes(leaves[position], other, size, proof, root)


@given(st.data(), SIZES)
def test_a_consistency_proof_holds_for_a_continued_tree_only(data: st.DataObject, size: int) -> None:
    """A tree that continues another one is proven to; a rewritten one is not."""
    old_size = data.draw(st.integers(0, size))
    leaves = _leaves(size)
    proof = _roots(leaves, consistency_ranges(old_size, size))
    old, new = _naive_root(leaves[:old_size]), _naive_root(leaves)
    assert is_consistent(old_size, old, size, new, proof)
    assert not is_consistent(old_size, leaf_hash(b"another"), size, new, proof)
    assert not is_consistent(old_size, old, size, new, [*proof, new])
    if old_size > 0:
        assert not is_consistent(old_size, old, size, leaf_hash(b"another"), proof)


@pytest.mark.parametrize(("old_size", "size", "given"), [(3, 5, 0), (5, 3, 3), (-1, 3, 2), (6, 4, 0)])
def test_a_consistency_proof_of_the_wrong_shape_is_none(old_size: int, size: int, given: int) -> None:
    """A shrunken tree, a size below nothing or a missing proof is answered, never a crash of whoever checks."""
    leaves = _leaves(6)
    old, new = _naive_root(leaves[: max(old_size, 0)]), _naive_root(leaves[:size])
    assert not is_consistent(old_size, old, size, new, leaves[:given])


@pytest.mark.parametrize(("size", "peaks"), [(3, leaf_hash(b"")), (1, b""), (1, b"too short")])
def test_subtrees_that_cannot_be_a_tree_are_refused(size: int, peaks: bytes) -> None:
    """A store whose right edge was cut short must not be continued."""
    with pytest.raises(ValueError, match="can't be a tree"):
        CompactRange.unpack(size, peaks)


def test_a_subtree_stands_where_its_size_divides_the_position() -> None:
    """Elsewhere it would give a root that no proof leads to."""
    with pytest.raises(ValueError, match="level 1 can't stand at 1"):
        CompactRange(1, [leaf_hash(b"")]).append(leaf_hash(b""), 1)


def test_a_copied_range_goes_its_own_way() -> None:
    """What a failed commit appended to the copy never happened."""
    tree = CompactRange(1, [leaf_hash(b"")])
    copied = tree.copy()
    copied.append(leaf_hash(b""))
    assert (tree.size, tree.root(), copied.size) == (1, leaf_hash(b""), 2)
