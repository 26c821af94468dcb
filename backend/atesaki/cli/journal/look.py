"""`atesaki journal tail` and `show`: records as they are."""

import time
from typing import Annotated

import msgspec
import typer

from atesaki.cli.journal.given import Purpose, record_view
from atesaki.cli.stored import opened
from atesaki.journal import Record
from atesaki.journal.errors import RecordNotFound
from atesaki.journal.read import Reader, Search

FOLLOW_SECONDS = 1.0


def tail(
    context: typer.Context,
    *,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="How many of the newest records.")] = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is recorded next.")] = False,
) -> None:
    """List the newest records, oldest of them first."""
    with opened(context) as store:
        reader = Reader(store)
        seen = reader.ends()
        for record in reversed(reader.newest(Search(), limit=lines)):
            _list(record)
        while follow:
            time.sleep(FOLLOW_SECONDS)
            for record in reader.follow(seen):
                _list(record)


def show(
    context: typer.Context,
    record_id: Annotated[str, typer.Argument(metavar="ID", help="A record's id, a decision's id, or a name.")],
    *,
    proof: Annotated[bool, typer.Option("--proof", help="Add the proof against the signed checkpoint.")] = False,
    personal: Annotated[bool, typer.Option("--personal", help="Add personal data; needs --purpose.")] = False,
    purpose: Purpose = None,
) -> None:
    """Show a record, or all records of a decision, as JSON."""
    with opened(context) as store:
        reader = Reader(store)
        one = reader.get(record_id)
        found = reader.of_subject(record_id) if one is None else [one]
        if not found:
            raise RecordNotFound("No record has this id.")
        if personal:
            record_view(context, store, record_id, purpose)
        for record in found:
            _show(reader, record, proof=proof, personal=personal)


def _list(record: Record) -> None:
    at = record.recorded_at.isoformat(timespec="milliseconds")
    typer.echo(f"{at}  {record.kind:<20}  {record.subject}  {record.stream} {record.position}")


def _show(reader: Reader, record: Record, *, proof: bool, personal: bool) -> None:
    shown = msgspec.to_builtins(record)
    if personal:
        shown["personal"] = reader.personal_of(record.record_id)
    if proof:
        shown["proof"] = msgspec.to_builtins(reader.proof_of(record))
    typer.echo(msgspec.json.format(msgspec.json.encode(shown)).decode())
