"""Whoever asked for a second check may withdraw that: nobody need answer any more, and it may be asked anew."""

import pytest
from tests.sending.rights.office import Office
from tests.sending.test_second_check import A_WHILE, CALLER, MORI, NOW, PLEASE, VERIFIED, Desk

from atesaki.sending.errors import NotTheSender, SecondCheckAnswered, SecondCheckNotAsked
from atesaki.sending.request import Caller
from atesaki.sending.second_check import WAITS_FOR
from atesaki.sending.second_check_records import REQUESTED, WITHDRAWN


@pytest.fixture
def desk(office: Office) -> Desk:
    """One message that waits for a second person, who has been asked."""
    desk = Desk(office)
    desk.checks.ask("d1", PLEASE, CALLER)
    return desk


def test_a_withdrawn_check_waits_for_nobody(desk: Desk) -> None:
    """It can't be answered any more, lets nothing go, and is told with its time among the earlier ones."""
    desk.now += A_WHILE
    assert desk.checks.withdraw("d1", CALLER).state == "withdrawn"
    with pytest.raises(SecondCheckAnswered):
        desk.checks.grant("d1", MORI)
    with pytest.raises(SecondCheckNotAsked):
        desk.checks.state("d1", CALLER)
    assert (desk.checks.waiting(), desk.checks.waiting_for(MORI), desk.used("d2")) == ([], [], None)
    [told] = desk.checks.answered()
    assert (told.state, told.expires_at) == ("withdrawn", NOW + A_WHILE)


def test_a_withdrawal_is_recorded_once_and_names_nobody(desk: Desk) -> None:
    """A retry of a mail client finds it done; the body of the record stays for ever."""
    first = desk.checks.withdraw("d1", CALLER)
    assert desk.checks.withdraw("d1", CALLER) == first
    recorded = desk.recorded()
    assert set(recorded) == {REQUESTED, WITHDRAWN}
    assert recorded[WITHDRAWN].body == {"decision_id": "d1", "assurance": "claimed"}


def test_what_was_withdrawn_can_be_asked_anew_and_granted(desk: Desk) -> None:
    """For the same decision, while it is young enough, and for a later one of the same message."""
    desk.checks.withdraw("d1", CALLER)
    assert desk.checks.ask("d1", PLEASE, CALLER).state == "waiting"
    desk.checks.withdraw("d1", CALLER)
    desk.hold("d2")
    assert desk.checks.ask("d2", PLEASE, CALLER).decision_id == "d2"
    desk.checks.grant("d2", MORI)
    assert desk.checks.state("d1", CALLER).decision_id == "d2"
    used = desk.used("d3")
    assert used is not None
    assert used.decision_id == "d2"


@pytest.mark.parametrize("end", ["granted", "declined", "expired"])
def test_what_has_ended_is_not_withdrawn(desk: Desk, end: str) -> None:
    """A colleague's answer stands, and so does what nobody answered in time."""
    if end == "granted":
        desk.checks.grant("d1", MORI)
    elif end == "declined":
        desk.checks.decline("d1", MORI, "Not to them.")
    else:
        desk.now += WAITS_FOR
    before = desk.recorded()
    with pytest.raises(SecondCheckAnswered):
        desk.checks.withdraw("d1", CALLER)
    assert (desk.recorded(), desk.checks.request("d1").asked.state) == (before, end)


def test_only_who_may_ask_may_withdraw(desk: Desk) -> None:
    """A stranger with the deployment key can't hold up a verified sender's mail; what nobody asked isn't there."""
    desk.hold("d2", identity=VERIFIED, fingerprint="other")
    with pytest.raises(SecondCheckNotAsked):
        desk.checks.withdraw("d2", Caller("k", VERIFIED))
    desk.checks.ask("d2", PLEASE, Caller("k", VERIFIED))
    with pytest.raises(NotTheSender):
        desk.checks.withdraw("d2", CALLER)
    assert desk.checks.withdraw("d2", Caller("k", VERIFIED)).state == "withdrawn"
