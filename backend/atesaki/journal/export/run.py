"""An export on its way: what it will hold is settled at its start, how far it is can be asked at any time."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Literal

from atesaki.journal.export.extent import settle
from atesaki.journal.export.json_lines import JsonLines
from atesaki.journal.export.parquet import parquet_chunks, require_parquet
from atesaki.journal.export.rows import DecisionRows
from atesaki.journal.export.selection import Selection
from atesaki.journal.export.spreadsheet import csv_chunks
from atesaki.journal.rotation import rotation_notes
from atesaki.storage.engine import Store

Format = Literal["jsonl", "csv", "parquet"]

MEDIA_TYPES: dict[Format, str] = {
    "jsonl": "application/jsonl",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}


class Export:
    """Iterate over it once for the bytes; `done` of `total` records are behind it then.

    Only records with one of the `subjects`, such as decision ids, are in it where they are given.
    With `selection.personal`, record `viewed(…)` first. Raises `ParquetUnavailable`.
    """

    def __init__(
        self,
        store: Store,
        selection: Selection,
        made_at: dt.datetime,
        file_format: Format = "jsonl",
        subjects: Iterable[str] | None = None,
    ) -> None:
        if file_format == "parquet":
            require_parquet()
        self._store = store
        self._selection = selection
        self._made_at = made_at
        self._format = file_format
        self._spans = settle(store, selection, subjects)
        self.total = sum(span.records for span in self._spans)
        self.done = 0

    def __iter__(self) -> Iterator[bytes]:
        """Give the file in pieces."""
        if self._format == "jsonl":
            lines = JsonLines(self._store, self._selection, self._passed)
            return lines.write(self._spans, rotation_notes(self._store), self._made_at)
        rows = DecisionRows(self._store, with_personal=self._selection.personal, passed=self._passed)
        write = csv_chunks if self._format == "csv" else parquet_chunks
        return write(rows.columns, rows.pages(self._spans))

    def _passed(self, count: int) -> None:
        self.done += count


def export(store: Store, selection: Selection, made_at: dt.datetime) -> Iterator[bytes]:
    """Give the lines of an export, each with its newline; with `selection.personal`, record `viewed(…)` first."""
    for piece in Export(store, selection, made_at):
        yield from piece.splitlines(keepends=True)
