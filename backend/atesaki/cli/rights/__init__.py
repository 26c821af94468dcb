"""`atesaki rights`: how long personal data is kept, what is held about a person, erasure, legal holds."""

from pathlib import Path
from typing import Annotated

import typer

from atesaki.cli.rights.holding import hold, holds, lift
from atesaki.cli.rights.keeping import retention
from atesaki.cli.rights.people import erase, find, requests, scrub_files

DataDir = Annotated[Path | None, typer.Option(help="Folder of the SQLite store.", envvar="ATESAKI_DATA_DIR")]
DatabaseUrl = Annotated[str | None, typer.Option(help="postgresql://… instead.", envvar="ATESAKI_DATABASE_URL")]

app = typer.Typer(no_args_is_help=True, help="Personal data: how long it is kept, whose it is, erasure, legal holds.")


@app.callback()
def choose_store(context: typer.Context, data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Personal data: how long it is kept, whose it is, erasure, legal holds."""
    context.obj = {"data_dir": data_dir, "database_url": database_url}


app.command()(find)
app.command()(erase)
app.command()(requests)
app.command("scrub")(scrub_files)
app.command()(hold)
app.command()(holds)
app.command()(lift)
app.command()(retention)
