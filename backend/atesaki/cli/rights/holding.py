"""`atesaki rights hold`, `holds` and `lift`: legal holds."""

import datetime as dt
from typing import Annotated

import typer

from atesaki.cli.journal.given import author, moment, zone_of
from atesaki.cli.rights.opened import rights_of, rights_to_show
from atesaki.cli.stored import opened
from atesaki.sending.rights.holds import Hold, HoldDraft, Target


def hold(  # noqa: PLR0913  # One argument a flag.
    context: typer.Context,
    *,
    reason: Annotated[str, typer.Option(help="Why, such as the number of a case.")],
    owner: Annotated[str, typer.Option(help="Who is asked whether it is still needed.")],
    review: Annotated[str, typer.Option(help="The day on which to ask, such as 2027-04-01.")],
    address: Annotated[str | None, typer.Option(help="Hold everything about this person.")] = None,
    record: Annotated[str | None, typer.Option(help="Hold a record or a decision, by its id.")] = None,
    roster: Annotated[str | None, typer.Option(help="Hold a roster and the decisions about it.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="Hold a period: its first day, in the organization's time zone.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="Its end, which is not held any more.")] = None,
) -> None:
    """Stop expiry and erasure of an address, a record, a roster or a period until the hold is lifted."""
    given = {"address": address, "record": record, "roster": roster, "period": since or until}
    targets: list[Target] = [name for name, value in given.items() if value]  # type: ignore[misc]  # All four are targets.
    if len(targets) != 1:
        raise typer.BadParameter("Name one of --address, --record, --roster, or a period by --from and --to.")
    with opened(context) as store:
        zone = zone_of(store)
    draft = HoldDraft(
        target=targets[0],
        reason=reason,
        owner=owner,
        review_on=_day(review),
        address=address or "",
        record=record or "",
        roster=roster or "",
        since=moment(since, zone),
        until=moment(until, zone),
    )
    with rights_of(context) as rights:
        typer.echo(f"Held: {rights.holds.place(draft, author()).id}")


def holds(
    context: typer.Context,
    *,
    former: Annotated[bool, typer.Option("--former", help="Those that were lifted instead.")] = False,
) -> None:
    """List the holds in force, the next review first."""
    with rights_to_show(context) as rights:
        for each in rights.holds.all(active=not former):
            typer.echo(_line(each))


def lift(
    context: typer.Context,
    hold_id: Annotated[str, typer.Argument(metavar="ID", help="The hold's id.")],
    *,
    reason: Annotated[str, typer.Option(help="Why it is no longer needed; it is recorded.")],
) -> None:
    """End a hold; what expired meanwhile is deleted within a day."""
    with rights_of(context) as rights:
        rights.holds.lift(hold_id, reason, author())


def _line(each: Hold) -> str:
    period = f"{each.since or '…'} – {each.until or '…'}" if each.target == "period" else ""
    what = each.address or each.record or each.roster or period or each.mailbox
    return f"{each.id}  review {each.review_on}  {each.target}: {what}  ({each.owner}: {each.reason})"


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"“{text}” is no day; write 2027-04-01.") from error
