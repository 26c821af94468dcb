"""`atesaki manifest gmail`: the extension, and the policies that install it."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import typer
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from atesaki.cli.flags import settings_flags
from atesaki.cli.given_key import given_key
from atesaki.cli.refusal import one_sentence
from atesaki.clients import extension_policy
from atesaki.clients.extension import EXTENSION_ID, id_of, pack
from atesaki.clients.extension_policy import STORE_UPDATES, ExtensionPolicy
from atesaki.judgement.errors import AtesakiError
from atesaki.settings import Settings

ZIP_NAME = "atesaki-gmail.zip"

POLICIES: dict[str, Callable[[ExtensionPolicy], bytes]] = {
    "atesaki-gmail-google-admin.json": lambda policy: extension_policy.google_admin(policy).encode(),
    "atesaki-gmail-linux.json": lambda policy: extension_policy.linux(policy).encode(),
    # With a byte order mark, as the registry editor wants it.
    "atesaki-gmail-windows.reg": lambda policy: extension_policy.windows(policy).encode("utf-16"),
    "atesaki-gmail-macos.mobileconfig": extension_policy.macos,
}


@settings_flags(("public_url", "deployment_keys", "google_client_ids"))
def gmail(  # noqa: PLR0913  # Each is an option of the command.
    settings: Settings,
    *,
    base_url: Annotated[str | None, typer.Option(help="Address at which browsers reach this server (https).")] = None,
    fail_mode: Annotated[
        Literal["prompt", "hold"] | None, typer.Option(help="For mails that can't be checked; else the server's word.")
    ] = None,
    hosted_domain: Annotated[str | None, typer.Option(help="Workspace domain offered at sign-in.")] = None,
    signing_key: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Your own private key (PEM), for an id of your own.")
    ] = None,
    extension_id: Annotated[str | None, typer.Option(help="Id that the Chrome Web Store gave.")] = None,
    update_url: Annotated[str, typer.Option(help="Where browsers get the extension.")] = STORE_UPDATES,
    output: Annotated[Path, typer.Option(file_okay=False, help="Folder to write to.")] = Path(),
) -> None:
    """Write the Gmail extension (zip) and the policies that install it on each system."""
    with one_sentence():
        public_key = _public_key(signing_key) if signing_key else None
        policy = ExtensionPolicy(
            extension_id=extension_id or (id_of(public_key) if public_key else EXTENSION_ID),
            update_url=update_url,
            backend_url=_base_url(settings, base_url),
            deployment_key=given_key(settings),
            fail_mode=fail_mode,
            oauth_client_id=next(iter(settings.google_client_ids), None),
            hosted_domain=hosted_domain,
        )
        written = _write(policy, public_key, output)
    for path in written:
        typer.echo(path)
    if policy.extension_id != EXTENSION_ID:
        typer.echo(f"Let it call the server: ATESAKI_CORS_ORIGINS=chrome-extension://{policy.extension_id}", err=True)


def _base_url(settings: Settings, base_url: str | None) -> str:
    address = (base_url or settings.public_url or "").rstrip("/")
    if not address.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise AtesakiError("Say where browsers reach this server: --base-url https://…", field="base-url")
    return address


def _public_key(path: Path) -> bytes:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError):
        raise AtesakiError(f"{path} is no private key in PEM without a password.", field="signing-key") from None
    # Chrome's package format knows ECDSA too, but its packer and the store take RSA.
    if not isinstance(key, RSAPrivateKey):
        raise AtesakiError(f"{path} is no RSA key, which Chrome's packer asks for.", field="signing-key")
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _write(policy: ExtensionPolicy, public_key: bytes | None, output: Path) -> list[Path]:
    output.mkdir(parents=True, exist_ok=True)
    pack(output / ZIP_NAME, public_key)
    for name, written_as in POLICIES.items():
        (output / name).write_bytes(written_as(policy))
    return [output / name for name in (ZIP_NAME, *POLICIES)]
