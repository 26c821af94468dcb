"""What `atesaki doctor` says of the data directory: who can use it, whether it takes what is written, and its space."""

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from atesaki.cli.diagnosis import Diagnosis, advice, ok, problem
from atesaki.journal.key import KEY_NAME
from atesaki.storage.engine import DATABASE_NAME

CREATED = "`atesaki serve` creates it; if there was one, look whether its volume is mounted."
"""What to do where a folder or a store is not there."""

LITTLE_SPACE = 1_000_000_000
NO_SPACE = 100_000_000
_TRIED_BYTES = 65_536
_OURS = {
    **{f"{DATABASE_NAME}{ending}": os.R_OK | os.W_OK for ending in ("", "-wal", "-shm", ".lock")},
    KEY_NAME: os.R_OK,
}
"""What the server needs of each file."""
_MENDS = {
    errno.EROFS: "Look in the kernel's log (dmesg) why, check the file system (fsck), mount it writable, start again.",
    errno.ENOSPC: "Free some space (df -h) or inodes (df -i) there; a running server goes on by itself.",
    errno.EDQUOT: "Raise the quota of the server's account; a running server goes on by itself.",
    errno.EIO: "Look in the kernel's log (dmesg): the disk may be dying. Restore a backup on another one.",
}


def folder(place: Path) -> Iterator[Diagnosis]:
    """Look at the data directory; where it can't be used, that is all that is said of it."""
    if (unusable := _unusable(place)) is not None:
        yield unusable
        return
    if stat.S_IMODE(place.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        yield problem("data", f"Others on this machine can read {place}.", f"Run: chmod 700 {place}")
    if (refused := _refused(place)) is not None:
        yield refused
        return
    yield from _owners(place)
    yield _space(place)


def _unusable(place: Path) -> Diagnosis | None:
    try:
        found = place.stat()
    except FileNotFoundError:
        return _missing(place)
    except OSError as error:
        return problem("data", f"{place} can't be looked into: {_why(error)}.", _as_account(place))
    if not stat.S_ISDIR(found.st_mode):
        return problem("data", f"{place} is no folder.", "Name a folder in ATESAKI_DATA_DIR.")
    if not os.access(place, os.R_OK | os.X_OK):
        return problem("data", f"This account can't look into {place}.", _as_account(place))
    return None


def _missing(place: Path) -> Diagnosis:
    above = next(parent for parent in place.absolute().parents if parent.exists())
    if not os.access(above, os.W_OK | os.X_OK):
        mend = f"Make it for the server's account: install -d -m 700 -o ACCOUNT {place}"
        return problem("data", f"{place} doesn't exist, and this account can't make it in {above}.", mend)
    return advice("data", f"{place} doesn't exist yet.", CREATED)


def _refused(place: Path) -> Diagnosis | None:
    """Try to write: what mount options and modes say is not all that a disk does."""
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(bytes(_TRIED_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        sentence = f"Nothing can be written in {place}, so nothing is recorded or answered: {_why(error)}."
        return problem("data", sentence, _MENDS.get(error.errno or 0, _as_account(place)))
    return None


def _owners(place: Path) -> Iterator[Diagnosis]:
    """Find what a command of another account, mostly root, left behind."""
    files = [file for file in map(place.joinpath, _OURS) if file.exists()]
    if denied := [file.name for file in files if not os.access(file, _OURS[file.name])]:
        yield problem("data", f"This account can't use {', '.join(denied)}.", _as_account(place))
    elif others := [file.name for file in files if file.stat().st_uid != place.stat().st_uid]:
        sentence = f"{', '.join(others)} belongs to another account than the folder, which may keep the server out."
        yield advice("data", sentence, f"Run: chown -R --reference={place} {place}")


def _space(place: Path) -> Diagnosis:
    free = shutil.disk_usage(place).free
    if free >= LITTLE_SPACE:
        return ok("data", f"{free // 1_000_000_000:,} GB are free in {place}.")
    say = problem if free < NO_SPACE else advice
    sentence = f"Only {free // 1_000_000:,} MB are free; without space nothing can be recorded or answered."
    return say("data", sentence, "Free some space, or move ATESAKI_DATA_DIR.")


def _as_account(place: Path) -> str:
    return f"Run this as the server's account; if it is that one, run as root: chown -R ACCOUNT {place}"


def _why(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
