"""Stored nodes of a tree give the same hashes as its leaves, and save reading them."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tests.journal.many import STREAM, fill

from atesaki.journal.merkle import root_of, subtrees
from atesaki.journal.tree import NODE_LEAVES, Tree, fill_nodes
from atesaki.storage.engine import Store, open_store
from atesaki.storage.feed_tables import tree_nodes
from atesaki.storage.tables import records

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NODES = 5
COUNT = (NODES + 2) * NODE_LEAVES + 9


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store of seven full nodes, of which five are stored, and a rest."""
    store = open_store(tmp_path_factory.mktemp("store"))
    fill(store, KEY, COUNT)
    fill_nodes(store, STREAM)
    with store.write() as connection:
        connection.execute(tree_nodes.delete().where(tree_nodes.c.number >= NODES))
    return store


@pytest.fixture(scope="module")
def leaves(filled: Store) -> list[bytes]:
    """The hashes of all leaves."""
    with filled.read() as connection:
        return list(connection.execute(select(records.c.leaf_hash).order_by(records.c.position)).scalars())


EDGE = st.integers(0, COUNT // NODE_LEAVES).map(lambda node: node * NODE_LEAVES)
PLACE = st.one_of(st.integers(0, COUNT), EDGE)


@settings(max_examples=50)
@given(st.tuples(PLACE, PLACE).map(sorted))
def test_any_stretch_has_the_hashes_of_its_leaves(filled: Store, leaves: list[bytes], stretch: list[int]) -> None:
    """Wherever it begins and ends: within a node, at its edge, where nodes are stored no more."""
    wanted = [(level, root_of(leaves[at : at + (1 << level)])) for at, level in subtrees(*stretch)]
    assert Tree(filled, STREAM).subtrees(*stretch) == wanted


def test_leaves_under_stored_nodes_are_not_read(filled: Store, leaves: list[bytes]) -> None:
    """Else each proof from a journal of years would read all of it; who trusts no nodes reads them."""
    with filled.write() as connection:
        connection.execute(records.delete().where(records.c.position < NODES * NODE_LEAVES))
    assert Tree(filled, STREAM).root(0, COUNT) == root_of(leaves)
    assert Tree(filled, STREAM, trusting=False).root(0, COUNT) != root_of(leaves)
