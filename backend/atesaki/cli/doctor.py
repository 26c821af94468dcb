"""`atesaki doctor`: says what is misconfigured and how to mend it.

Exit codes: 0 nothing is wrong (there may be advice), 1 something is.
"""

import os
from itertools import chain
from typing import Annotated

import msgspec
import typer

from atesaki.cli.diagnosis import problem
from atesaki.cli.examination import examine
from atesaki.cli.flags import settings_flags
from atesaki.cli.misspelt import misspelt
from atesaki.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON lines.")]
_MARKS = {"ok": "ok     ", "advice": "advice ", "problem": "PROBLEM"}


@settings_flags()
def doctor(settings: Settings, *, as_json: AsJson = False) -> None:
    """Say what is misconfigured and how to mend it; exit code 1 if something is wrong."""
    wrong = False
    slips = (problem("settings", sentence, "Rename it, or take it out.") for sentence in misspelt(os.environ))
    for diagnosis in chain(slips, examine(settings)):
        wrong |= diagnosis.state == "problem"
        if as_json:
            typer.echo(msgspec.json.encode(diagnosis))
            continue
        typer.echo(f"{_MARKS[diagnosis.state]} {diagnosis.subject}: {diagnosis.sentence}")
        if diagnosis.mend:
            typer.echo(f"        → {diagnosis.mend}")
    raise typer.Exit(int(wrong))
