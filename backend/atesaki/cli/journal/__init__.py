"""`atesaki journal`: read, export, prove and verify the journal."""

import typer

from atesaki.cli.journal.accept import accept_stream
from atesaki.cli.journal.checkpoint import make_checkpoint
from atesaki.cli.journal.export import export
from atesaki.cli.journal.look import show, tail
from atesaki.cli.journal.prove import prove
from atesaki.cli.journal.rotate_key import rotate_key
from atesaki.cli.journal.verify import verify
from atesaki.cli.reindex import reindex
from atesaki.cli.stored import choose_store

app = typer.Typer(no_args_is_help=True, help="The journal: what was decided, by whom, and the proof of it.")
app.callback()(choose_store)
app.command()(tail)
app.command()(show)
app.command()(export)
app.command()(verify)
app.command("checkpoint")(make_checkpoint)
app.command()(prove)
app.command("accept")(accept_stream)
app.command("rotate-key")(rotate_key)
app.command()(reindex)
