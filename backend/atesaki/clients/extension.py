"""The Gmail extension as the server knows it: its id, and the files that IT deploys."""

import base64
import hashlib
import json
import zipfile
from pathlib import Path
from typing import IO

from atesaki.judgement.errors import AtesakiError
from atesaki.policies.shipped import shipped

EXTENSION_ID = "ejgcconngcimhfmgblnanphkdmjobnmp"
"""The id that Chrome derives from the public key in the extension's manifest."""

EXTENSION_ORIGIN = f"chrome-extension://{EXTENSION_ID}"
"""Where the extension's service worker calls from."""


def id_of(public_key: bytes) -> str:
    """Return the id that Chrome gives to an extension: 128 bits of the SHA-256 of its public key (DER), as letters.

    https://developer.chrome.com/docs/extensions/reference/manifest/key
    """
    digest = hashlib.sha256(public_key).hexdigest()[:32]
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest)


def pack(target: IO[bytes] | Path, public_key: bytes | None = None) -> None:
    """Write the built extension as a zip, the same bytes each time.

    With a `public_key` (DER) it gets the id of that key. Raises `AtesakiError` where it was never built.
    """
    folder = shipped("manifest/dist/gmail/extension", "gmail_extension")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        raise AtesakiError("The Gmail extension is not built; run make setup first.")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for path in files:
            name = path.relative_to(folder).as_posix()
            content = path.read_bytes()
            if name == "manifest.json" and public_key is not None:
                content = _with_key(content, public_key)
            package.writestr(zipfile.ZipInfo(name, _ALWAYS), content, zipfile.ZIP_DEFLATED)


_ALWAYS = (1980, 1, 1, 0, 0, 0)


def _with_key(manifest: bytes, public_key: bytes) -> bytes:
    changed = json.loads(manifest) | {"key": base64.b64encode(public_key).decode()}
    return json.dumps(changed, indent=2, ensure_ascii=False).encode()
