"""A person vouches for the end of a stream that the server would not sign, and the journal says who and why."""

from datetime import datetime
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from atesaki.journal.ending import read_head, save_checkpoint
from atesaki.journal.errors import AcceptRefused
from atesaki.journal.journal import Journal
from atesaki.journal.record import Entry, without_addresses
from atesaki.journal.sink import Head, own_stream
from atesaki.journal.stored import all_streams
from atesaki.journal.witness import REFUSED, Refusal, Witness
from atesaki.storage.engine import Store, moment
from atesaki.storage.tables import RARE_KINDS, records

ACCEPTED = "stream.accepted"


class Vouching(NamedTuple):
    """Who vouches for records, why, and when."""

    by: str
    reason: str
    now: datetime


def accept(store: Store, journal: Journal, key: Ed25519PrivateKey, stream: str, vouching: Vouching) -> int:
    """Record who vouches for the end of a stream, sign it, and return how many records it has.

    Raises `AcceptRefused` where nothing is to be accepted, or where the stream is not only late but was changed.
    """
    head, refusal = _refused(store, key.public_key().public_bytes_raw(), stream)
    if not refusal.late:
        raise AcceptRefused(f"The end of {stream} can't be accepted. {refusal.sentence}")
    signed = refusal.signed.size if refusal.signed else 0
    body = {"signed": signed, "size": head.tree.size, "reason": without_addresses(vouching.reason)}
    journal.append_blocking(Entry(ACCEPTED, stream, body, {"by": vouching.by}))
    save_checkpoint(store, head, key, vouching.now)
    return head.tree.size - signed


def refused_at(store: Store) -> list[datetime]:
    """Give the moments at which streams were refused that nobody vouched for since, oldest first."""
    query = select(records.c.kind, records.c.subject, records.c.recorded_at)
    with store.read() as connection:
        rows = connection.execute(query.where(records.c.kind.in_((REFUSED, ACCEPTED)), RARE_KINDS)).all()
    accepted = {row.subject for row in rows if row.kind == ACCEPTED}
    return sorted(moment(row.recorded_at) for row in rows if row.kind == REFUSED and row.subject not in accepted)


def _refused(store: Store, public_key: bytes, stream: str) -> tuple[Head, Refusal]:
    """The stream and why it was refused: that it is late only where it has no other fault."""
    with store.read() as connection:
        rows = [(row.stream, row.public_key) for row in all_streams(connection)]
    if stream not in own_stream(rows, public_key):
        raise AcceptRefused(f"There is no stream {stream} of the journal's key.")
    head, witness = read_head(store, stream), Witness(store, public_key)
    refusal = witness.refusal(head, even_late=True) or witness.refusal(head)
    if refusal is None:
        raise AcceptRefused(f"The stream {stream} was not refused, so there is nothing to accept.")
    return head, refusal
