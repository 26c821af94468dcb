"""The Gmail extension as the server knows it: its id, and the files that IT deploys."""

import hashlib
import sysconfig
from pathlib import Path

EXTENSION_ID = "ejgcconngcimhfmgblnanphkdmjobnmp"
"""The id that Chrome derives from the public key in the extension's manifest."""

EXTENSION_ORIGIN = f"chrome-extension://{EXTENSION_ID}"
"""Where the extension's service worker calls from."""

INSTALLED = "share/atesaki/gmail_extension"
"""Where `pip install` puts the built extension, below the environment's data path."""


def built_folder() -> Path:
    """Return the folder of the built extension, in a checkout and in an installation."""
    checkout = Path(__file__).parents[3] / "manifest/dist/gmail/extension"
    return checkout if checkout.is_dir() else Path(sysconfig.get_path("data")) / INSTALLED


def id_of(public_key: bytes) -> str:
    """Return the id that Chrome gives to an extension: 128 bits of the SHA-256 of its public key (DER), as letters.

    https://developer.chrome.com/docs/extensions/reference/manifest/key
    """
    digest = hashlib.sha256(public_key).hexdigest()[:32]
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest)
