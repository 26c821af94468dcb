"""A folder that keeps checkpoints, such as a mount of another machine or of write-once storage."""

import contextlib
import os
import uuid
from collections.abc import Sequence
from pathlib import Path

from atesaki.journal.checkpoint import read_note
from atesaki.journal.feed.delivery import NotDelivered, Pseudonym, key_of


class CheckpointsFolder:
    """Adds one file a checkpoint, `<stream>-<size>.checkpoint`, and never changes one."""

    name = "checkpoint folder"

    def __init__(self, folder: Path, pseudonym: Pseudonym) -> None:
        self._folder = folder
        self.key = key_of(pseudonym, self.name, str(folder.absolute()))

    def deliver(self, notes: Sequence[str]) -> None:
        """Return once the notes are on disk; raises `NotDelivered`."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for note in notes:
                _add(self._folder / file_name(note), note.encode())
        except OSError as error:
            raise NotDelivered(f"The folder can't be written: {error.strerror}.") from None


def file_name(note: str) -> str:
    """Name the file of a checkpoint; equal checkpoints have equal names."""
    checkpoint = read_note(note)
    return f"{checkpoint.stream.replace('/', '-')}-{checkpoint.size:012}.checkpoint"


def _add(file: Path, content: bytes) -> None:
    # Of a name of its own each time: what a killed process left can't be written again.
    draft = file.with_name(f".{uuid.uuid4().hex}")
    try:
        _write(draft, content)
        _name(draft, file, content)
    except FileExistsError:
        if file.read_bytes() != content:
            raise NotDelivered("The folder holds another checkpoint over the same records; look at it now.") from None
    finally:
        # Write-once storage lets nothing go again; there the draft stays beside.
        with contextlib.suppress(OSError):
            draft.unlink()


def _name(draft: Path, file: Path, content: bytes) -> None:
    """Give the file its name; raises `FileExistsError` where it is there already: the first one stays."""
    try:
        os.link(draft, file)
    except FileExistsError:
        raise
    except OSError:
        # Not every file system has hard links.
        _write(file, content)


def _write(file: Path, content: bytes) -> None:
    with file.open("xb") as written:
        written.write(content)
        written.flush()
        os.fsync(written.fileno())
    file.chmod(0o444)
