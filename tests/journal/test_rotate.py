"""The signing key can be changed: who trusts either key follows the chain, and nobody else can forge a link."""

import datetime as dt
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from atesaki.journal import Entry, Journal
from atesaki.journal.audit import Broken
from atesaki.journal.checkpoint import Checkpoint, sign, verifier_key
from atesaki.journal.errors import JournalKeyUnusable, RotationRefused
from atesaki.journal.export import Selection, export
from atesaki.journal.key import load_or_create_key, next_key_file
from atesaki.journal.merkle import CompactRange, leaf_hash
from atesaki.journal.note import BadNote
from atesaki.journal.record import draft, exact_bytes
from atesaki.journal.rotate import rotate
from atesaki.journal.rotation import KIND, open_rotation, rotation_notes, sign_rotation
from atesaki.journal.trust import Trust
from atesaki.journal.verify import verify_store
from atesaki.journal.verify_export import verify_export
from atesaki.judgement.errors import AtesakiError
from atesaki.storage.engine import Store
from atesaki.storage.tables import checkpoints, records, streams

NOW = dt.datetime(2026, 4, 4, 9, 30, tzinfo=dt.UTC)
ENTRY = Entry("decision.recorded", "d1", {"action": "warn"})


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def _append(store: Store, key: Ed25519PrivateKey, count: int = 1) -> None:
    journal = Journal(store, key)
    journal.start()
    for _ in range(count):
        journal.append_blocking(ENTRY)
    journal.stop()


def _rotate(store: Store, key_file: Path) -> Ed25519PrivateKey:
    return rotate(store, key_file, lambda: dt.datetime.now(dt.UTC), "admin")


@pytest.fixture
def keys(store: Store, tmp_path: Path) -> list[Ed25519PrivateKey]:
    """Three keys, each with records, the first two of which were changed for the next."""
    file = tmp_path / "journal.key"
    made = [load_or_create_key(file)]
    _append(store, made[0], 3)
    for _ in range(2):
        made.append(_rotate(store, file))
        _append(store, made[-1], 2)
    assert _public(load_or_create_key(file)) == _public(made[2])
    return made


def test_whoever_trusts_any_of_the_keys_can_verify_all_of_it(store: Store, keys: list[Ed25519PrivateKey]) -> None:
    """Forwards from the first key and backwards from the last; a stranger's key is not trusted."""
    lines = list(export(store, Selection(), NOW))
    for key in keys:
        assert verify_store(store, _public(key)).streams == 3
        assert verify_export(lines, _public(key)).records == 3 + 2 * (1 + 2)
    with pytest.raises(Broken, match="another key"):
        verify_store(store, _public(Ed25519PrivateKey.generate()))


def test_the_change_is_recorded_with_before_and_after(store: Store, keys: list[Ed25519PrivateKey]) -> None:
    """Both keys have signed the note, which names where the old streams ended."""
    first, second = map(open_rotation, rotation_notes(store))
    assert (first.old, first.new, second.new) == tuple(map(_public, keys))
    assert [(head.size, len(first.heads)) for head in first.heads] == [(3, 1)]


def test_an_altered_change_of_the_key_is_named(store: Store, keys: list[Ed25519PrivateKey]) -> None:
    """Whoever trusts an older key learns which record leads no further, and not only that the next key is another."""
    with store.write() as connection:
        change = connection.execute(select(records).where(records.c.kind == KIND).limit(1)).one()
        altered = change.body.replace(b"key rotation v1", b"key rotation v2")
        connection.execute(records.update().where(records.c.record_id == change.record_id).values(body=altered))
    with pytest.raises(Broken) as found:
        verify_store(store, _public(keys[0]))
    assert (found.value.record_id, found.value.position) == (change.record_id, change.position)


def test_an_export_without_the_note_is_not_trusted(store: Store, keys: list[Ed25519PrivateKey]) -> None:
    """The chain must be in the file."""
    lines = [line for line in export(store, Selection(), NOW) if b'"line":"key"' not in line]
    with pytest.raises(Broken, match="another key"):
        verify_export(lines, _public(keys[0]))


def _forge(store: Store, key: Ed25519PrivateKey) -> None:
    """Add a record to the stream of a key that was changed, with all that belongs to it."""
    with store.write() as connection:
        stream = connection.execute(select(streams).order_by(streams.c.opened_at).limit(1)).one()
        body = exact_bytes(made := draft(ENTRY, NOW), stream.stream, stream.size)
        tree = CompactRange.unpack(stream.size, stream.frontier)
        tree.append(leaf_hash(body))
        row = (stream.stream, stream.size, *made[:4], leaf_hash(body), body)
        connection.execute(records.insert().values(row))
        connection.execute(
            streams.update().where(streams.c.stream == stream.stream).values(size=tree.size, frontier=tree.pack())
        )
        note = sign(Checkpoint(stream.stream, tree.size, tree.root()), key)
        values = {"stream": stream.stream, "size": tree.size, "note": note, "created_at": 0}
        connection.execute(checkpoints.insert().values(values))


def test_a_thief_of_an_old_key_can_add_nothing(store: Store, keys: list[Ed25519PrivateKey]) -> None:
    """What stands behind the end of an old key's stream is named, signed or not."""
    _forge(store, keys[0])
    for trusted in (None, _public(keys[0]), _public(keys[2])):
        with pytest.raises(Broken, match="after the key of its stream was changed") as found:
            verify_store(store, trusted)
        assert found.value.position == 3


def _rewrite(store: Store, key: Ed25519PrivateKey) -> None:
    """Tell another story in the stream of a key that was changed, and sign it as if it had always been so."""
    with store.write() as connection:
        name = connection.scalars(select(streams.c.stream).order_by(streams.c.opened_at).limit(1)).one()
        tree = CompactRange()
        ours = select(records.c.record_id, records.c.body).where(records.c.stream == name).order_by(records.c.position)
        for record_id, body in connection.execute(ours).all():
            told = {"body": body.replace(b"warn", b"drop"), "leaf_hash": leaf_hash(body.replace(b"warn", b"drop"))}
            connection.execute(records.update().where(records.c.record_id == record_id).values(told))
            tree.append(told["leaf_hash"])
        connection.execute(streams.update().where(streams.c.stream == name).values(frontier=tree.pack()))
        note = sign(Checkpoint(name, tree.size, tree.root()), key)
        connection.execute(checkpoints.delete().where(checkpoints.c.stream == name, checkpoints.c.size < tree.size))
        connection.execute(checkpoints.update().where(checkpoints.c.stream == name).values(note=note))


def test_a_thief_of_an_old_key_can_rewrite_nothing(store: Store, keys: list[Ed25519PrivateKey]) -> None:
    """All that is signed of the old stream fits, but not the head that both keys have signed."""
    _rewrite(store, keys[0])
    for trusted in (None, _public(keys[0]), _public(keys[2])):
        with pytest.raises(Broken, match="the change of the key shows"):
            verify_store(store, trusted)


def test_a_thief_of_an_old_key_can_appoint_no_other(keys: list[Ed25519PrivateKey]) -> None:
    """A second successor contradicts the first; alone, it is not reached from the newest key."""
    thief = Ed25519PrivateKey.generate()
    real = sign_rotation(keys[0], keys[1], NOW, [])
    forged = sign_rotation(keys[0], thief, NOW, [])
    with pytest.raises(Broken, match="two different ones"):
        Trust(_public(keys[1]), [real, forged])
    with pytest.raises(Broken, match="another key"):
        Trust(_public(keys[1]), [forged]).key_of("s", verifier_key("s", _public(thief)))


def test_a_note_needs_both_signatures() -> None:
    """Neither the old nor the new key alone changes anything."""
    old, new = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    note = sign_rotation(old, new, NOW, [Checkpoint("atesaki/1", 3, bytes(32))])
    assert open_rotation(note).heads[0].size == 3
    lines = note.splitlines(keepends=True)
    for alone in (lines[:-1], [*lines[:-2], lines[-1]]):
        with pytest.raises(BadNote):
            open_rotation("".join(alone))
    with pytest.raises(BadNote):
        open_rotation(note.replace(" 3 ", " 4 "))


def test_while_somebody_writes_the_key_is_not_changed(store: Store, tmp_path: Path) -> None:
    """A server keeps its key in memory and would go on signing with it."""
    file = tmp_path / "journal.key"
    with pytest.raises(RotationRefused, match="no key yet"):
        _rotate(store, file)
    journal = Journal(store, load_or_create_key(file))
    journal.start()
    with pytest.raises(AtesakiError, match="server"):
        _rotate(store, file)
    journal.stop()
    # Nothing is left that would keep the server from starting again.
    assert not next_key_file(file).exists()
    _append(store, load_or_create_key(file))


def test_an_interrupted_change_stops_the_server_and_is_finished_by_running_it_again(
    store: Store, tmp_path: Path
) -> None:
    """The new key waits beside the old one; whichever step was the last, the next run ends well."""
    file = tmp_path / "journal.key"
    old = load_or_create_key(file)
    _append(store, old)
    new = load_or_create_key(next_key_file(file))
    with pytest.raises(JournalKeyUnusable, match="rotate-key"):
        load_or_create_key(file)
    kept = file.read_bytes()
    assert _public(_rotate(store, file)) == _public(new)
    # As if it had stopped after recording and before replacing the file.
    next_key_file(file).write_bytes(file.read_bytes())
    file.write_bytes(kept)
    _rotate(store, file)
    assert len(rotation_notes(store)) == 1
    assert _public(load_or_create_key(file)) == _public(new)
    assert verify_store(store, _public(old)).streams == 2
