"""Reports of clients about themselves: recorded when new, and sparsely while they stay the same."""

import asyncio
import datetime as dt

import pytest
from tests.fakes.journal import FakeJournal

from atesaki.journal import JournalUnavailable
from atesaki.sending.client_report import ILL_EVERY, KIND, WELL_EVERY, ClientReports, Heartbeat
from atesaki.sending.request import Caller

WELL = Heartbeat(healthy=True, version="0.1.0", platform="Chrome Linux")
BLIND = Heartbeat(healthy=False, version="0.1.0", platform="Chrome Linux", problem="send_button_missing")
CALLER = Caller("key")


class Desk:
    """Reports on a clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
        self.journal = FakeJournal()
        self.journal.start()
        self.counted: list[tuple[str, bool]] = []
        self._reports = ClientReports(
            self.journal, lambda app, healthy: self.counted.append((app, healthy)), lambda: self.now
        )

    def say(self, heartbeat: Heartbeat, caller: Caller = CALLER) -> None:
        """Report from the Gmail extension."""
        asyncio.run(self._reports.report("gmail_extension", heartbeat, caller))

    @property
    def recorded(self) -> list[object]:
        """The bodies in the journal."""
        return [entry.body for entry in self.journal.entries]


def test_new_report_is_recorded_without_a_person() -> None:
    """It tells of a client, never of whose client it is."""
    desk = Desk()
    desk.say(BLIND)
    body = {
        "app": "gmail_extension",
        "version": "0.1.0",
        "platform": "Chrome Linux",
        "healthy": False,
        "problem": "send_button_missing",
    }
    assert [(entry.kind, entry.subject, entry.personal) for entry in desk.journal.entries] == [
        (KIND, "gmail_extension", None)
    ]
    assert desk.recorded == [body]


@pytest.mark.parametrize(("heartbeat", "every"), [(WELL, WELL_EVERY), (BLIND, ILL_EVERY)], ids=["well", "ill"])
def test_same_report_is_recorded_again_only_after_a_while(heartbeat: Heartbeat, every: dt.timedelta) -> None:
    """A thousand clients that are well fill no journal; every one of them is counted."""
    desk = Desk()
    for _ in range(3):
        desk.say(heartbeat)
    desk.now += every
    desk.say(heartbeat)
    assert (len(desk.recorded), len(desk.counted)) == (2, 4)


def test_change_is_recorded_at_once() -> None:
    """The first blinded client among a thousand good ones is seen."""
    desk = Desk()
    for heartbeat in (WELL, WELL, BLIND):
        desk.say(heartbeat)
    assert len(desk.recorded) == 2


def test_report_that_could_not_be_recorded_is_recorded_the_next_time() -> None:
    """A failing journal costs the client a retry, not the report."""
    desk = Desk()
    desk.journal.problem = "the disk is full"
    with pytest.raises(JournalUnavailable):
        desk.say(BLIND)
    desk.journal.problem = None
    desk.say(BLIND)
    assert len(desk.recorded) == 1
