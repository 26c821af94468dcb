"""`atesaki manifest gmail-addon`: the deployment of the Google Workspace add-on."""

from pathlib import Path
from typing import Annotated

import typer

from atesaki.cli.flags import settings_flags
from atesaki.cli.refusal import one_sentence
from atesaki.clients.gmail import deployment
from atesaki.settings import Settings

NAME = "atesaki-gmail-addon.json"


@settings_flags(("public_url", "locale"))
def gmail_addon(
    settings: Settings,
    *,
    base_url: Annotated[str | None, typer.Option(help="Address at which Google reaches this server (https).")] = None,
    output: Annotated[Path, typer.Option(file_okay=False, help="Folder to write to.")] = Path(),
) -> None:
    """Write the deployment that `gcloud workspace-add-ons deployments create` reads."""
    with one_sentence():
        text = deployment(base_url or settings.public_url or "", settings.locale)
        output.mkdir(parents=True, exist_ok=True)
        (output / NAME).write_text(text, encoding="utf-8")
    typer.echo(output / NAME)
