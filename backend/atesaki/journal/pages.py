"""Reads streams page by page, each page in a transaction of its own.

A journal only grows, so the pages of a span that was settled before agree with one another; and a reader that takes
hours, such as a slow download, never keeps SQLite's log from being emptied or PostgreSQL's rows from being tidied.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Row, Select, null, select

from atesaki.journal.stored import Stored
from atesaki.storage.engine import Store
from atesaki.storage.tables import checkpoints, personal, records

T = TypeVar("T")

PAGE = 1_000
LEAVES = 8_192


class Stretch(NamedTuple):
    """The records of a stream from position `start` up to `end`."""

    stream: str
    start: int
    end: int


def record_pages(store: Store, stretch: Stretch, *, with_personal: bool, size: int = PAGE) -> Iterator[list[Stored]]:
    """Give the records of a stretch, `size` at a time, and their personal data only where it is asked for."""
    columns: tuple[Any, ...] = (null(), null(), null())
    source: Any = records
    if with_personal:
        columns = (personal.c.salt, personal.c.blob, personal.c.redacted)
        source = records.outerjoin(personal, personal.c.record_id == records.c.record_id)
    query = select(*records.c, *columns).select_from(source)
    for page in _pages(store, query, stretch, size):
        yield [Stored._make(row) for row in page]


def leaves_between(store: Store, stream: str, start: int, end: int) -> Iterator[bytes]:
    """Give the leaf hashes of a stream from position `start` up to `end`, as the tables hold them."""
    query = select(records.c.position, records.c.leaf_hash)
    for page in _pages(store, query, Stretch(stream, start, end), LEAVES):
        for row in page:
            yield row.leaf_hash


def notes_between(store: Store, stream: str, above: int, up_to: int | None) -> Iterator[tuple[int, str]]:
    """Give the checkpoints over more than `above` and at most `up_to` records as (size, note), smallest first."""
    size = checkpoints.c.size
    query = select(size, checkpoints.c.note).where(checkpoints.c.stream == stream).order_by(size).limit(PAGE)
    if up_to is not None:
        query = query.where(size <= up_to)
    found = _fetch(store, query.where(size > above))
    while found:
        for row in found:
            yield row.size, row.note
        found = _fetch(store, query.where(size > found[-1].size)) if len(found) == PAGE else []


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut an iterable into lists of `size`, the last one shorter."""
    iterator = iter(items)
    take: Callable[[], list[T]] = lambda: list(islice(iterator, size))  # noqa: E731  # It is only called below.
    return iter(take, [])


def _pages(store: Store, query: Select[Any], stretch: Stretch, size: int) -> Iterator[list[Row[Any]]]:
    stream, start, end = stretch
    position = records.c.position
    query = query.where(records.c.stream == stream, position < end).order_by(position).limit(size)
    while start < end:
        page = _fetch(store, query.where(position >= start))
        if not page:
            return
        yield page
        start = page[-1].position + 1


def _fetch(store: Store, query: Select[Any]) -> list[Row[Any]]:
    with store.read() as connection:
        return list(connection.execute(query).all())
