"""What the commands of the journal and of rights read from a call: moments, checkpoints, who looks and what for."""

import datetime as dt
import getpass
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from atesaki.cli.stored import settings_of, writing
from atesaki.journal.checkpoint import BadCheckpoint, notes_in
from atesaki.journal.export import Selection, viewed
from atesaki.sending.organization import stored_organization
from atesaki.storage.engine import Store

Purpose = Annotated[str | None, typer.Option(help="What the personal data is needed for; it is recorded.")]
Kept = Annotated[
    list[Path] | None,
    typer.Option(
        "--checkpoint", exists=True, dir_okay=False, help="A checkpoint that was kept elsewhere; may be repeated."
    ),
]


def author() -> str:
    """Who does what is done on the command line."""
    return f"{getpass.getuser()} (cli)"


def record_view(
    context: typer.Context, store: Store, subject: str, purpose: str | None, selection: Selection | None = None
) -> None:
    """Record that personal data is looked at, and refuse without a purpose."""
    if not purpose:
        raise typer.BadParameter("Personal data is shown for a purpose only.", param_hint="--purpose")
    with writing(settings_of(context), store) as journal:
        journal.append_blocking(viewed(subject, purpose=purpose, by=author(), selection=selection))


def kept_notes(files: list[Path] | None) -> list[str]:
    """The checkpoints in files, as they were printed or delivered."""
    try:
        return [note for file in files or () for note in notes_in(file.read_text(encoding="utf-8-sig"))]
    except (BadCheckpoint, UnicodeDecodeError) as error:
        raise typer.BadParameter("The file holds no checkpoint.", param_hint="--checkpoint") from error


def zone_of(store: Store) -> dt.tzinfo:
    """The organization's time zone, in which days begin in the console, too; the machine's is often UTC."""
    name = stored_organization(store).organization.time_zone
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError as error:
        raise typer.BadParameter(f"This machine doesn't know the time zone {name}; install tzdata.") from error


def moment(text: str | None, zone: dt.tzinfo) -> dt.datetime | None:
    """A day or moment that was typed; without an offset it is one of the zone."""
    if text is None:
        return None
    try:
        typed = dt.datetime.fromisoformat(text)
        return (typed if typed.tzinfo else typed.replace(tzinfo=zone)).astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(f"“{text}” is no moment; write 2026-04-01 or 2026-04-01T09:00+09:00.") from error
