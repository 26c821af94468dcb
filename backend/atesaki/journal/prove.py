"""Proofs as files of one line: that a record is under a signed checkpoint, that one checkpoint continues another."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import select

from atesaki.journal.audit import Broken
from atesaki.journal.checkpoint import BadCheckpoint, Checkpoint, open_note, read_note
from atesaki.journal.errors import ExportUnreadable, NotProven, RecordNotFound
from atesaki.journal.merkle import includes, is_consistent, leaf_hash
from atesaki.journal.read import Reader
from atesaki.journal.record import Record, read_record
from atesaki.journal.rotation import rotation_notes
from atesaki.journal.stored import all_streams, newest_note
from atesaki.journal.tree import Tree, inclusion_of
from atesaki.journal.trust import Trust
from atesaki.storage.engine import Store
from atesaki.storage.tables import records


class InclusionProof(Struct, frozen=True, tag="inclusion", tag_field="line", forbid_unknown_fields=True):
    """One record, as its exact bytes, and the way from it to the root of a checkpoint (RFC 9162 §2.1.3)."""

    entry: str
    hashes: list[bytes]
    checkpoint: str
    public_key: str
    rotations: list[str]


class ConsistencyProof(Struct, frozen=True, tag="consistency", tag_field="line", forbid_unknown_fields=True):
    """That the newest checkpoint continues an older one: nothing before it was changed (RFC 9162 §2.1.4)."""

    old: str
    hashes: list[bytes]
    checkpoint: str
    public_key: str
    rotations: list[str]


ProofFile = InclusionProof | ConsistencyProof

_SNIFFED = 40
_DECODER: "msgspec.json.Decoder[ProofFile]" = msgspec.json.Decoder(ProofFile)


def prove_record(store: Store, record_id: str, kept: str | None = None) -> InclusionProof:
    """Prove a record against the first checkpoint over it, or against one that was `kept` elsewhere.

    Raises `RecordNotFound`, and `NotProven` where no such checkpoint covers it.
    """
    reader = Reader(store)
    record = reader.get(record_id)
    if record is None:
        raise RecordNotFound("No record has this id.")
    place = (records.c.stream == record.stream) & (records.c.position == record.position)
    with store.read() as connection:
        row = connection.execute(select(records.c.body, records.c.leaf_hash).where(place)).one()
    note, key = _cover(reader, record) if kept is None else (kept, _key_of(store, record.stream))
    head = read_note(note)
    if head.stream != record.stream or head.size <= record.position:
        raise NotProven("The checkpoint that was kept is older than the record, or of another stream.")
    hashes = inclusion_of(store, record, row.leaf_hash, root=head.root, size=head.size)
    return InclusionProof(row.body.decode(), hashes, note, key, rotation_notes(store))


def prove_consistency(store: Store, kept: str) -> ConsistencyProof:
    """Prove that the newest checkpoint of a stream continues one that was kept; raises `NotProven`."""
    old = read_note(kept)
    with store.read() as connection:
        note = newest_note(connection, old.stream)
    if note is None or read_note(note).size < old.size:
        raise NotProven("The journal has no checkpoint that is as new as the one that was kept.")
    new = read_note(note)
    hashes = Tree(store, old.stream).consistency(old.size, new.size)
    if not is_consistent(old.size, old.root, new.size, new.root, hashes):
        hashes = Tree(store, old.stream, trusting=False).consistency(old.size, new.size)
    return ConsistencyProof(kept, hashes, note, _key_of(store, old.stream), rotation_notes(store))


def read_proof(line: bytes) -> ProofFile:
    """Read a proof; raises `ExportUnreadable`."""
    try:
        return _DECODER.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ExportUnreadable("The proof can't be read.") from error


def verify_proof(proof: ProofFile, trusted: bytes | None = None, known: Sequence[str] = ()) -> Record | None:
    """Check a proof with nothing else; gives the record that it proves. Raises `Broken`.

    Each of the `known` checkpoints must be one of those that the proof speaks about.
    """
    head = _opened(proof.checkpoint, proof.public_key, Trust(trusted, proof.rotations))
    if isinstance(proof, ConsistencyProof):
        old = _opened(proof.old, proof.public_key, Trust(trusted, proof.rotations))
        if old.stream != head.stream or not is_consistent(old.size, old.root, head.size, head.root, proof.hashes):
            raise Broken(old.stream, f"what stood before the checkpoint over {old.size} records was rewritten")
        _compare(known, [old, head])
        return None
    record = _record(proof, head)
    if not includes(leaf_hash(proof.entry.encode()), record.position, head.size, proof.hashes, head.root):
        raise Broken(head.stream, "the record is not in the signed tree", record.position, record.record_id)
    _compare(known, [head])
    return record


def _record(proof: InclusionProof, head: Checkpoint) -> Record:
    try:
        record = read_record(proof.entry.encode())
    except msgspec.MsgspecError as error:
        raise Broken(head.stream, "the record can't be read") from error
    if record.stream != head.stream:
        raise Broken(head.stream, "the record belongs to another stream", record.position, record.record_id)
    return record


def _opened(note: str, stored_key: str, trust: Trust) -> Checkpoint:
    try:
        stream = read_note(note).stream
        key = trust.key_of(stream, stored_key)
        head = open_note(note, key)
    except BadCheckpoint as error:
        raise Broken("", str(error)) from error
    last = trust.last_head(stream, key)
    if last is not None and (head.size > last.size or (head.size == last.size and head.root != last.root)):
        raise Broken(stream, "the checkpoint was signed after the key of its stream was changed")
    return head


def _compare(known: Sequence[str], heads: Sequence[Checkpoint]) -> None:
    for note in known:
        kept = read_note(note)
        if kept not in heads:
            sentence = f"it does not speak about the kept checkpoint over {kept.size} records; prove it for that one"
            raise Broken(kept.stream, sentence)


def _cover(reader: Reader, record: Record) -> tuple[str, str]:
    found = reader.proof_of(record)
    if found is None:
        raise NotProven("No checkpoint covers the record yet; sign one: atesaki journal checkpoint")
    return found.checkpoint, found.public_key


def _key_of(store: Store, stream: str) -> str:
    with store.read() as connection:
        keys = {row.stream: row.public_key for row in all_streams(connection)}
    if stream not in keys:
        raise NotProven("The journal has no stream of this name.")
    return keys[stream]


def is_proof(file: Path) -> bool:
    """Tell whether a file is a proof, and not an export, whose first line is another."""
    with file.open("rb") as lines:
        start = lines.read(_SNIFFED)
    return any(start.startswith(b'{"line":"%b"' % tag) for tag in (b"inclusion", b"consistency"))
