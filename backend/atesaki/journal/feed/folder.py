"""A folder that keeps checkpoints, such as a mount of another machine or of write-once storage."""

import os
from collections.abc import Sequence
from pathlib import Path

from atesaki.journal.checkpoint import read_note
from atesaki.journal.feed.delivery import NotDelivered


class CheckpointsFolder:
    """Adds one file a checkpoint, `<stream>-<size>.checkpoint`, and never changes one."""

    name = "checkpoint folder"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

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
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with draft.open("wb") as written:
        written.write(content)
        written.flush()
        os.fsync(written.fileno())
    draft.chmod(0o444)
    try:
        # A link fails where the file is there already; then the first one stays, whoever wrote it.
        os.link(draft, file)
    except FileExistsError:
        if file.read_bytes() != content:
            raise NotDelivered("The folder holds another checkpoint over the same records; look at it now.") from None
    finally:
        draft.unlink()
