"""The end of a stored stream, read and signed by a command while no server writes it."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from atesaki.journal.checkpoint import Checkpoint, sign
from atesaki.journal.merkle import CompactRange
from atesaki.journal.sink import Head
from atesaki.journal.stored import signed_size
from atesaki.storage.engine import Store, micros
from atesaki.storage.tables import checkpoints, streams


def read_head(store: Store, stream: str) -> Head:
    """Read the durable head of a stream that is there."""
    with store.read() as connection:
        row = connection.execute(select(streams.c.size, streams.c.frontier).where(streams.c.stream == stream)).one()
        return Head(stream, CompactRange.unpack(row.size, row.frontier), signed_size(connection, stream))


def save_checkpoint(store: Store, head: Head, key: Ed25519PrivateKey, now: datetime) -> None:
    """Sign a checkpoint over all of the stream and store it."""
    note = sign(Checkpoint(head.stream, head.tree.size, head.tree.root()), key)
    values = {"stream": head.stream, "size": head.tree.size, "note": note, "created_at": micros(now)}
    with store.write() as connection:
        connection.execute(checkpoints.insert().values(values))
