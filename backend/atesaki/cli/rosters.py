"""`atesaki rosters`: registered lists of people, on the command line."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Literal

import typer

from atesaki.cli.stored import choose_store, opened, settings_of, writing
from atesaki.journal import Entry, Journal, RecordRef
from atesaki.judgement.address import parse_address
from atesaki.recorder import Recorder
from atesaki.rosters.errors import RosterWouldBeEmpty
from atesaki.rosters.reasons import Locale, sentence
from atesaki.rosters.registry import all_rosters, roster_named
from atesaki.rosters.roster import Roster, RosterDraft, checked_handling
from atesaki.rosters.rosters import ImportReport, Rosters

app = typer.Typer(no_args_is_help=True, help="Registered lists of people: volunteers, parents, applicants.")
app.callback()(choose_store)

Name = Annotated[str, typer.Argument(help="Name of the roster.")]


@app.command("list")
def list_rosters(context: typer.Context) -> None:
    """List all rosters: number of members, handling, name."""
    with opened(context) as store:
        for roster in all_rosters(store):
            typer.echo(f"{roster.members:>9,}  {roster.handling:<9}  {roster.name}")


@app.command()
def create(
    context: typer.Context,
    name: Name,
    owner: Annotated[str, typer.Option(help="Who is responsible for it.")],
    purpose: Annotated[str, typer.Option(help="What its people are mailed for.")],
    handling: Annotated[str, typer.Option(help="protected, sensitive or open.")] = "protected",
) -> None:
    """Register an empty roster."""
    with _recorded(context, new=True) as rosters:
        _show(rosters.create(RosterDraft(name, owner, purpose, checked_handling(handling))))


@app.command("import")
def import_members(
    context: typer.Context,
    name: Name,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV file in any usual encoding.")],
    *,
    allow_empty: Annotated[bool, typer.Option("--allow-empty", help="Let the roster lose all its members.")] = False,
    locale: Annotated[Literal["ja", "en"] | None, typer.Option(help="Language of the reasons.")] = None,
) -> None:
    """Replace all members by those of a CSV file."""
    with _recorded(context) as rosters, _seekable(file) as members:
        language = locale or settings_of(context).locale
        try:
            report = rosters.replace_members(name, members, allow_empty=allow_empty, progress=_progress)
        except RosterWouldBeEmpty as error:
            _report(error.report, language)
            raise
        _report(report, language)


@app.command()
def show(context: typer.Context, name: Name) -> None:
    """Show one roster, without its members."""
    with opened(context) as store:
        _show(roster_named(store, name))


@app.command()
def find(context: typer.Context, address: Annotated[str, typer.Argument(help="An e-mail address.")]) -> None:
    """Say which rosters an address is on; the journal records that someone asked."""
    if not parse_address(address).readable:
        # No answer would read as being on no roster.
        raise typer.BadParameter("This is not an e-mail address.")
    with _recorded(context) as rosters:
        for hit in rosters.find(address):
            typer.echo(f"{hit.handling:<9}  {hit.roster}")


@app.command()
def export(context: typer.Context, name: Name) -> None:
    """Write all members as CSV to standard output; the journal records that someone did."""
    with _recorded(context) as rosters:
        sys.stdout.buffer.write(rosters.export(name).encode())


@app.command()
def delete(
    context: typer.Context,
    name: Name,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Delete a roster with its members."""
    with _recorded(context) as rosters:
        roster = rosters.get(name)
        if not yes:
            typer.confirm(f"Delete “{roster.name}” with {roster.members:,} members?", abort=True, err=True)
        rosters.delete(name)


@contextmanager
def _recorded(context: typer.Context, *, new: bool = False) -> Iterator[Rosters]:
    """Rosters whose changes are in the journal; on SQLite only while no server writes to the store."""
    with opened(context, new=new) as store, writing(settings_of(context), store) as journal:
        yield Rosters(store, _recorder(journal))


@contextmanager
def _seekable(file: Path) -> Iterator[IO[bytes]]:
    """The file, or a copy of what comes through a pipe: its encoding is told by looking at all of it."""
    with file.open("rb") as given:
        if given.seekable():
            yield given
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(given, copy)
            yield copy


def _recorder(journal: Journal) -> Recorder:
    def record(kind: str, subject: str, body: Mapping[str, object], personal: Mapping[str, object] | None) -> RecordRef:
        return journal.append_blocking(Entry(kind, subject, {**body, "via": "cli"}, personal))

    return record


def _show(roster: Roster) -> None:
    for label, value in (
        ("name", roster.name),
        ("owner", roster.owner),
        ("purpose", roster.purpose),
        ("handling", roster.handling),
        ("members", f"{roster.members:,}"),
        ("revision", roster.revision),
        ("updated", f"{roster.updated_at:%Y-%m-%d %H:%M} UTC"),
    ):
        typer.echo(f"{label:<9} {value}")


def _report(report: ImportReport, locale: Locale) -> None:
    typer.echo(f"accepted  {report.accepted:,}")
    typer.echo(f"duplicate {report.duplicates:,}")
    typer.echo(f"rejected  {report.rejected_count:,}")
    for rejection in report.rejected:
        typer.echo(f"line {rejection.line}: {sentence(rejection.reason, locale)}")
    if report.rejected_count > len(report.rejected):
        typer.echo(f"… and {report.rejected_count - len(report.rejected):,} more")


def _progress(members: int) -> None:
    typer.echo(f"{members:,} members read", err=True)
