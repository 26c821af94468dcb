"""`atesaki manifest`: what IT deploys, ready to upload."""

import datetime as dt
import zipfile
from pathlib import Path
from typing import Annotated

import typer

from atesaki.cli.flags import settings_flags
from atesaki.cli.given_key import given_key
from atesaki.cli.manifest_gmail import gmail
from atesaki.cli.manifest_gmail_addon import gmail_addon
from atesaki.cli.refusal import one_sentence
from atesaki.clients.outlook import Place, entra_of, json_manifest, read_built, version_of, xml_manifest
from atesaki.judgement.errors import AtesakiError
from atesaki.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Write what IT deploys.")
app.command()(gmail)
app.command()(gmail_addon)

XML_NAME = "atesaki-outlook.xml"
ZIP_NAME = "atesaki-outlook.zip"

_ALWAYS = (1980, 1, 1, 0, 0, 0)
_PACKED = ("ja-jp.json", "icons/color.png", "icons/outline.png")


@app.command()
@settings_flags(("public_url", "deployment_keys", "entra_tenants", "entra_audiences", "entra_authority"))
def outlook(
    settings: Settings,
    *,
    base_url: Annotated[str | None, typer.Option(help="Address at which Outlook reaches this server (https).")] = None,
    output: Annotated[Path, typer.Option(file_okay=False, help="Folder to write to.")] = Path(),
) -> None:
    """Write the manifest for the Microsoft 365 admin centre (XML) and the unified app package (zip)."""
    with one_sentence():
        place = _place(settings, base_url)
        written = _write(place, output)
    for path in written:
        typer.echo(path)


def _place(settings: Settings, base_url: str | None) -> Place:
    address = base_url or settings.public_url
    if address is None:
        raise AtesakiError("Say where mail clients reach this server: --base-url https://…", field="base-url")
    if settings.public_url is not None and address.rstrip("/") != settings.public_url:
        raise AtesakiError(
            "ATESAKI_PUBLIC_URL is another address, which the add-in's scripts ask: give the same for both.",
            field="base-url",
        )
    return Place(address.rstrip("/"), given_key(settings), entra_of(settings))


def _write(place: Place, output: Path) -> list[Path]:
    version = version_of(dt.datetime.now(dt.UTC))
    xml, unified = xml_manifest(place, version), json_manifest(place, version)
    output.mkdir(parents=True, exist_ok=True)
    (output / XML_NAME).write_text(xml, encoding="utf-8")
    with zipfile.ZipFile(output / ZIP_NAME, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(zipfile.ZipInfo("manifest.json", _ALWAYS), unified)
        for name in _PACKED:
            package.writestr(zipfile.ZipInfo(name, _ALWAYS), read_built(name))
    return [output / XML_NAME, output / ZIP_NAME]
