"""`atesaki journal prove`: one record, or the continuity of the journal, as a file that verifies by itself."""

from typing import Annotated

import msgspec
import typer

from atesaki.cli.journal.given import Kept, kept_notes
from atesaki.cli.stored import opened
from atesaki.journal.prove import prove_consistency, prove_record


def prove(
    context: typer.Context,
    record_id: Annotated[str | None, typer.Argument(metavar="[RECORD_ID]", help="The record to prove.")] = None,
    *,
    checkpoint: Kept = None,
) -> None:
    """Write the proof of a record, under a kept checkpoint if one is given; without a record, that it is continued."""
    notes = kept_notes(checkpoint)
    if len(notes) > 1 or (record_id is None and not notes):
        raise typer.BadParameter("Name a record, or one checkpoint that was kept, or both.")
    with opened(context) as store:
        if record_id is None:
            proof = msgspec.json.encode(prove_consistency(store, notes[0]))
        else:
            proof = msgspec.json.encode(prove_record(store, record_id, notes[0] if notes else None))
        typer.echo(proof.decode())
