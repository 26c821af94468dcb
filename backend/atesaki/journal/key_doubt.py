"""Whether the signing key of this machine is the one that the journal was signed with."""

from pathlib import Path
from typing import NamedTuple

from atesaki.journal.errors import JournalKeyUnusable
from atesaki.journal.key import next_key_file, read_or_create_key
from atesaki.journal.sink import own_stream
from atesaki.journal.stored import all_streams
from atesaki.storage.engine import Store

_PUT_BACK = "Put the right one back from a backup, or set ATESAKI_JOURNAL_KEY_FILE to where it is."


class Doubt(NamedTuple):
    """What is wrong with the key, and what to do."""

    sentence: str
    mend: str


def key_doubt(store: Store, key_file: Path) -> Doubt | None:
    """Return what is wrong with the key, `None` where nothing is; makes none."""
    with store.read() as connection:
        rows = [(row.stream, row.public_key) for row in all_streams(connection)]
    if next_key_file(key_file).exists():
        return Doubt("A change of the journal's key was interrupted.", "Run: atesaki journal rotate-key")
    if not key_file.exists():
        missing = f"The signing key {key_file} is missing; a start without it makes one that no former key vouches for."
        return Doubt(missing, _PUT_BACK) if rows else None
    try:
        key = read_or_create_key(key_file)
    except JournalKeyUnusable as error:
        return Doubt(error.detail, _PUT_BACK)
    if rows and not own_stream(rows, key.public_key().public_bytes_raw()):
        return Doubt(f"The signing key {key_file} is another one than the journal was signed with.", _PUT_BACK)
    return None
