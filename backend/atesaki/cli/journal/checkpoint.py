"""`atesaki journal checkpoint`: the signed head of the journal, to be kept elsewhere."""

from typing import Annotated

import typer

from atesaki.cli.stored import opened, settings_of, writing
from atesaki.journal.read import Reader


def make_checkpoint(
    context: typer.Context,
    *,
    latest: Annotated[bool, typer.Option("--latest", help="Show the newest ones instead of signing.")] = False,
) -> None:
    """Sign a checkpoint over all records and print it; keep it elsewhere, for `verify --checkpoint`."""
    with opened(context) as store:
        if not latest:
            with writing(settings_of(context), store) as journal:
                journal.checkpoint()
        for checkpoint in Reader(store).checkpoints():
            # A signed note is UTF-8 whatever the terminal speaks; other bytes would not verify.
            typer.echo(checkpoint.note.encode())
            typer.echo(f"Verifier key: {checkpoint.public_key}", err=True)
