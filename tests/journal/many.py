"""Fills a store with many records at once, as a journal would have left them, for tests of memory and speed."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from atesaki.journal.checkpoint import Checkpoint, sign, verifier_key
from atesaki.journal.merkle import CompactRange, leaf_hash
from atesaki.storage.engine import Store, moment
from atesaki.storage.tables import checkpoints, personal, records, streams

STREAM = "atesaki/many"
START = 1_767_225_600_000_000
_STEP = 6_000_000
_ROWS = 5_000


def fill(
    store: Store, key: Ed25519PrivateKey, count: int, *, with_personal: bool = False, stream: str = STREAM
) -> None:
    """Write `count` decisions, one every six seconds, with a checkpoint over every ten thousand and over all."""
    tree = CompactRange()
    with store.write() as connection:
        public_key = verifier_key(stream, key.public_key().public_bytes_raw())
        connection.execute(
            streams.insert().values(stream=stream, opened_at=START, public_key=public_key, size=0, frontier=b"")
        )
    for rows in _batches(stream, count):
        for row in rows:
            tree.append(row["leaf_hash"])
        with store.write() as connection:
            connection.execute(records.insert(), rows)
            if with_personal:
                connection.execute(personal.insert(), [_personal(row) for row in rows])
            if tree.size % (2 * _ROWS) == 0 or tree.size == count:
                note = sign(Checkpoint(stream, tree.size, tree.root()), key)
                connection.execute(
                    checkpoints.insert().values(stream=stream, size=tree.size, note=note, created_at=START)
                )
            connection.execute(
                streams.update().where(streams.c.stream == stream).values(size=tree.size, frontier=tree.pack())
            )


def _batches(stream: str, count: int) -> Iterator[list[dict[str, Any]]]:
    for begin in range(0, count, _ROWS):
        yield [_row(stream, position) for position in range(begin, min(count, begin + _ROWS))]


def _row(stream: str, position: int) -> dict[str, Any]:
    at = START + position * _STEP
    chance = hashlib.sha256(f"{stream} {position}".encode()).hexdigest()
    time = f"{at // 1000:012x}"
    record_id = f"{time[:8]}-{time[8:]}-7{chance[:3]}-8{chance[3:6]}-{chance[6:18]}"
    body = json.dumps(
        {
            "stream": stream,
            "position": position,
            "record_id": record_id,
            "kind": "decision.recorded",
            "subject": chance[:32],
            "recorded_at": moment(at).isoformat(),
            "body": _body(position),
            "commitment": hashlib.sha256(_salt(record_id) + _blob(record_id)).hexdigest(),
        },
        separators=(",", ":"),
    ).encode()
    return {
        "stream": stream,
        "position": position,
        "record_id": record_id,
        "kind": "decision.recorded",
        "subject": chance[:32],
        "recorded_at": at,
        "leaf_hash": leaf_hash(body),
        "body": body,
    }


def _body(position: int) -> dict[str, Any]:
    warned = position % 10 == 0
    return {
        "action": "warn" if warned else "allow",
        "release": "acknowledge" if warned else None,
        "findings": [{"policy": "visible", "rule": "many", "action": "warn", "mode": "enforce"}] if warned else [],
        "recipients": {"to": {"external": position % 30}},
        "exposure": {"visible": position % 30, "organizations": 3, "disclosures": 6},
        "client": {"app": "outlook"},
        "policy_revision": "r1",
        "assurance": "claimed",
    }


def _salt(record_id: str) -> bytes:
    return hashlib.sha256(record_id.encode()).digest()[:16]


def _blob(record_id: str) -> bytes:
    address = f"{record_id[-6:]}@gmail.example"
    return json.dumps({"sender": {"address": "staff@hall.example"}, "to": [{"address": address}]}).encode()


def _personal(row: dict[str, Any]) -> dict[str, Any]:
    record_id = row["record_id"]
    return {"record_id": record_id, "salt": _salt(record_id), "blob": _blob(record_id), "expires_at": None}
