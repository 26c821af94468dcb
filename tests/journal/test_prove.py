"""A proof is one small file: of one record, or that nothing before a kept checkpoint was changed."""

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from tests.journal.many import STREAM, fill

from atesaki.journal import Entry, Journal
from atesaki.journal.audit import Broken
from atesaki.journal.errors import ExportUnreadable, NotProven, RecordNotFound
from atesaki.journal.prove import prove_consistency, prove_record, read_proof, verify_proof
from atesaki.journal.tree import NODE_LEAVES, fill_nodes
from atesaki.storage.engine import Store, open_store
from atesaki.storage.feed_tables import tree_nodes
from atesaki.storage.tables import checkpoints, records

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
COUNT = 23_456


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store of many records with checkpoints over 10,000, 20,000 and all; half of its nodes are stored."""
    store = open_store(tmp_path_factory.mktemp("store"))
    fill(store, KEY, COUNT)
    with store.write() as connection:
        connection.execute(tree_nodes.delete())
    assert fill_nodes(store, STREAM) == COUNT // NODE_LEAVES
    with store.write() as connection:
        connection.execute(tree_nodes.delete().where(tree_nodes.c.number >= 45))
    return store


def _id_at(store: Store, position: int) -> str:
    with store.read() as connection:
        return str(connection.execute(select(records.c.record_id).where(records.c.position == position)).scalar_one())


def _note(store: Store, size: int) -> str:
    with store.read() as connection:
        return str(connection.execute(select(checkpoints.c.note).where(checkpoints.c.size == size)).scalar_one())


@pytest.mark.parametrize("position", [0, 1, 1023, 1024, 9_999, 10_000, 20_480, COUNT - 1])
def test_a_record_is_proven_by_a_file_alone(filled: Store, position: int) -> None:
    """Whatever its place, about twenty hashes lead to the signed root."""
    proof = read_proof(msgspec.json.encode(prove_record(filled, _id_at(filled, position))))
    record = verify_proof(proof, PUBLIC)
    assert record is not None
    assert record.position == position
    assert len(proof.hashes) < 17


@pytest.mark.parametrize("size", [10_000, 20_000, COUNT])
def test_a_record_is_proven_under_the_checkpoint_that_an_auditor_keeps(filled: Store, size: int) -> None:
    """Then nothing else is needed; a proof for another checkpoint does not pass for it."""
    kept, other = _note(filled, size), _note(filled, 10_000 if size != 10_000 else COUNT)
    proof = prove_record(filled, _id_at(filled, 77), kept)
    assert verify_proof(proof, PUBLIC, [kept]) is not None
    with pytest.raises(Broken, match="does not speak about"):
        verify_proof(proof, PUBLIC, [other])


@pytest.mark.parametrize("size", [10_000, 20_000, COUNT])
def test_the_newest_checkpoint_continues_each_older_one(filled: Store, size: int) -> None:
    """Whoever kept an old checkpoint learns that nothing before it was changed."""
    kept = _note(filled, size)
    proof = prove_consistency(filled, kept)
    assert verify_proof(proof, PUBLIC, [kept]) is None
    with pytest.raises(Broken):
        verify_proof(msgspec.structs.replace(proof, old=_note(filled, 20_000), hashes=[bytes(32)]), PUBLIC)


def test_nodes_that_lead_astray_do_not_spoil_a_proof(filled: Store) -> None:
    """They are derived: the leaves decide."""
    with filled.write() as connection:
        connection.execute(update(tree_nodes).where(tree_nodes.c.number < 3).values(hash=bytes(32)))
    assert verify_proof(prove_record(filled, _id_at(filled, 300)), PUBLIC) is not None
    assert verify_proof(prove_consistency(filled, _note(filled, 10_000)), PUBLIC) is None
    with filled.write() as connection:
        connection.execute(tree_nodes.delete())


@pytest.fixture(scope="module")
def proofs(filled: Store) -> list[bytes]:
    """A proof of each kind, as it stands in its file."""
    made = (prove_record(filled, _id_at(filled, 4_321)), prove_consistency(filled, _note(filled, 10_000)))
    return [msgspec.json.encode(proof) for proof in made]


@given(st.data())
def test_a_change_of_any_byte_of_a_proof_is_found(proofs: list[bytes], data: st.DataObject) -> None:
    """Of the record, the hashes, the checkpoint and the key."""
    line = data.draw(st.sampled_from(proofs))
    at = data.draw(st.integers(0, len(line) - 1), label="at")
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != line[at]), label="byte")
    with pytest.raises((Broken, ExportUnreadable)):
        verify_proof(read_proof(line[:at] + bytes([byte]) + line[at + 1 :]), PUBLIC)


def test_a_proof_signed_by_another_key_is_refused(filled: Store) -> None:
    """The key in the file is only believed where no other is trusted."""
    proof = prove_record(filled, _id_at(filled, 5))
    assert verify_proof(proof) is not None
    with pytest.raises(Broken, match="another key"):
        verify_proof(proof, Ed25519PrivateKey.generate().public_key().public_bytes_raw())


def test_what_is_not_signed_yet_can_not_be_proven(store: Store) -> None:
    """The sentence says what to do."""
    journal = Journal(store, KEY)
    journal.start()
    ref = journal.append_blocking(Entry("decision.recorded", "d1", {}))
    with pytest.raises(NotProven, match="atesaki journal checkpoint"):
        prove_record(store, ref.record_id)
    with pytest.raises(RecordNotFound):
        prove_record(store, "unknown")
    note = journal.checkpoint()
    assert note is not None
    assert verify_proof(prove_record(store, ref.record_id, note), PUBLIC, [note]) is not None
    journal.stop()
