"""Waiting entries turned into one batch of rows, and the answers to those who wait."""

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from typing import NamedTuple

from atesaki.journal.merkle import CompactRange, leaf_hash
from atesaki.journal.record import Draft, RecordRef, exact_bytes
from atesaki.journal.sink import Batch, PersonalRow, Row

Answer = RecordRef | Exception


class Waiting(NamedTuple):
    """A draft and who waits for it: a future of an event loop, or of a thread where `loop` is `None`."""

    draft: Draft
    loop: asyncio.AbstractEventLoop | None
    future: "asyncio.Future[RecordRef] | Future[RecordRef]"


def build(waiting: Sequence[Waiting], stream: str, tree: CompactRange) -> Batch:
    """Give the drafts their positions and their bytes, on a copy of the tree."""
    batch = Batch(stream, [], [], tree.copy())
    for draft, _, _ in waiting:
        position = batch.tree.size
        body = exact_bytes(draft, stream, position)
        leaf = leaf_hash(body)
        batch.tree.append(leaf)
        batch.rows.append(
            Row(stream, position, draft.record_id, draft.kind, draft.subject, draft.recorded_at, leaf, body),
        )
        if draft.personal is not None:
            batch.personal.append(PersonalRow(draft.record_id, *draft.personal))
    return batch


def answers(rows: Iterable[Row]) -> list[Answer]:
    """Say where each record stands."""
    return [RecordRef(row.record_id, row.stream, row.position) for row in rows]


def release(waiting: Sequence[Waiting], answers: Sequence[Answer]) -> None:
    """Hand out the answers, with one call into each event loop however many wait there."""
    of_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[RecordRef], Answer]]] = {}
    for (_, loop, future), answer in zip(waiting, answers, strict=True):
        if isinstance(future, Future):
            _settle(future, answer)
        elif loop is not None:
            of_loop.setdefault(loop, []).append((future, answer))
    for loop, pairs in of_loop.items():
        # A loop that was closed meanwhile has nobody left who waits.
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle_all, pairs)


def _settle_all(pairs: Sequence[tuple[asyncio.Future[RecordRef], Answer]]) -> None:
    for future, answer in pairs:
        _settle(future, answer)


def _settle(future: "asyncio.Future[RecordRef] | Future[RecordRef]", answer: Answer) -> None:
    # A client that has gone has cancelled its future; its record is kept all the same.
    if future.done():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
