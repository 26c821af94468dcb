"""`atesaki journal export`: the journal as a file, with how far it is on standard error."""

import datetime as dt
import sys
import time
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from atesaki.cli.journal.given import Kept, Purpose, kept_notes, moment, record_view, zone_of
from atesaki.cli.stored import opened
from atesaki.journal.export import Export, Format, Selection

PROGRESS_SECONDS = 1.0

From = Annotated[
    str | None, typer.Option("--from", help="First moment, or day in the organization's time zone, such as 2026-04-01.")
]
To = Annotated[str | None, typer.Option("--to", help="First moment or day that is left out.")]
FileFormat = Annotated[
    Format, typer.Option("--format", help="jsonl carries its proof; csv and parquet have one row a decision.")
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file, with progress.")]


def export(  # noqa: PLR0913 -- one argument a flag, all of them named on the command line.
    context: typer.Context,
    *,
    format_: FileFormat = "jsonl",
    since: From = None,
    until: To = None,
    output: Output = None,
    unsigned: Annotated[
        bool, typer.Option("--unsigned", help="Also what no checkpoint covers yet, so not proven.")
    ] = False,
    personal: Annotated[bool, typer.Option("--personal", help="Add personal data; needs --purpose.")] = False,
    purpose: Purpose = None,
    checkpoint: Kept = None,
) -> None:
    """Write records, checkpoints and keys, for `verify` to check without the database; or decisions as a table."""
    known = tuple(kept_notes(checkpoint))
    with opened(context) as store:
        zone = zone_of(store)
        first, end = moment(since, zone), moment(until, zone)
        if first and end and end <= first:
            raise typer.BadParameter("--to is left out, so it is later than --from.")
        selection = Selection(since=first, until=end, personal=personal, unsigned=unsigned, known=known)
        if personal:
            record_view(context, store, "export", purpose, selection)
        whole = Export(store, selection, dt.datetime.now(dt.UTC), format_)
        if output is None:
            _write(whole, sys.stdout.buffer)
        else:
            with output.open("wb") as file:
                _write(whole, file)


def _write(whole: Export, file: BinaryIO) -> None:
    # Whoever reads a pipe or a log is not shown a line that overwrites itself.
    shown = sys.stderr.isatty()
    due = time.monotonic() + PROGRESS_SECONDS
    for piece in whole:
        file.write(piece)
        if shown and time.monotonic() >= due:
            due = time.monotonic() + PROGRESS_SECONDS
            typer.echo(f"\r{_progress(whole)}", err=True, nl=False)
    if shown:
        typer.echo(f"\r{_progress(whole)}", err=True)


def _progress(whole: Export) -> str:
    share = whole.done / whole.total if whole.total else 1.0
    return f"{whole.done:,} of {whole.total:,} records, {share:.0%}"
