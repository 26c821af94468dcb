"""Signed notes (C2SP signed-note v1.0, Ed25519): a text, an empty line, and one line for each signature."""

import base64
import binascii
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_SIGNATURE_MARK = "\u2014 "


class BadNote(ValueError):
    """A note can't be read, or a signature is not by the expected key."""


def sign_text(text: str, name: str, *keys: Ed25519PrivateKey) -> str:
    """Sign a text, which ends with a newline, by every key under the same name."""
    return f"{text}\n" + "".join(_signature_line(text, name, key) for key in keys)


def split_note(note: str) -> tuple[str, str]:
    """Give the text of a note and its signature lines."""
    text, _, signatures = note.rpartition("\n\n")
    return f"{text}\n", signatures


def is_signed(note: str, name: str, public_key: bytes) -> bool:
    """Tell whether the key has signed; raises `BadNote` where a signature that claims to be its own is wrong.

    Lines by other keys are ignored, as the specification asks for.
    """
    text, signatures = split_note(note)
    wanted = _key_id(name, public_key)
    prefix = f"{_SIGNATURE_MARK}{name} "
    for line in signatures.splitlines():
        raw = decode(line.removeprefix(prefix)) if line.startswith(prefix) else b""
        if raw[:_KEY_ID_BYTES] == wanted:
            _check(public_key, raw[_KEY_ID_BYTES:], text)
            return True
    return False


def verifier_key(name: str, public_key: bytes) -> str:
    """Write the public key in the form that auditors keep (signed-note, "vkey")."""
    return f"{name}+{_key_id(name, public_key).hex()}+{encode(_ED25519 + public_key)}"


def public_key_of(verifier_key: str) -> bytes:
    """Read the 32 bytes of the public key back; raises `BadNote`."""
    name, _, rest = verifier_key.partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = decode(encoded)
    public = raw[1:]
    if raw[:1] != _ED25519 or _key_id(name, public).hex() != key_id:
        raise BadNote("the verifier key can't be read; it has the form name+id+key")
    return public


def encode(raw: bytes) -> str:
    """Write bytes as base64."""
    return base64.b64encode(raw).decode()


def decode(text: str) -> bytes:
    """Read base64; raises `BadNote`."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote("the checkpoint can't be read") from error
    # Unused bits make several texts of one value; only the usual one is accepted, so that no byte can change.
    if encode(raw) != text:
        raise BadNote("the checkpoint can't be read")
    return raw


def _signature_line(text: str, name: str, key: Ed25519PrivateKey) -> str:
    signature = _key_id(name, key.public_key().public_bytes_raw()) + key.sign(text.encode())
    return f"{_SIGNATURE_MARK}{name} {encode(signature)}\n"


def _check(public_key: bytes, signature: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text.encode())
    except (InvalidSignature, ValueError) as error:
        raise BadNote("the signature of the checkpoint is wrong") from error


def _key_id(name: str, public_key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:_KEY_ID_BYTES]
