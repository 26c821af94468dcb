"""Changes the signing key: ends the streams of the old one, records the note that both keys sign, begins a new stream.

Interrupted at any point it can be run again: the new key waits in a file of its own until all is recorded,
and no server starts while that file is there.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from atesaki.journal.checkpoint import Checkpoint
from atesaki.journal.ending import read_head, save_checkpoint
from atesaki.journal.errors import RotationRefused
from atesaki.journal.journal import Journal
from atesaki.journal.key import next_key_file, read_or_create_key
from atesaki.journal.record import Entry
from atesaki.journal.rotation import KIND, SUBJECT, open_rotation, rotation_notes, sign_rotation
from atesaki.journal.sink import own_stream
from atesaki.journal.stored import all_streams
from atesaki.journal.witness import Witness
from atesaki.storage.engine import Store
from atesaki.storage.lock import FileLock


def rotate(store: Store, key_file: Path, now: Callable[[], datetime], by: str) -> Ed25519PrivateKey:
    """Change the key and return the new one; the old one is gone from the disk afterwards.

    Raises `StoreInUse` or `RotationRefused` while a server writes to the store.
    """
    if not key_file.exists():
        raise RotationRefused("There is no key yet; the first start of the server makes it.")
    old = read_or_create_key(key_file)
    with _nobody_writes(store, old):
        # Only now: the new key of a change that was refused would keep the server from starting again.
        new = read_or_create_key(next_key_file(key_file))
        recorded = _is_recorded(store, new)
        ended = [] if recorded else [_ended(store, stream, old, now()) for stream in _streams_of(store, old)]
    if not recorded:
        heads = [head for head in ended if head is not None]
        _record(store, new, sign_rotation(old, new, now(), heads), now, by)
    # Replacing is atomic: there is never no key, and the server starts again from here on.
    os.replace(next_key_file(key_file), key_file)  # noqa: PTH105  # As above; Path.replace is the same call.
    return new


def _is_recorded(store: Store, new: Ed25519PrivateKey) -> bool:
    public_key = new.public_key().public_bytes_raw()
    return any(open_rotation(note).new == public_key for note in rotation_notes(store))


def _streams_of(store: Store, key: Ed25519PrivateKey) -> list[str]:
    with store.read() as connection:
        rows = [(row.stream, row.public_key) for row in all_streams(connection)]
    return own_stream(rows, key.public_key().public_bytes_raw())


def _ended(store: Store, stream: str, key: Ed25519PrivateKey, now: datetime) -> Checkpoint | None:
    """Sign what of a stream is not signed yet, and give its last head.

    Of a stream that was not signed like this that is the last good one, if any: what stands behind it is no part of it.
    """
    head = read_head(store, stream)
    refusal = Witness(store, key.public_key().public_bytes_raw()).refusal(head)
    if refusal is not None:
        return refusal.signed
    if head.checkpointed < head.tree.size:
        save_checkpoint(store, head, key, now)
    return Checkpoint(stream, head.tree.size, head.tree.root())


def _record(store: Store, new: Ed25519PrivateKey, note: str, now: Callable[[], datetime], by: str) -> None:
    journal = Journal(store, new, now=now)
    journal.start()
    try:
        rotation = open_rotation(note)
        body = {"before": rotation.old.hex(), "after": rotation.new.hex(), "note": note}
        journal.append_blocking(Entry(KIND, SUBJECT, body, {"by": by}))
    finally:
        journal.stop()


@contextlib.contextmanager
def _nobody_writes(store: Store, key: Ed25519PrivateKey) -> Iterator[None]:
    """Hold the locks of those who write; raises where somebody does."""
    if store.path is not None:
        with FileLock(store.path):
            yield
        return
    claim = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:stream, 0))")
    with store.engine.begin() as connection:
        for stream in _streams_of(store, key):
            if not connection.scalar(claim, {"stream": stream}):
                raise RotationRefused("A server is writing to the journal; stop all of them first.")
        yield
