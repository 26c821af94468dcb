"""A process that is killed under load has lost no record that it had answered."""

import subprocess
import sys
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from atesaki.journal import Entry, Journal
from atesaki.journal.key import load_or_create_key
from atesaki.journal.verify import verify_store
from atesaki.storage.engine import open_store
from atesaki.storage.tables import records

APPENDER = Path(__file__).with_name("appender.py")
ENTRY = Entry("decision.recorded", "d2", {"action": "allow"})


def test_kill_9_under_load_loses_no_answered_record(store_url: str, tmp_path: Path) -> None:
    """Every record that was answered is at its place, everything verifies, and the next process goes on."""
    answered = _answers_until_killed(store_url, tmp_path / "key", 400)
    store = open_store(store_url)
    with store.read() as connection:
        place = (records.c.record_id, records.c.stream, records.c.position)
        kept = {tuple(row) for row in connection.execute(select(*place))}
    assert answered <= kept
    assert verify_store(store).newer == len(kept)
    journal = Journal(store, load_or_create_key(tmp_path / "key"))
    journal.start()
    journal.append_blocking(ENTRY)
    journal.stop()
    assert verify_store(store).records == len(kept) + 1
    store.close()


def _answers_until_killed(url: str, key: Path, count: int) -> set[tuple[str, str, int]]:
    with subprocess.Popen([sys.executable, APPENDER, url, key], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = list(islice(process.stdout, count))
        process.kill()
        # What was answered between the last line read and the kill counts too; a torn last line does not.
        lines += [line for line in process.stdout if line.endswith("\n")]
    assert len(lines) >= count
    return {(words[0], words[1], int(words[2])) for words in map(str.split, lines)}
