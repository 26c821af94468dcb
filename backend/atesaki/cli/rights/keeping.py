"""`atesaki rights retention`: how long personal data is kept."""

from typing import Annotated

import msgspec
import typer

from atesaki.cli.journal.given import author
from atesaki.cli.rights.opened import rights_of, rights_to_show
from atesaki.sending.rights.periods import CLASSES, HANDLINGS, Periods


def retention(
    context: typer.Context,
    *,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=DAYS, such as sign_in=90; NAME= takes the own period away; may be repeated."),
    ] = None,
) -> None:
    """Show the periods, by class of record and by handling of the rosters that a decision touched, or change them."""
    with (rights_of if change else rights_to_show)(context) as rights:
        state = rights.retention.state
        if change:
            state = rights.retention.put(_changed(state.periods, change), author(), state.revision)
        default = rights.retention.default
    for which in CLASSES:
        typer.echo(f"{which:<10} {state.periods.classes.get(which, default):>7,}")
    for handling in HANDLINGS:
        typer.echo(f"{handling:<10} {state.periods.handlings.get(handling, '–'):>7}")


def _changed(periods: Periods, changes: list[str]) -> Periods:
    plain = msgspec.to_builtins(periods)
    for change in changes:
        name, _, days = change.partition("=")
        part = "classes" if name in CLASSES else "handlings"
        if name not in CLASSES and name not in HANDLINGS:
            raise typer.BadParameter(f"“{name}” is none of {', '.join((*CLASSES, *HANDLINGS))}.")
        plain[part].pop(name, None)
        if days:
            plain[part][name] = int(days) if days.isdecimal() else 0
    try:
        return msgspec.convert(plain, Periods)
    except msgspec.ValidationError as error:
        raise typer.BadParameter("A period is 1 to 36,500 days.") from error
