"""`atesaki policies diff`: what a folder would change in the set in force."""

from pathlib import Path
from typing import Annotated

import typer

from atesaki.cli.flags import STORE, settings_flags
from atesaki.cli.policies.folder import files_of
from atesaki.cli.policies.outcome import DIFFERENT, exit_codes
from atesaki.cli.policies.place import ServerUrl, place_of
from atesaki.cli.policies.words import show_difference
from atesaki.settings import Settings

Folder = Annotated[Path, typer.Argument(file_okay=False, help="Folder of policies.")]


@settings_flags(STORE)
def diff(settings: Settings, folder: Folder, *, server: ServerUrl = None) -> None:
    """Show what a folder would change in the set in force; exit code 4 where they differ."""
    with exit_codes():
        published = place_of(settings, server).newest()
        if show_difference(published.files if published else {}, files_of(folder)):
            raise typer.Exit(DIFFERENT)
        typer.echo("The folder and the set in force are the same.")
