"""A folder of policies as a command reads it: what it passes over is said."""

from pathlib import Path

import typer

from atesaki.policies.load import passed_over, read_folder


def files_of(folder: Path) -> dict[str, str]:
    """Return the files that stand directly in a folder; raises what `read_folder` does."""
    files = read_folder(folder)
    if names := passed_over(folder):
        typer.echo(f"Passed over, since policies stand directly in their folder: {', '.join(names)}.", err=True)
    return files
