"""A checker who said yes holds the message back after all, as long as it was not sent."""

import pytest
from msgspec import structs
from tests.sending.rights.office import Office
from tests.sending.test_second_check import A_MOMENT, CALLER, MORI, PLEASE, STAFF, Desk

from atesaki.sending.errors import OwnMessage, RequestInvalid, SecondCheckAnswered

KEN = structs.replace(MORI, key="ken", name="Ken", email="ken@hall.example")


@pytest.fixture
def desk(office: Office) -> Desk:
    """One message that a second person has let go."""
    desk = Desk(office)
    desk.checks.ask("d1", PLEASE, CALLER)
    desk.checks.grant("d1", MORI, "All is well.")
    desk.now += A_MOMENT
    return desk


def test_what_is_held_back_does_not_go_and_says_why(desk: Desk) -> None:
    """By anybody who may check it; the sender reads who it was, for three days, and can ask anew."""
    desk.checks.take_back("d1", KEN, "The other Tanaka!")
    standing = desk.checks.state("d1", CALLER)
    assert (standing.state, standing.comment) == ("declined", "The other Tanaka!")
    assert standing.by == KEN.author
    assert (standing.expires_at - desk.now).days == 3
    assert desk.used("d2") is None
    desk.hold("d3")
    assert desk.checks.ask("d3", PLEASE, CALLER).state == "waiting"


def test_what_was_sent_is_not_held_back(desk: Desk) -> None:
    """Nor what its sender has sent and Outlook stopped, until that is known; then it is."""
    assert desk.used("d2")
    with pytest.raises(SecondCheckAnswered, match="sent already"):
        desk.checks.take_back("d1", MORI, "Stop")
    desk.releases.give_back("d2")
    desk.checks.take_back("d1", MORI, "Stop")
    assert desk.used("d3") is None


def test_a_yes_that_comes_between_does_not_count_as_sent(desk: Desk) -> None:
    """Send has seen the release and is about to use it: what was held back stays held back, and is not called used."""
    desk.checks.take_back("d1", MORI, "Stop")
    assert desk.releases._taken("d1", "second_check", "d2") is False  # What comes a moment too late.
    assert desk.checks.state("d1", CALLER).state == "declined"


def test_only_a_yes_is_taken_back(desk: Desk) -> None:
    """Once, with a comment, by another person than the sender, within its day; a no of it is recorded once."""
    with pytest.raises(RequestInvalid, match="what has to be changed"):
        desk.checks.take_back("d1", MORI, " ")
    with pytest.raises(OwnMessage):
        desk.checks.take_back("d1", structs.replace(MORI, email=STAFF), "Mine")
    with pytest.raises(SecondCheckAnswered, match="has answered"):
        desk.checks.decline("d1", MORI, "No")
    desk.checks.take_back("d1", MORI, "Stop")
    with pytest.raises(SecondCheckAnswered, match="held it back"):
        desk.checks.take_back("d1", KEN, "Stop!")
    kinds = sorted(each.kind for each in desk.reader.of_subject("d1"))
    assert kinds == ["second_check.declined", "second_check.granted", "second_check.requested"]


def test_a_yes_whose_day_is_over_needs_no_holding_back(desk: Desk) -> None:
    """It lets nothing go any more."""
    desk.now = desk.checks.state("d1", CALLER).expires_at
    with pytest.raises(SecondCheckAnswered):
        desk.checks.take_back("d1", MORI, "Stop")
