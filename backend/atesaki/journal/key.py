"""The signing key of the journal: made at the first start, kept in a file that only its owner can read."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from atesaki.journal.errors import JournalKeyUnusable
from atesaki.settings import Settings

KEY_NAME = "journal.key"


def key_file(settings: Settings) -> Path:
    """Give the place of the signing key."""
    return settings.journal_key_file or settings.data_dir / KEY_NAME


def load_or_create_key(path: Path) -> Ed25519PrivateKey:
    """Read the key (PKCS #8, PEM), or make it with mode 0600 where the file is missing.

    Raises `JournalKeyUnusable` where the file can't be read or written or holds another kind of key,
    and where a change of the key was begun and not finished.
    """
    if next_key_file(path).exists():
        raise JournalKeyUnusable("A change of the journal's key was interrupted; run: atesaki journal rotate-key")
    return read_or_create_key(path)


def next_key_file(path: Path) -> Path:
    """Give the place of the new key while the key is being changed."""
    return path.with_name(f"{path.name}.next")


def read_or_create_key(path: Path) -> Ed25519PrivateKey:
    """Read the key, or make it, whether or not it is being changed; raises `JournalKeyUnusable`."""
    try:
        if not path.exists():
            _create(path)
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise JournalKeyUnusable(f"The signing key of the journal can't be read: {error.strerror}.") from error
    except (ValueError, TypeError) as error:
        raise JournalKeyUnusable("The signing key of the journal is no unencrypted PEM file.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise JournalKeyUnusable("The signing key of the journal must be an Ed25519 key.")
    return key


def _create(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    # Not the process id: in containers that share the folder it is the same in each.
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        # Linking fails where another process was first; then its key is used, never half a file.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
