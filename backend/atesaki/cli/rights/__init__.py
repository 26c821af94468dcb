"""`atesaki rights`: how long personal data is kept, what is held about a person, erasure, legal holds."""

import typer

from atesaki.cli.rights.holding import hold, holds, lift
from atesaki.cli.rights.keeping import retention
from atesaki.cli.rights.people import erase, find, requests, scrub_files
from atesaki.cli.stored import choose_store

app = typer.Typer(no_args_is_help=True, help="Personal data: how long it is kept, whose it is, erasure, legal holds.")
app.callback()(choose_store)
app.command()(find)
app.command()(erase)
app.command()(requests)
app.command("scrub")(scrub_files)
app.command()(hold)
app.command()(holds)
app.command()(lift)
app.command()(retention)
