"""Which records an export goes through: settled once, so that later pages agree with it."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from atesaki.journal.checkpoint import read_note
from atesaki.journal.export.selection import Selection
from atesaki.journal.pages import chunks
from atesaki.journal.record import first_id_at
from atesaki.journal.stored import StreamRow, all_streams, signed_size
from atesaki.storage.engine import Store, micros
from atesaki.storage.tables import records

LOOKED_UP = 500
"""How many subjects are looked up with one query."""


class Span(NamedTuple):
    """The part of a stream that is exported.

    `chosen` are the positions within it, in order, `None` for all; `marks` are sizes of the tree that must be shown;
    `newer` counts the records that no checkpoint covers.
    """

    stream: str
    public_key: str
    start: int
    end: int
    chosen: "array[int] | None"
    marks: Sequence[int]
    newer: int

    @property
    def records(self) -> int:
        """How many records of the stream are exported."""
        return self.end - self.start if self.chosen is None else len(self.chosen)

    def runs(self) -> Iterator[tuple[int, int]]:
        """Give the exported records as (start, end) of stretches without gaps."""
        if not self.records:
            return
        if self.chosen is None:
            yield self.start, self.end
            return
        begin = after = self.chosen[0]
        for position in self.chosen:
            if position > after:
                yield begin, after
                begin = position
            after = position + 1
        yield begin, after


def settle(store: Store, selection: Selection, subjects: Iterable[str] | None = None) -> list[Span]:
    """Give the spans of a selection as the store stands now; of the `subjects` only, where they are given.

    A chosen record costs eight bytes of memory, all others none.
    """
    chosen = None if subjects is None else _positions(store, subjects)
    marks = _marks(selection.known)
    with store.read() as connection:
        periods = _periods(connection, selection)
        spans = [
            _span(connection, row, selection, _part(row, periods, chosen), marks.get(row.stream, ()))
            for row in all_streams(connection)
        ]
    return [span for span in spans if span.records or span.marks or span.newer]


def _part(
    row: StreamRow, periods: dict[str, tuple[int, int]] | None, chosen: "dict[str, array[int]] | None"
) -> "tuple[int, int, array[int] | None]":
    """Give the period of a stream as positions, and what is chosen within it."""
    start, end = (0, row.size) if periods is None else periods.get(row.stream, (0, 0))
    if chosen is None:
        return start, end, None
    return start, end, array("q", sorted(each for each in chosen.get(row.stream, ()) if start <= each < end))


def _span(
    connection: Connection,
    row: StreamRow,
    selection: Selection,
    part: "tuple[int, int, array[int] | None]",
    marks: Sequence[int],
) -> Span:
    start, end, chosen = part
    last = row.size if selection.unsigned else signed_size(connection, row.stream)
    if chosen is not None:
        newer = sum(position >= last for position in chosen)
        kept = chosen[: len(chosen) - newer]
        return Span(row.stream, row.public_key, 0, 0, kept, marks, newer)
    newer = max(0, end - max(start, last))
    return Span(row.stream, row.public_key, min(start, last), min(end, last), None, marks, newer)


def _marks(known: Sequence[str]) -> dict[str, list[int]]:
    """Give the sizes of the tree that must be shown, by stream."""
    marks: dict[str, set[int]] = {}
    for checkpoint in map(read_note, known):
        marks.setdefault(checkpoint.stream, set()).add(checkpoint.size)
    return {stream: sorted(sizes) for stream, sizes in marks.items()}


def _periods(connection: Connection, selection: Selection) -> dict[str, tuple[int, int]] | None:
    """Give first and last-but-one position of the period in each stream; what lies between is exported too."""
    if selection.since is None and selection.until is None:
        return None
    position = records.c.position
    query = select(records.c.stream, func.min(position), func.max(position) + 1).group_by(records.c.stream)
    # Ids are UUIDv7, so their order is the order of time.
    if selection.since is not None:
        query = query.where(records.c.record_id >= first_id_at(micros(selection.since)))
    if selection.until is not None:
        query = query.where(records.c.record_id < first_id_at(micros(selection.until)))
    return {stream: (start, end) for stream, start, end in connection.execute(query)}


def _positions(store: Store, subjects: Iterable[str]) -> "dict[str, array[int]]":
    found: dict[str, array[int]] = {}
    place = select(records.c.stream, records.c.position)
    for some in chunks(subjects, LOOKED_UP):
        with store.read() as connection:
            for stream, position in connection.execute(place.where(records.c.subject.in_(some))):
                found.setdefault(stream, array("q")).append(position)
    return found
