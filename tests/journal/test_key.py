"""The signing key is made once, for its owner only, and a bad one is said so in one sentence."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from atesaki.journal.errors import JournalKeyUnusable
from atesaki.journal.key import load_or_create_key


def test_the_first_start_makes_the_key_and_later_ones_read_it(tmp_path: Path) -> None:
    """The same key comes back; nobody but its owner can read the file, and nothing else is left beside it."""
    path = tmp_path / "new" / "journal.key"
    made = load_or_create_key(path).private_bytes_raw()
    assert load_or_create_key(path).private_bytes_raw() == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_containers_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    """They share the folder, and each may have the process id 1."""
    for folder in map(str, range(20)):
        path, start = tmp_path / folder / "journal.key", threading.Barrier(4)

        def made(_: int, path: Path = path, start: threading.Barrier = start) -> bytes:
            start.wait()
            return load_or_create_key(path).private_bytes_raw()

        with ThreadPoolExecutor(4) as threads:
            assert set(threads.map(made, range(4))) == {load_or_create_key(path).private_bytes_raw()}
        assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    """It is never replaced by a new key."""
    path = tmp_path / "journal.key"
    path.write_bytes(content)
    with pytest.raises(JournalKeyUnusable, match="PEM"):
        load_or_create_key(path)
    assert path.read_bytes() == content


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    """Checkpoints are signed with Ed25519 only."""
    path = tmp_path / "journal.key"
    other = generate_private_key(SECP256R1())
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(JournalKeyUnusable, match="Ed25519"):
        load_or_create_key(path)


def test_a_key_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    """An error of the file system is one sentence."""
    with pytest.raises(JournalKeyUnusable, match="can't be read"):
        load_or_create_key(tmp_path)
