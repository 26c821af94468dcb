"""A release covers one message for a while: not a moment longer, not twice, and none that has no fingerprint."""

import asyncio
import datetime as dt

import pytest
from msgspec import structs

from atesaki.journal import Entry
from atesaki.journal.record import RecordRef
from atesaki.judgement.decision import Action, Release
from atesaki.judgement.message import Sender
from atesaki.sending.decisions import FoundBody, FoundDecision, FoundPersonal
from atesaki.sending.errors import DecisionExpired, ReleaseNotAllowed
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.sending.release import RELEASE_FOR, ReleaseRequest, Releases
from atesaki.sending.request import Caller
from atesaki.storage.engine import Store

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
A_MOMENT = dt.timedelta(microseconds=1)
SENDER = FoundPersonal(Sender("staff@hall.example"), "key", None, (), (), (), "print")


class Desk:
    """One held decision, a clock that is set by hand, and a journal that is a list."""

    def __init__(self, store: Store, personal: FoundPersonal = SENDER) -> None:
        self.now = NOW
        self.recorded: list[Entry] = []
        body = FoundBody("d1", Action.WARN, Release.ACKNOWLEDGE, NOW + RELEASE_FOR)
        self.decision = FoundDecision(body, personal)
        self.releases = Releases(store, self, self, Pseudonyms(b"key"), lambda: self.now)

    def find(self, decision_id: str) -> FoundDecision:
        """Return the decision."""
        assert decision_id == "d1"
        return self.decision

    def append_blocking(self, entry: Entry) -> RecordRef:
        """Take a record."""
        self.recorded.append(entry)
        return RecordRef("r1", "s", 0)

    def release(self) -> dt.datetime:
        """Accept, and return until when."""
        return self.releases.release("d1", ReleaseRequest("acknowledge"), Caller("k")).expires_at

    def lets_go(self, now: dt.datetime) -> bool:
        """Whether the message may go at this moment, which uses the release up."""
        return asyncio.run(self.releases.use("print", Release.ACKNOWLEDGE, "d2", now)) is not None


def test_a_decision_is_released_as_long_as_it_lasts(store: Store) -> None:
    """In its last moment it still is; from its end on nothing is recorded and nothing may go."""
    desk = Desk(store)
    desk.now = NOW + RELEASE_FOR
    with pytest.raises(DecisionExpired):
        desk.release()
    assert not desk.recorded
    assert not desk.lets_go(desk.now)
    desk.now -= A_MOMENT
    assert desk.release() == desk.now + RELEASE_FOR
    assert len(desk.recorded) == 1


def test_a_release_waits_for_its_message_and_no_longer(store: Store) -> None:
    """Whoever comes back after lunch is asked anew; in time, the message goes once."""
    desk = Desk(store)
    end = desk.release()
    assert not desk.lets_go(end)
    desk = Desk(store)
    assert desk.lets_go(end - A_MOMENT)
    assert not desk.lets_go(end - A_MOMENT)


def test_a_message_that_could_not_be_told_from_others_is_never_released(store: Store) -> None:
    """Without a fingerprint a release would fit any message."""
    desk = Desk(store, structs.replace(SENDER, fingerprint=None))
    with pytest.raises(ReleaseNotAllowed):
        desk.release()
    assert not desk.recorded
