"""The command line `atesaki`; exit code 1 always means that the call or its input was wrong."""

import sys

import typer

from atesaki.cli import accounts, journal, manifest, policies, rights, rosters
from atesaki.cli.check import check
from atesaki.cli.doctor import doctor
from atesaki.cli.reindex import reindex
from atesaki.cli.serve import serve

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    # A traceback with local variables would show addresses.
    pretty_exceptions_enable=False,
    help="Atesaki: a send-time guard against mis-sent e-mail.",
)
app.command()(serve)
app.command()(check)
app.command()(doctor)
app.add_typer(policies.app, name="policies")
app.add_typer(rosters.app, name="rosters")
app.add_typer(accounts.app, name="accounts")
journal.app.command()(reindex)
app.add_typer(journal.app, name="journal")
app.add_typer(rights.app, name="rights")
app.add_typer(manifest.app, name="manifest")


def main() -> None:
    """Run the command line and exit.

    A wrong call would exit with 2 by default, which `atesaki check` gives a meaning of its own.
    """
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except typer.Abort:
        sys.exit(1)
    except typer.TyperException as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
