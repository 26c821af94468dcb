"""`atesaki accounts`: a way back in for whoever is locked out of the console."""

import contextlib
from typing import Annotated

import typer

from atesaki.cli.flags import STORE, settings_flags
from atesaki.cli.refusal import one_sentence
from atesaki.cli.stored import tell_if_new
from atesaki.foundation import open_recording
from atesaki.identity.accounts import checked_address
from atesaki.people import first_admin_link, open_people
from atesaki.sending.pseudonym import open_pseudonyms
from atesaki.settings import Settings

app = typer.Typer(no_args_is_help=True, help="People who sign in to the console with a password of Atesaki.")


@app.callback()
def accounts() -> None:
    """People who sign in to the console with a password of Atesaki."""


@app.command()
@settings_flags((*STORE, "public_url", "port"))
def link(
    settings: Settings,
    address: Annotated[str, typer.Argument(help="Whose password is to be set anew; nobody's makes a new admin.")] = "",
) -> None:
    """Print a one-time link: for a new admin, or for a new password of somebody who has an account.

    On SQLite the server must be stopped meanwhile, since only one process may write.
    """
    with one_sentence(), contextlib.ExitStack() as closing:
        tell_if_new(settings)
        base = open_recording(settings, closing, announce=lambda line: typer.echo(line, err=True))
        people = open_people(base, open_pseudonyms(base.store))
        if address:
            path = f"/new-password/{people.accounts.new_password_link(checked_address(address), 'cli')}"
        else:
            path = f"/sign-in/first/{first_admin_link(people, anew=True)}"
        typer.echo(f"{settings.public_url or f'http://127.0.0.1:{settings.port}'}/console{path}")
