"""While nothing can be recorded, and so no mail is judged, the first page and the figures say so."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.server import Server, running_server

MESSAGE = {"sender": {"address": "staff@hall.example"}, "to": [{"address": "a@x.example"}], "cc": [], "bcc": []}
TOLD = "Nothing can be recorded at the moment"


@contextmanager
def _unwritable(server: Server, folder: Path) -> Iterator[None]:
    """A store that takes no record, which the server has noticed."""
    with closing(sqlite3.connect(folder / "atesaki.db", isolation_level=None)) as blocker:
        blocker.execute("CREATE TRIGGER full BEFORE INSERT ON records BEGIN SELECT RAISE(FAIL, 'disk full'); END")
        assert server.client.post("/v1/decisions", json={"message": MESSAGE}).status_code == 503
        yield
        blocker.execute("DROP TRIGGER full")


def test_the_first_page_does_not_say_that_all_is_well_while_nothing_is_judged(tmp_path: Path) -> None:
    """Nobody would look for what is wrong below “Atesaki checks every mail at Send”; it goes by itself, too."""
    with running_server(tmp_path) as server, server.visitor("admin") as admin, server.visitor("auditor") as auditor:
        with _unwritable(server, tmp_path):
            assert TOLD in admin.get("/").text
            assert "The journal can&#39;t be written: " in auditor.get("/").text
            with server.visitor("roster_owner", email="sato@hall.example") as owner:
                assert TOLD not in owner.get("/").text
            with server.visitor("admin", language="ja") as japanese:
                assert "どのメールも判定していません" in japanese.get("/").text
            assert "atesaki_journal_problem 1.0" in server.admin.get("/metrics").text
        deadline = time.monotonic() + 10
        while TOLD in admin.get("/").text:
            assert time.monotonic() < deadline, "the journal does not recover"
            time.sleep(0.1)
        assert "atesaki_journal_problem 0.0" in server.admin.get("/metrics").text
