"""`atesaki journal rotate-key`: a new signing key, vouched for by the old one."""

import typer

from atesaki.cli.journal.given import author
from atesaki.cli.stored import opened, settings_of
from atesaki.clock import utc_now
from atesaki.journal.key import key_file
from atesaki.journal.read import Reader
from atesaki.journal.rotate import rotate


def rotate_key(context: typer.Context) -> None:
    """Change the signing key while no server runs; whoever trusts the old key can follow to the new one."""
    with opened(context) as store:
        rotate(store, key_file(settings_of(context)), utc_now, author())
        newest = Reader(store).checkpoints()[-1]
        typer.echo("The key was changed. Give auditors the new one, and this checkpoint:")
        typer.echo(f"Verifier key: {newest.public_key}\n")
        typer.echo(newest.note.encode())
