"""`atesaki journal accept`: a person vouches for records that no server would sign."""

import datetime as dt
from typing import Annotated

import typer

from atesaki.cli.journal.given import author
from atesaki.cli.stored import opened, settings_of, writing
from atesaki.journal.accept import Vouching, accept
from atesaki.journal.key import key_file, load_or_create_key


def accept_stream(
    context: typer.Context,
    stream: Annotated[str, typer.Argument(help="The stream, as `atesaki doctor` names it.")],
    *,
    reason: Annotated[str, typer.Option(help="Why these records are genuine; it is recorded.")],
) -> None:
    """Sign the end of a stream that was found too old to be signed by itself, and record who vouches for it."""
    if not reason.strip():
        raise typer.BadParameter("Say why these records are genuine.", param_hint="--reason")
    with opened(context) as store, writing(settings_of(context), store) as journal:
        key = load_or_create_key(key_file(settings_of(context)))
        vouching = Vouching(author(), reason, dt.datetime.now(dt.UTC))
        count = accept(store, journal, key, stream, vouching)
    typer.echo(f"Signed {count:,} records of {stream}; the journal says who vouches for them.")
