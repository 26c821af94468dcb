"""Where somebody said no before, whoever is asked next is told: a sender can ask one colleague after the other."""

from typing import Any

import pytest
from tests.sending.rights.office import Office
from tests.sending.test_second_check import A_MOMENT, CALLER, MORI, PLEASE, Desk

from atesaki.judgement.message import Recipient
from atesaki.sending.second_check_state import Declined

OTHERS = (Recipient("ken@other.example"),)


@pytest.fixture
def desk(office: Office) -> Desk:
    """One message to which a second person has said no."""
    desk = Desk(office)
    desk.checks.ask("d1", PLEASE, CALLER)
    desk.checks.decline("d1", MORI, "Not to them.")
    return desk


def _asked(desk: Desk, decision_id: str, fingerprint: str = "", **personal: Any) -> Declined | None:  # noqa: ANN401  # Any part of it.
    desk.now += A_MOMENT
    desk.hold(decision_id, fingerprint=fingerprint or decision_id, **personal)
    desk.checks.ask(decision_id, PLEASE, CALLER)
    return desk.checks.request(decision_id).declined


def test_the_same_message_is_told_to_be_the_same(desk: Desk) -> None:
    """Also where its client tells no subject; a newer no to another version of it doesn't hide that."""
    assert _asked(desk, "d2", to=OTHERS) == Declined("d1", same=False)
    desk.checks.decline("d2", MORI, "Nor to him.")
    assert _asked(desk, "d3", "print", subject=None) == Declined("d1", same=True)


def test_of_earlier_versions_the_newest_is_told(desk: Desk) -> None:
    """By the same subject, as versions are known; of one that was answered nothing is told any more."""
    _asked(desk, "d2", to=OTHERS)
    desk.checks.decline("d2", MORI, "Nor to him.")
    assert _asked(desk, "d3", to=()) == Declined("d2", same=False)
    desk.checks.grant("d3", MORI)
    assert desk.checks.request("d3").declined is None


@pytest.mark.parametrize("other", [{"sender_key": "somebody else"}, {"subject": "Invoice"}, {"subject": None}])
def test_another_mail_has_nothing_to_do_with_it(desk: Desk, other: dict[str, Any]) -> None:
    """Nor has what was only granted, or declined after this was asked."""
    assert _asked(desk, "d2", **other) is None
    _asked(desk, "d3", subject="Budget")
    _asked(desk, "d4", subject="Budget")
    desk.checks.grant("d3", MORI)
    assert desk.checks.request("d4").declined is None
    desk.checks.decline("d4", MORI, "No.")
    assert desk.checks.request("d2").declined is None
