"""`atesaki journal`: read, export and verify the journal."""

import datetime as dt
import getpass
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer

from atesaki.journal import Journal, Limits, Record
from atesaki.journal.audit import Broken, Tally
from atesaki.journal.checkpoint import BadCheckpoint, public_key_of
from atesaki.journal.errors import RecordNotFound
from atesaki.journal.export import Selection, viewed
from atesaki.journal.export import export as export_lines
from atesaki.journal.key import KEY_NAME, load_or_create_key
from atesaki.journal.read import Reader, Search
from atesaki.journal.verify import verify_store
from atesaki.journal.verify_export import verify_export
from atesaki.judgement.errors import AtesakiError
from atesaki.settings import Settings, read_settings
from atesaki.storage.engine import Store, open_store

FOLLOW_SECONDS = 1.0

app = typer.Typer(no_args_is_help=True, help="The journal: what was decided, by whom, and the proof of it.")

DataDir = Annotated[Path | None, typer.Option(help="Folder of the SQLite store.", envvar="ATESAKI_DATA_DIR")]
DatabaseUrl = Annotated[str | None, typer.Option(help="postgresql://… instead.", envvar="ATESAKI_DATABASE_URL")]
Purpose = Annotated[str | None, typer.Option(help="What the personal data is needed for; it is recorded.")]
From = Annotated[str | None, typer.Option("--from", help="First moment or day, such as 2026-04-01.")]
To = Annotated[str | None, typer.Option("--to", help="First moment or day that is left out.")]


@app.callback()
def choose_store(context: typer.Context, data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """The journal: what was decided, by whom, and the proof of it."""
    context.obj = {"data_dir": data_dir, "database_url": database_url}


@app.command()
def tail(
    context: typer.Context,
    *,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="How many of the newest records.")] = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is recorded next.")] = False,
) -> None:
    """List the newest records, oldest of them first."""
    with _opened(context) as store:
        reader = Reader(store)
        seen = reader.ends()
        for record in reversed(reader.newest(Search(), limit=lines)):
            _list(record)
        while follow:
            time.sleep(FOLLOW_SECONDS)
            for record in reader.follow(seen):
                _list(record)


@app.command()
def show(
    context: typer.Context,
    record_id: Annotated[str, typer.Argument(metavar="ID", help="A record's id, a decision's id, or a name.")],
    *,
    proof: Annotated[bool, typer.Option("--proof", help="Add the proof against the signed checkpoint.")] = False,
    personal: Annotated[bool, typer.Option("--personal", help="Add personal data; needs --purpose.")] = False,
    purpose: Purpose = None,
) -> None:
    """Show a record, or all records of a decision, as JSON."""
    with _opened(context) as store:
        reader = Reader(store)
        one = reader.get(record_id)
        found = reader.of_subject(record_id) if one is None else [one]
        if not found:
            raise RecordNotFound("No record has this id.")
        if personal:
            _record_view(context, store, record_id, purpose, None)
        for record in found:
            _show(reader, record, proof=proof, personal=personal)


@app.command()
def export(  # noqa: PLR0913 -- one argument a flag, all of them named on the command line.
    context: typer.Context,
    *,
    format_: Annotated[Literal["jsonl"], typer.Option("--format", help="The only format so far.")] = "jsonl",  # noqa: ARG001 -- named on the command line, so that scripts keep their meaning when another is added.
    since: From = None,
    until: To = None,
    personal: Annotated[bool, typer.Option("--personal", help="Add personal data; needs --purpose.")] = False,
    purpose: Purpose = None,
) -> None:
    """Write records, checkpoints and keys to standard output, for `verify` to check without the database."""
    with _opened(context) as store:
        selection = Selection(since=_moment(since), until=_moment(until), personal=personal)
        if personal:
            _record_view(context, store, "export", purpose, selection)
        for line in export_lines(store, selection, dt.datetime.now(dt.UTC)):
            sys.stdout.buffer.write(line)


@app.command()
def verify(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="[EXPORT]", exists=True, dir_okay=False)] = None,
    *,
    key: Annotated[str | None, typer.Option(help="The verifier key that must have signed.")] = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="A checkpoint that was kept elsewhere; may be repeated."),
    ] = None,
) -> None:
    """Check every record and proof of the store, or of an export; name the first broken record and exit with 1."""
    try:
        trusted = None if key is None else public_key_of(key)
        if file is None:
            with _opened(context) as store:
                tally = verify_store(store, trusted, [path.read_text() for path in checkpoint or ()])
        else:
            with _told(), file.open("rb") as lines:
                tally = verify_export(lines, trusted)
    except (Broken, BadCheckpoint) as error:
        typer.echo(f"Broken: {error}", err=True)
        raise typer.Exit(1) from error
    _report(tally, pinned=trusted is not None)


@app.command("checkpoint")
def make_checkpoint(
    context: typer.Context,
    *,
    latest: Annotated[bool, typer.Option("--latest", help="Show the newest ones instead of signing.")] = False,
) -> None:
    """Sign a checkpoint over all records and print it; keep it elsewhere, for `verify --checkpoint`."""
    with _opened(context) as store:
        if not latest:
            with _journal(context, store) as journal:
                journal.checkpoint()
        for checkpoint in Reader(store).checkpoints():
            typer.echo(checkpoint.note)
            typer.echo(f"Verifier key: {checkpoint.public_key}", err=True)


@contextmanager
def _told() -> Iterator[None]:
    """Turn an error that the user can mend into one sentence and exit code 1."""
    try:
        yield
    except AtesakiError as error:
        typer.echo(error.detail, err=True)
        raise typer.Exit(1) from error


@contextmanager
def _opened(context: typer.Context) -> Iterator[Store]:
    with _told():
        store = open_store(_settings(context).store_address)
        try:
            yield store
        finally:
            store.close()


@contextmanager
def _journal(context: typer.Context, store: Store) -> Iterator[Journal]:
    """A journal to write to; on SQLite only while no server writes to the store."""
    settings = _settings(context)
    key = load_or_create_key(settings.journal_key_file or settings.data_dir / KEY_NAME)
    journal = Journal(store, key, limits=Limits(retention=dt.timedelta(days=settings.retention_days)))
    journal.start()
    try:
        yield journal
    finally:
        journal.stop()


def _settings(context: typer.Context) -> Settings:
    return read_settings(**context.obj)


def _record_view(
    context: typer.Context,
    store: Store,
    subject: str,
    purpose: str | None,
    selection: Selection | None,
) -> None:
    if not purpose:
        raise typer.BadParameter("Personal data is shown for a purpose only.", param_hint="--purpose")
    with _journal(context, store) as journal:
        journal.append_blocking(viewed(subject, purpose=purpose, by=f"{getpass.getuser()} (cli)", selection=selection))


def _moment(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        return dt.datetime.fromisoformat(text).astimezone()
    except ValueError as error:
        raise typer.BadParameter(f"“{text}” is no moment; write 2026-04-01 or 2026-04-01T09:00+09:00.") from error


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


def _report(tally: Tally, *, pinned: bool) -> None:
    typer.echo(
        f"Verified: {tally.records:,} records in {tally.streams:,} streams, {tally.checkpoints:,} signed checkpoints,"
        f" {tally.personal:,} pieces of personal data.",
    )
    if tally.absent or tally.redacted:
        typer.echo(f"Personal data: {tally.absent:,} deleted or not included, {tally.redacted:,} redacted.")
    if tally.newer:
        typer.echo(f"{tally.newer:,} records are newer than the last signed checkpoint.")
    if not pinned:
        typer.echo("The keys were taken from what was verified; --key names the one that you trust.")
