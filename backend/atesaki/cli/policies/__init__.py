"""`atesaki policies`: check, test and explain policy sets, and keep a folder and the set in force the same.

Exit codes: 0 all is well or there was nothing to do, 1 the call is wrong, or a file, store or server can't be used,
2 the set does not load, 3 a test failed, 4 folder and set in force differ (`diff`, `apply --dry-run`).
"""

import typer

from atesaki.cli.policies.apply import apply
from atesaki.cli.policies.check import check, run, schema
from atesaki.cli.policies.diff import diff
from atesaki.cli.policies.explain import explain
from atesaki.cli.policies.pull import pull

app = typer.Typer(no_args_is_help=True, help="Policy sets: what is warned about and what is held.")
app.command()(check)
app.command("test")(run)
app.command()(explain)
app.command()(schema)
app.command()(diff)
app.command()(apply)
app.command()(pull)
