"""Writes rows of decisions as Parquet, where the extra `parquet` is installed."""

import importlib.util
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from atesaki.journal.errors import ParquetUnavailable
from atesaki.journal.export.rows import Cell, Column

if TYPE_CHECKING:
    from typing_extensions import Buffer

ROW_GROUP = 20_000
"""Rows that are held in memory until they are written together."""


def require_parquet() -> None:
    """Raise `ParquetUnavailable` where pyarrow is not installed."""
    if importlib.util.find_spec("pyarrow") is None:
        raise ParquetUnavailable(
            "Parquet needs the package pyarrow; install it with: pip install 'atesaki[parquet]'.",
            field="format",
        )


def parquet_chunks(columns: Sequence[Column], pages: Iterable[Sequence[Sequence[Cell]]]) -> Iterator[bytes]:
    """Give the file in pieces, a row group at a time."""
    import pyarrow as pa  # noqa: PLC0415  # An optional extra.
    import pyarrow.parquet as pq  # noqa: PLC0415  # As above.

    schema = _schema(columns, pa)
    sink = _Pieces()
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for rows in _groups(pages):
            writer.write_batch(pa.record_batch([list(cells) for cells in zip(*rows, strict=True)], schema=schema))
            yield sink.take()
    yield sink.take()


class _Pieces(io.RawIOBase):
    """A file that gives away what was written to it."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._written = 0

    @override
    def writable(self) -> bool:
        return True

    @override
    def tell(self) -> int:
        return self._written

    @override
    def write(self, data: "Buffer", /) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self._written += len(piece)
        return len(piece)

    def take(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _schema(columns: Sequence[Column], pa: Any) -> Any:  # noqa: ANN401  # pyarrow ships no types.
    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
        "moment": pa.timestamp("us", tz="UTC"),
    }
    return pa.schema([(column.name, types[column.kind]) for column in columns])


def _groups(pages: Iterable[Sequence[Sequence[Cell]]]) -> Iterator[list[Sequence[Cell]]]:
    waiting: list[Sequence[Cell]] = []
    for rows in pages:
        waiting += rows
        if len(waiting) >= ROW_GROUP:
            yield waiting
            waiting = []
    if waiting:
        yield waiting
