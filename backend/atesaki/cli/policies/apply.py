"""`atesaki policies apply`: puts the policies of a folder in force, after the difference was seen."""

from pathlib import Path
from typing import Annotated

import typer

from atesaki.cli.flags import STORE, settings_flags
from atesaki.cli.policies.folder import files_of
from atesaki.cli.policies.outcome import DIFFERENT, exit_codes, tested
from atesaki.cli.policies.place import ServerUrl, place_of
from atesaki.cli.policies.words import show_difference
from atesaki.policies.load import load_set
from atesaki.settings import Settings

Folder = Annotated[Path, typer.Argument(file_okay=False, help="Folder of policies.")]
MAX_NOTE = 500


def _one_line(note: str) -> str:
    if len(note) > MAX_NOTE or not note.isprintable():
        raise typer.BadParameter(f"A note is one line of at most {MAX_NOTE} characters.")
    return note


Note = Annotated[str, typer.Option(callback=_one_line, help="Why, for the history.")]


@settings_flags(STORE)
def apply(  # noqa: PLR0913  # Each is an argument or a flag of the command.
    settings: Settings,
    folder: Folder,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show and test, publish nothing; exit code 4.")] = False,
    note: Note = "",
    server: ServerUrl = None,
) -> None:
    """Show what a folder changes, run its tests, ask, and publish it.

    Whatever was published after the difference was shown is never overwritten.
    """
    with exit_codes():
        loaded = load_set(files_of(folder))
        place = place_of(settings, server, may_begin=True)
        published = place.newest()
        if not show_difference(published.files if published else {}, loaded.files):
            typer.echo(f"Nothing to do; revision {loaded.revision} is in force.")
            return
        typer.echo()
        tested(loaded)
        if dry_run:
            raise typer.Exit(DIFFERENT)
        if not yes:
            typer.confirm("Publish this?", abort=True, err=True)
        number = place.publish(loaded.files, note, published.revision if published else None)
        typer.echo(f"Published as number {number}. Revision {loaded.revision} is in force.")
