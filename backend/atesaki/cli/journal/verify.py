"""`atesaki journal verify`: checks the store, an export or a proof; the latter two with nothing but the file."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from atesaki.cli.journal.given import Kept, kept_notes
from atesaki.cli.refusal import one_sentence
from atesaki.cli.stored import opened
from atesaki.journal.audit import Broken, Tally
from atesaki.journal.checkpoint import BadCheckpoint, public_key_of
from atesaki.journal.prove import ConsistencyProof, is_proof, read_proof, verify_proof
from atesaki.journal.verify import verify_store
from atesaki.journal.verify_export import verify_export


def verify(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", exists=True, dir_okay=False, help="An export or a proof; else the store."),
    ] = None,
    *,
    key: Annotated[str | None, typer.Option(help="The verifier key that must have signed.")] = None,
    checkpoint: Kept = None,
) -> None:
    """Check every record and proof of the store, of an export or of a proof; name the first broken record."""
    known = kept_notes(checkpoint)
    trusted = _trusted(key)
    with _told():
        if file is None:
            with opened(context) as store:
                _report(verify_store(store, trusted, known))
        elif is_proof(file):
            _verify_proof(file, trusted, known)
        else:
            with one_sentence(), file.open("rb") as lines:
                _report(verify_export(lines, trusted, known))
    if trusted is None:
        typer.echo("The keys were taken from what was verified; --key names the one that you trust.")


def _trusted(key: str | None) -> bytes | None:
    """Read the key that was typed; one that is no key says nothing about the journal."""
    try:
        return None if key is None else public_key_of(key)
    except BadCheckpoint as error:
        raise typer.BadParameter(f"{error}.", param_hint="--key") from error


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Say what is broken, and exit with 1."""
    try:
        yield
    except (Broken, BadCheckpoint) as error:
        typer.echo(f"Broken: {error}", err=True)
        raise typer.Exit(1) from error


def _verify_proof(file: Path, trusted: bytes | None, known: list[str]) -> None:
    with one_sentence():
        proof = read_proof(file.read_bytes())
    record = verify_proof(proof, trusted, known)
    if record is not None:
        at = record.recorded_at.isoformat(timespec="milliseconds")
        typer.echo(f"Verified: {record.kind} of {record.subject} at {at},")
        typer.echo(f"position {record.position} of stream {record.stream}.")
    elif isinstance(proof, ConsistencyProof):
        old, new = (note.split("\n")[1] for note in (proof.old, proof.checkpoint))
        typer.echo(f"Verified: the first {old} of {new} records are as they were.")


def _report(tally: Tally) -> None:
    typer.echo(
        f"Verified: {tally.records:,} records in {tally.streams:,} streams, {tally.checkpoints:,} signed checkpoints,"
        f" {tally.personal:,} pieces of personal data.",
    )
    if tally.kept:
        typer.echo(f"It continues {tally.kept:,} checkpoints that were kept elsewhere.")
    if tally.absent or tally.redacted:
        typer.echo(f"Personal data: {tally.absent:,} deleted or not included, {tally.redacted:,} redacted.")
    if tally.unexplained:
        first = tally.redactions.unexplained()[0]
        typer.echo(f"{tally.unexplained:,} redactions are told of by no record in it; they may stand in later ones.")
        typer.echo(f"The first: stream {first.stream}, position {first.position}, record {first.record_id}.")
    if tally.newer:
        typer.echo(f"{tally.newer:,} records are newer than the last signed checkpoint.")
    if tally.left_out:
        typer.echo(f"{tally.left_out:,} records were not signed yet when it was made, and are not in it.")
