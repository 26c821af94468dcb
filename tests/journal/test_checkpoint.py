"""Checkpoints are signed notes as C2SP defines them, and no byte of one can be changed."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from atesaki.journal.checkpoint import BadCheckpoint, Checkpoint, open_note, public_key_of, sign, verifier_key

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
CHECKPOINT = Checkpoint("atesaki/0123", 26, bytes(range(32)))

# The example of the Go package golang.org/x/mod/sumdb/note, whose format C2SP signed-note describes.
GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_a_checkpoint_has_the_three_lines_and_the_signature_of_the_specification() -> None:
    """Origin, size and root; an empty line; the key's name and base64 of key id and signature."""
    text, signature = sign(CHECKPOINT, KEY).split("\n\n")
    assert text.split("\n") == ["atesaki/0123", "26", base64.b64encode(bytes(range(32))).decode()]
    mark, name, encoded = signature.rstrip("\n").split(" ")
    assert (mark, name, len(base64.b64decode(encoded))) == ("\u2014", "atesaki/0123", 4 + 64)


def test_what_was_signed_is_read_back() -> None:
    """The right key opens the note."""
    assert open_note(sign(CHECKPOINT, KEY), PUBLIC) == CHECKPOINT


def test_the_verifier_key_of_another_program_is_read_and_written_alike() -> None:
    """The key id and the encoding agree with Go's note package."""
    assert verifier_key("PeterNeumann", public_key_of(GO_VERIFIER)) == GO_VERIFIER


def test_another_key_does_not_open_it() -> None:
    """A note by another key is refused."""
    other = Ed25519PrivateKey.generate()
    with pytest.raises(BadCheckpoint, match="not signed by the key"):
        open_note(sign(CHECKPOINT, other), PUBLIC)


def test_signatures_by_others_may_stand_beside_it() -> None:
    """Unknown signature lines are ignored, so that witnesses can sign too."""
    witness = sign(CHECKPOINT, Ed25519PrivateKey.generate()).split("\n\n")[1]
    assert open_note(sign(CHECKPOINT, KEY) + witness, PUBLIC) == CHECKPOINT


def test_a_line_by_another_name_may_stand_first_and_need_not_be_readable() -> None:
    """Whatever a witness writes beside its own name says nothing about our signature."""
    text, _, own = sign(CHECKPOINT, KEY).partition("\n\n")
    assert open_note(f"{text}\n\n\N{EM DASH} witness.example not base64\n{own}", PUBLIC) == CHECKPOINT


@given(st.data())
def test_a_change_of_any_character_is_refused(data: st.DataObject) -> None:
    """No character of the note can be another one."""
    note = sign(CHECKPOINT, KEY)
    at = data.draw(st.integers(0, len(note) - 2))
    other = data.draw(st.characters(codec="utf-8").filter(lambda character: character != note[at]))
    with pytest.raises(BadCheckpoint):
        open_note(note[:at] + other + note[at + 1 :], PUBLIC)


@pytest.mark.parametrize("text", ["", "name", "name+00000000+AQ==", "a+b+c", GO_VERIFIER[:-4], GO_VERIFIER.upper()])
def test_a_broken_verifier_key_is_refused(text: str) -> None:
    """A verifier key that was mistyped is an error, not another key."""
    with pytest.raises(BadCheckpoint, match=r"verifier key|can't be read"):
        public_key_of(text)
