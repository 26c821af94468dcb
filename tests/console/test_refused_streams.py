"""The overview tells auditors that a part of the journal was found which no server signs."""

import datetime as dt
from pathlib import Path

import pytest
from tests.journal.late import leave_late
from tests.server import running_server

from atesaki.journal import Journal
from atesaki.journal.accept import Vouching, accept, refused_at
from atesaki.journal.key import KEY_NAME, load_or_create_key
from atesaki.storage.engine import open_store

EVENING = dt.datetime(2026, 4, 4, 18, 0, tzinfo=dt.UTC)


@pytest.fixture
def stream(tmp_path: Path) -> str:
    """A stream that no server signs."""
    return leave_late(tmp_path)


def test_the_overview_says_so_until_somebody_vouches_for_it(tmp_path: Path, stream: str) -> None:
    """In both languages; a decision is still answered."""
    said = {"en": "A part of the journal was not as the server had signed it", "ja": "署名を止めています"}
    with running_server(tmp_path) as server, server.visitor("auditor") as auditor:
        for lang, sentence in said.items():
            assert sentence in auditor.get(f"/journal/overview?lang={lang}").text
        message = {"sender": {"address": "staff@hall.example"}, "to": [], "cc": [], "bcc": []}
        server.client.post("/v1/decisions", json={"message": message}).raise_for_status()
    store, key = open_store(tmp_path), load_or_create_key(tmp_path / KEY_NAME)
    assert len(refused_at(store)) == 1
    journal = Journal(store, key)
    journal.start()
    accept(store, journal, key, stream, Vouching("anna", "the machine slept", EVENING))
    journal.stop()
    assert refused_at(store) == []
    store.close()
    with running_server(tmp_path) as server, server.visitor("auditor") as auditor:
        assert said["en"] not in auditor.get("/journal/overview?lang=en").text
