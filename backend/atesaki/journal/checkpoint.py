"""Checkpoints: the signed head of a stream (C2SP tlog-checkpoint and signed-note v1.0, Ed25519).

The stream's name is the origin line and the name of the key, so one key can sign several streams
and each has its own verifier key `<stream>+<key id>+<base64 of 0x01 and the public key>`.
"""

import base64
import binascii
import hashlib
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_SIGNATURE_MARK = "\u2014 "
_HEAD_LINES = 3


class Checkpoint(NamedTuple):
    """What a checkpoint states: the stream, how many records it has, and the root hash over them."""

    stream: str
    size: int
    root: bytes


class BadCheckpoint(ValueError):
    """A checkpoint can't be read, or its signature is not by the expected key."""


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Write the checkpoint as a signed note."""
    text = f"{checkpoint.stream}\n{checkpoint.size}\n{_encode(checkpoint.root)}\n"
    public = key.public_key().public_bytes_raw()
    signature = _key_id(checkpoint.stream, public) + key.sign(text.encode())
    return f"{text}\n{_SIGNATURE_MARK}{checkpoint.stream} {_encode(signature)}\n"


def open_note(note: str, public_key: bytes) -> Checkpoint:
    """Read a signed note and check its signature; raises `BadCheckpoint`.

    Lines by other keys are ignored, as the specification asks for.
    """
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    checkpoint = _read(text)
    wanted = _key_id(checkpoint.stream, public_key)
    prefix = f"{_SIGNATURE_MARK}{checkpoint.stream} "
    for line in signatures.splitlines():
        raw = _decode(line.removeprefix(prefix)) if line.startswith(prefix) else b""
        if raw[:_KEY_ID_BYTES] == wanted:
            _check(public_key, raw[_KEY_ID_BYTES:], text)
            return checkpoint
    raise BadCheckpoint("the checkpoint is not signed by the key of its stream")


def verifier_key(stream: str, public_key: bytes) -> str:
    """Write the public key in the form that auditors keep (signed-note, "vkey")."""
    return f"{stream}+{_key_id(stream, public_key).hex()}+{_encode(_ED25519 + public_key)}"


def public_key_of(verifier_key: str) -> bytes:
    """Read the 32 bytes of the public key back; raises `BadCheckpoint`."""
    name, _, rest = verifier_key.partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = _decode(encoded)
    public = raw[1:]
    if raw[:1] != _ED25519 or _key_id(name, public).hex() != key_id:
        raise BadCheckpoint("the verifier key can't be read; it has the form name+id+key")
    return public


def _read(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) != _HEAD_LINES + 1 or not lines[0] or not lines[1].isdecimal() or str(int(lines[1])) != lines[1]:
        raise BadCheckpoint("the checkpoint can't be read")
    return Checkpoint(lines[0], int(lines[1]), _decode(lines[2]))


def _check(public_key: bytes, signature: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text.encode())
    except (InvalidSignature, ValueError) as error:
        raise BadCheckpoint("the signature of the checkpoint is wrong") from error


def _key_id(name: str, public_key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:_KEY_ID_BYTES]


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadCheckpoint("the checkpoint can't be read") from error
    # Unused bits make several texts of one value; only the usual one is accepted, so that no byte can change.
    if _encode(raw) != text:
        raise BadCheckpoint("the checkpoint can't be read")
    return raw
