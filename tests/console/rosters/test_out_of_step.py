"""A roster that is not in step with its group is told where people look, and not on its own page alone."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.rosters.test_sync import Room
from tests.server import Server, running_server
from tests.waiting import wait_until

from atesaki.rosters import sync
from atesaki.rosters.roster import RosterDraft
from atesaki.storage.engine import open_store

OWNER = "mori@hall.example"


@pytest.fixture
def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server with a roster whose directory is no longer set up; the first sync comes at once."""
    monkeypatch.setattr(sync, "FIRST_AFTER", dt.timedelta(milliseconds=10))
    store = open_store(tmp_path)
    room = Room(store)
    room.rosters.edit(RosterDraft("volunteers", OWNER, "", "protected"))
    room.connect()
    store.close()
    with running_server(tmp_path) as started:
        yield started


def test_a_roster_out_of_step_is_on_the_first_page_and_in_the_figures(hall: Server) -> None:
    """Soon after a start, however long a round is, to admins and to its owner; nobody has to find its own page."""
    wait_until(lambda: "atesaki_rosters_out_of_step 1.0" in hall.admin.get("/metrics").text)
    with hall.visitor("admin") as visitor:
        assert "A roster is not in step with its group" in visitor.get("/").text
        assert "no longer set up" in visitor.get("/rosters").text
    with hall.visitor("admin", language="ja") as visitor:
        assert "1 件の名簿が、ディレクトリのグループと合っていません" in visitor.get("/").text
    with hall.visitor("roster_owner", email=OWNER) as visitor:
        assert "A roster is not in step with its group" in visitor.get("/").text
    with hall.visitor("roster_owner", email="sato@hall.example") as visitor:
        assert "not in step" not in visitor.get("/").text
    with hall.visitor("auditor", email=OWNER) as visitor:
        assert "not in step" not in visitor.get("/").text
