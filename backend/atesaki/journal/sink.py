"""The port that the journal writes through: one stream, appended to in whole batches."""

from collections.abc import Container, Sequence
from typing import NamedTuple, Protocol

from atesaki.journal.checkpoint import verifier_key
from atesaki.journal.merkle import CompactRange

NEW_STREAM_BYTES = 8


class Row(NamedTuple):
    """One record as it is stored."""

    stream: str
    position: int
    record_id: str
    kind: str
    subject: str
    recorded_at: int
    leaf_hash: bytes
    body: bytes


class PersonalRow(NamedTuple):
    """The personal data of one record as it is stored."""

    record_id: str
    salt: bytes
    blob: bytes
    expires_at: int | None


class Batch(NamedTuple):
    """Rows that are committed together, and the tree of their stream as it will be after them."""

    stream: str
    rows: list[Row]
    personal: list[PersonalRow]
    tree: CompactRange


class Head(NamedTuple):
    """A stream and its tree, as far as they are durable."""

    stream: str
    tree: CompactRange
    checkpointed: int


class Sink(Protocol):
    """Makes records durable. Used by one thread only; any exception means that nothing is known to be durable."""

    def open(self, refused: Container[str] = ()) -> Head:
        """Connect, take over a stream that is not `refused` or begin one, and read its durable head."""

    def commit(self, batch: Batch) -> None:
        """Store the rows and the tree after them in one transaction."""

    def look(self) -> None:
        """Raise where the store has gone while nobody wrote."""

    def unsigned(self, stream: str, /) -> list[Head]:
        """Give other streams of this key that have records under no checkpoint, and may have lost their writer."""

    def save_checkpoint(self, stream: str, size: int, note: str, created_at: int) -> None:
        """Store a signed checkpoint."""

    def disconnect(self) -> None:
        """Drop the connection, whatever its state; `open` may follow."""

    def close(self) -> None:
        """Disconnect for good and let another process write."""


def own_stream(streams: Sequence[tuple[str, str]], public_key: bytes, refused: Container[str] = ()) -> list[str]:
    """Names of the streams, given as (stream, verifier key), that this key has signed so far, without `refused`."""
    return [stream for stream, key in streams if key == verifier_key(stream, public_key) and stream not in refused]
