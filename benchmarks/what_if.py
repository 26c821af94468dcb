"""Measures indexing and what-if: `what_if.py [DECISIONS] [DATABASE_URL]`, 100,000 decisions on SQLite by default."""

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec
from sqlalchemy import insert

from atesaki.judgement.facts import Organization
from atesaki.policies.revisions import RevisionStore
from atesaki.sending.index.indexer import Indexer
from atesaki.sending.organization import NAME
from atesaki.sending.pseudonym import open_pseudonyms
from atesaki.sending.replay.run import Question, run
from atesaki.storage.engine import Store, open_store
from atesaki.storage.tables import documents
from past import ORGANIZATION, POLICIES, fill, roster

DAYS = 30

DRAFT = """
id: bench
title: {ja: 測定, en: Measurement}
rules:
  - id: builders
    when:
      recipients: {domains: ["*.co.jp"], visible: true, at_least: 2}
    action: warn
    message: {ja: "測定", en: "Measurement"}
  - id: secret
    when:
      all:
        - recipients: {audience: external}
        - subject: {contains: ["社外秘"]}
    action: block
    message: {ja: "測定", en: "Measurement"}
"""


T = TypeVar("T")


class _Office(NamedTuple):
    value: Organization = ORGANIZATION


def main(arguments: Sequence[str]) -> None:
    """Fill a store, index it, and run a draft against all of it."""
    decisions = int((arguments or ["100000"])[0])
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent, prefix=".store-") as folder:
        store = open_store(arguments[1] if len(arguments) > 1 else folder)
        _measure(store, decisions)
        store.close()


def _measure(store: Store, decisions: int) -> None:
    body = msgspec.json.encode(ORGANIZATION).decode()
    with store.write() as connection:
        connection.execute(insert(documents).values(name=NAME, revision=1, body=body, updated_at=0))
    RevisionStore(store).add(POLICIES.revision, POLICIES.files, "benchmark", "")
    pseudonyms, hits = open_pseudonyms(store), roster()
    recorded = _timed("record", lambda: fill(store, decisions, DAYS))
    indexer = Indexer(store, pseudonyms, _Office(), lambda keys: {key: hits[key] for key in keys if key in hits})
    _timed(f"index {recorded:,} records", indexer.catch_up)
    files = POLICIES.files
    for name, draft in (("same", files), ("draft", {**files, "bench.yaml": DRAFT})):
        question = Question(files, draft, 0)
        report = _timed(f"what if: {name}", partial(run, store, pseudonyms, question, lambda *_: None))
        print(f"  {report.messages:,} messages, {report.kinds}")
        for rule in report.rules:
            print(f"    {rule.rule:<45} {rule.before:>7,} → {rule.after:>7,}  can't tell {rule.untold:,}")
    print(f"largest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def _timed(name: str, work: Callable[[], T]) -> T:
    started, cpu = time.perf_counter(), time.process_time()
    found = work()
    took, busy = time.perf_counter() - started, time.process_time() - cpu
    print(f"{name:<40} {took:8.1f} s, {busy:8.1f} s of processor time", flush=True)
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
