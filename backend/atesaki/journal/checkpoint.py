"""Checkpoints: the signed head of a stream (C2SP tlog-checkpoint and signed-note v1.0, Ed25519).

The stream's name is the origin line and the name of the key, so one key can sign several streams
and each has its own verifier key `<stream>+<key id>+<base64 of 0x01 and the public key>`.
"""

import re
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from atesaki.journal.note import BadNote as BadCheckpoint
from atesaki.journal.note import decode, encode, is_signed, public_key_of, sign_text, split_note, verifier_key

__all__ = [
    "BadCheckpoint",
    "Checkpoint",
    "notes_in",
    "open_note",
    "public_key_of",
    "read_note",
    "sign",
    "verifier_key",
]

_HEAD_LINES = 3
# As many digits as a position in the store can have.
_SIZE = re.compile("0|[1-9][0-9]{0,18}")


class Checkpoint(NamedTuple):
    """What a checkpoint states: the stream, how many records it has, and the root hash over them."""

    stream: str
    size: int
    root: bytes


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Write the checkpoint as a signed note."""
    text = f"{checkpoint.stream}\n{checkpoint.size}\n{encode(checkpoint.root)}\n"
    return sign_text(text, checkpoint.stream, key)


def open_note(note: str, public_key: bytes) -> Checkpoint:
    """Read a signed note and check its signature; raises `BadCheckpoint`."""
    checkpoint = read_note(note)
    if not is_signed(note, checkpoint.stream, public_key):
        raise BadCheckpoint("the checkpoint is not signed by the key of its stream")
    return checkpoint


def read_note(note: str) -> Checkpoint:
    """Read what a note states, whoever signed it; raises `BadCheckpoint`."""
    lines = split_note(note)[0].split("\n")
    if len(lines) != _HEAD_LINES + 1 or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise BadCheckpoint("the checkpoint can't be read")
    return Checkpoint(lines[0], int(lines[1]), decode(lines[2]))


def notes_in(text: str) -> list[str]:
    """Give the notes of a file, as they are printed, delivered or saved from a mail; raises `BadCheckpoint`."""
    parts = text.replace("\r\n", "\n").strip("\n").split("\n\n")
    if len(parts) % 2:
        raise BadCheckpoint("the checkpoint can't be read")
    notes = [f"{head}\n\n{signatures}\n" for head, signatures in zip(parts[::2], parts[1::2], strict=True)]
    for note in notes:
        read_note(note)
    return notes
