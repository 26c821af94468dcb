"""`atesaki rights find` and `erase`: what is held about a person, and the request to erase them."""

import datetime as dt
from typing import Annotated, Literal

import msgspec
import typer

from atesaki.cli.journal.given import author, zone_of
from atesaki.cli.rights.opened import rights_of, rights_to_show
from atesaki.cli.rights.words import in_words
from atesaki.cli.stored import opened, settings_of, writing
from atesaki.sending.rights.erasures import Author, Erasure, ErasureDraft
from atesaki.sending.rights.scrub import scrub

Address = Annotated[str, typer.Argument(help="An e-mail address, in any spelling.")]


def find(  # noqa: PLR0913  # One argument a flag.
    context: typer.Context,
    address: Address,
    *,
    purpose: Annotated[str, typer.Option(help="What it is needed for; it is recorded.")],
    thorough: Annotated[bool, typer.Option("--thorough", help="Read the whole journal, not only the index.")] = False,
    format_: Annotated[Literal["text", "json"], typer.Option("--format", help="How to write it.")] = "text",
    locale: Annotated[Literal["ja", "en"] | None, typer.Option(help="Language of the text.")] = None,
) -> None:
    """Say what is held about a person (APPI Art. 33, GDPR Art. 15); the journal records that somebody asked."""
    zone = _zone(context)
    with rights_of(context) as rights:
        report = rights.lookup.report(address, purpose=purpose, by=author(), thorough=thorough, told=_tell)
    if format_ == "json":
        typer.echo(msgspec.json.format(msgspec.json.encode(report)).decode())
        return
    for line in in_words(report, locale or settings_of(context).locale, zone):
        typer.echo(line)


def erase(
    context: typer.Context,
    address: Address,
    *,
    reason: Annotated[str, typer.Option(help="Why; it is recorded.")],
    name: Annotated[list[str] | None, typer.Option(help="A display name of theirs; may be repeated.")] = None,
    from_rosters: Annotated[bool, typer.Option("--from-rosters", help="Take them off all rosters too.")] = False,
) -> None:
    """Ask for the erasure of a person; somebody else approves it in the console, then the server carries it out."""
    draft = ErasureDraft(address=address, reason=reason, names=tuple(name or ()), from_rosters=from_rosters)
    with rights_of(context) as rights:
        asked = rights.erasures.request(draft, Author(author(), f"cli:{author()}"))
    typer.echo(f"Asked for: {asked.id}")
    typer.echo("Nothing is erased until somebody else approves it in the console, under Journal, Personal data.")


def requests(context: typer.Context) -> None:
    """List what was asked to be erased, newest first, and what became of it."""
    zone = _zone(context)
    with rights_to_show(context) as rights:
        for erasure in rights.erasures.newest():
            typer.echo(_line(erasure, zone))


def scrub_files(context: typer.Context) -> None:
    """Write the SQLite file anew (VACUUM), so that nothing of what was deleted is left in it; stop the server first."""
    # The journal takes the lock of the one writing process, so that no server waits for this unknowingly.
    with opened(context) as store, writing(settings_of(context), store):
        clean = scrub(store, largest=2**63)
    typer.echo("Done." if clean else "The write-ahead log is in use; stop what reads the store, and try again.")
    if not clean:
        raise typer.Exit(1)


def _zone(context: typer.Context) -> dt.tzinfo:
    with opened(context) as store:
        return zone_of(store)


def _line(erasure: Erasure, zone: dt.tzinfo) -> str:
    who = f"{erasure.requested_by} → {erasure.decided_by or '–'}"
    left = f"  left: {', '.join(erasure.result.left)}" if erasure.result.left else ""
    return f"{erasure.requested_at.astimezone(zone):%Y-%m-%d %H:%M}  {erasure.state:<9}  {erasure.id}  {who}{left}"


def _tell(read: int) -> None:
    if read % 100_000 == 0:
        typer.echo(f"{read:,} records read …", err=True)
