"""Measures exports, proofs and verification of a large journal on SQLite: `export.py [RECORDS]`, else 1,000,000."""

import datetime as dt
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from atesaki.journal.checkpoint import Checkpoint, sign, verifier_key
from atesaki.journal.export import Export, Format, Selection
from atesaki.journal.merkle import CompactRange, leaf_hash
from atesaki.journal.prove import prove_consistency, prove_record, verify_proof
from atesaki.journal.tree import fill_nodes
from atesaki.journal.verify_export import verify_export
from atesaki.storage.engine import Store, open_store

STREAM = "atesaki/benchmark"
START = 1_767_225_600_000
CHUNK, MINUTE = 20_000, 10
_BODY = (
    '{"stream":"%s","position":%d,"record_id":"%s","kind":"decision.recorded","subject":"%s","recorded_at":"%s",'
    '"body":{"action":"%s","assurance":"claimed","attachments":1,"client":{"app":"outlook","moment":"send",'
    '"platform":"web","version":"1.0.0"},"decision_id":"%s","degraded":false,"each":25,"exposure":{"disclosures":%d,'
    '"organizations":3,"visible":%d},"findings":[%s],"item":"message","latency_us":812,"locale":"ja","people":%d,'
    '"policy_revision":"2f1c8a","recipients":{"to":{"external":%d,"internal":1}},"release":null,"stale":[],'
    '"thread":"new","truncated":[]},"commitment":"%s"}'
)
_FINDING = '{"policy":"exposure","rule":"strangers","action":"warn","release":"acknowledge","mode":"enforce","count":3}'


def main(arguments: Sequence[str]) -> None:
    """Fill a journal and print figures."""
    count = int((arguments or ["1000000"])[0])
    key = Ed25519PrivateKey.generate()
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent, prefix=".store-") as folder:
        store = open_store(folder)
        assert store.path is not None  # noqa: S101  # It is a folder.
        began = time.perf_counter()
        notes = _fill(store.path, key, count)
        print(f"{count:,} records in {time.perf_counter() - began:,.0f} s, {store.path.stat().st_size / 2**30:.1f} GB")
        print(f"memory before: {_peak():,} MB at most\n\n| what | s | records/s | MB written | MB of memory at most |")
        print("|---|---|---|---|---|")
        _proofs(store, key, notes, count)
        for file_format in ("jsonl", "csv", "parquet"):
            _export(store, Path(folder) / "export", count, file_format)
            if file_format == "jsonl":
                _timed("verify the JSON lines", count, lambda: _verify(Path(folder) / "export", key))
        store.close()


def _fill(path: Path, key: Ed25519PrivateKey, count: int) -> list[str]:
    """Write records, with a checkpoint over every ten, as one a minute would be; returns all notes."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    tree, notes, position = CompactRange(), [], 0
    public_key = verifier_key(STREAM, key.public_key().public_bytes_raw())
    connection.execute("INSERT INTO streams VALUES (?, ?, ?, 0, x'')", (STREAM, START, public_key))
    while position < count:
        connection.execute("BEGIN")
        rows = list(_rows(position, min(count, position + CHUNK)))
        connection.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        for row in rows:
            tree.append(row[6])
            if tree.size % MINUTE == 0 or tree.size == count:
                notes.append(sign(Checkpoint(STREAM, tree.size, tree.root()), key))
                connection.execute("INSERT INTO checkpoints VALUES (?, ?, ?, 0)", (STREAM, tree.size, notes[-1]))
                notes = [notes[0], notes[len(notes) // 2], notes[-1]]
        connection.execute("UPDATE streams SET size = ?, frontier = ?", (tree.size, tree.pack()))
        connection.execute("COMMIT")
        position = tree.size
    connection.close()
    return notes


def _rows(start: int, end: int) -> Iterator[tuple[Any, ...]]:
    for position in range(start, end):
        at = START + position * 6_000
        chance = sha256(b"%d" % position).hexdigest()
        record_id = f"{at:012x}"[:8] + f"-{at:012x}"[9:] + f"-7{chance[:3]}-8{chance[3:6]}-{chance[6:18]}"
        decision_id = f"{record_id[:14]}7{chance[20:23]}-9{chance[23:26]}-{chance[26:38]}"
        moment = dt.datetime.fromtimestamp(at / 1000, dt.UTC).isoformat()
        warned = position % 12 == 0
        some = position % 30
        values = (STREAM, position, record_id, decision_id, moment, "warn" if warned else "allow", decision_id)
        body = (_BODY % (*values, some * 25, some, _FINDING if warned else "", some, some, chance)).encode()
        kind = "decision.recorded"
        yield STREAM, position, record_id, kind, decision_id, at * 1000, leaf_hash(body), body


def _proofs(store: Store, key: Ed25519PrivateKey, notes: Sequence[str], count: int) -> None:
    public_key = key.public_key().public_bytes_raw()
    row = next(_rows(count // 3, count // 3 + 1))
    _timed("prove one record, reading every leaf", 1, lambda: prove_record(store, row[2], notes[-1]))
    _timed("store nodes", count, lambda: _nodes(store))
    _timed("prove one record", 1, lambda: verify_proof(prove_record(store, row[2], notes[-1]), public_key, [notes[-1]]))
    _timed("prove continuity", 1, lambda: verify_proof(prove_consistency(store, notes[1]), public_key, [notes[1]]))
    chosen = [each[4] for position in range(0, count, 5_000) for each in _rows(position, position + 1)]
    search = Export(store, Selection(), dt.datetime.now(dt.UTC), subjects=iter(chosen))
    _timed(f"export {len(chosen):,} found records, with proof", len(chosen), lambda: sum(map(len, search)))


def _nodes(store: Store) -> None:
    while fill_nodes(store, STREAM):
        pass


def _export(store: Store, file: Path, count: int, file_format: Format) -> None:
    def write() -> None:
        with file.open("wb") as out:
            for piece in Export(store, Selection(), dt.datetime.now(dt.UTC), file_format):
                out.write(piece)

    _timed(f"export as {file_format}", count, write, file)


def _verify(file: Path, key: Ed25519PrivateKey) -> None:
    with file.open("rb") as lines:
        verify_export(lines, key.public_key().public_bytes_raw())


def _timed(what: str, count: int, work: Callable[[], object], file: Path | None = None) -> None:
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    written = f"{file.stat().st_size / 1e6:,.0f}" if file else ""
    print(f"| {what} | {seconds:,.2f} | {count / seconds:,.0f} | {written} | {_peak():,} |", flush=True)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(sys.argv[1:])
