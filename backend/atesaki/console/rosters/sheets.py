"""Tables that a visitor keeps as a file, safe to open in a spreadsheet and of any length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO

from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

from atesaki.console.rosters import words
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.render import headers_of_file
from atesaki.console.shell.text import mark as _
from atesaki.rosters.comparison import Change
from atesaki.rosters.export_csv import csv_lines

_IN_MEMORY = 1 << 20
_CHUNK = 1 << 16


def sheet(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """Return a CSV file; it is written to the disk first, because what the rows are read from ends with the request."""
    file: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # Closed when it has been sent.
    try:
        for line in csv_lines(header, rows):
            file.write(line.encode())
    except BaseException:
        file.close()
        raise
    return StreamingResponse(
        _chunks(file),
        media_type="text/csv; charset=utf-8",
        headers=headers_of_file(name),
        background=BackgroundTask(file.close),
    )


def changes_sheet(ask: Ask, changes: Iterable[Change]) -> tuple[list[str], Iterator[list[str]]]:
    """Return header and rows of a comparison."""
    header = [_("Change"), _("Address"), _("Name"), _("Address until now"), _("Name until now")]
    rows = (
        [ask.text(words.CHANGES[each.kind]), each.address, each.name, each.former_address, each.former_name]
        for each in changes
    )
    return [ask.text(text) for text in header], rows


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(_CHUNK):
        yield chunk
