"""A folder that keeps checkpoints, such as a mount of another machine or of write-once storage."""

import contextlib
import errno
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
            _settle(self._folder)
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
        _name(draft, file)
    except FileExistsError:
        _compare(file, content, draft)
    finally:
        # Write-once storage lets nothing go again; there the draft stays beside.
        with contextlib.suppress(OSError):
            draft.unlink()


def _write(draft: Path, content: bytes) -> None:
    with draft.open("xb") as written:
        written.write(content)
        written.flush()
        os.fsync(written.fileno())
    draft.chmod(0o444)


def _name(draft: Path, file: Path) -> None:
    """Give the draft, which is whole, its name; raises `FileExistsError` where a file has it: the first one stays."""
    try:
        os.link(draft, file)
    except FileExistsError:
        raise
    except OSError:
        # Not every file system has hard links. Between look and name comes nobody: one process feeds a place.
        if file.exists():
            raise FileExistsError from None
        draft.rename(file)


def _compare(file: Path, content: bytes, draft: Path) -> None:
    there = file.read_bytes()
    if there == content:
        return
    if not content.startswith(there):
        raise NotDelivered("The folder holds another checkpoint over the same records; look at it now.")
    # Former versions wrote in place without hard links: the beginning that a crash left says nothing else.
    draft.replace(file)


def _settle(folder: Path) -> None:
    """Make the names durable, as the contents are; a share that can't be told so answers EINVAL."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)
