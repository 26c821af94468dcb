"""Where a sender asked again about what may be the same draft, the earlier check says so; it still can be answered."""

from typing import Any

import pytest
from msgspec import structs
from tests.sending.rights.office import Office
from tests.sending.test_second_check import A_MOMENT, CALLER, MORI, PLEASE, STAFF, Desk

from atesaki.judgement.message import Recipient

OTHERS = (Recipient("ken@other.example"),)


@pytest.fixture
def desk(office: Office) -> Desk:
    """One message that waits for a second person, who has been asked."""
    desk = Desk(office)
    desk.checks.ask("d1", PLEASE, CALLER)
    return desk


def _later(desk: Desk, decision_id: str, **personal: Any) -> None:  # noqa: ANN401  # Any part of it.
    desk.now += A_MOMENT
    desk.hold(decision_id, fingerprint=decision_id, **personal)
    desk.checks.ask(decision_id, PLEASE, CALLER)


def _newer(desk: Desk) -> dict[str, str | None]:
    listed = {each.decision_id: each.newer for each in desk.checks.waiting()}
    assert {each: desk.checks.request(each).asked.newer for each in listed} == listed
    return listed


@pytest.mark.parametrize("changed", [{"to": OTHERS}, {"subject": " Minutes"}])
def test_an_earlier_check_names_the_newest_later_one(desk: Desk, changed: dict[str, Any]) -> None:
    """By the same subject, in the list and on its page; it is marked, not taken away, since that is a guess."""
    _later(desk, "d2", **changed)
    _later(desk, "d3", **changed)
    assert _newer(desk) == {"d1": "d3", "d2": "d3", "d3": None}
    desk.checks.grant("d1", MORI)


OTHER: dict[str, dict[str, Any]] = {
    "another sender": {"sender_key": "somebody else"},
    "another subject to the same people": {"subject": "Invoice"},
    "a mail of which the client tells no subject": {"subject": None},
}


@pytest.mark.parametrize("case", OTHER)
def test_another_mail_is_no_newer_version(desk: Desk, case: str) -> None:
    """A mark on what has nothing to do with it would only teach people to pass it over."""
    _later(desk, "d2", **OTHER[case])
    assert _newer(desk) == {"d1": None, "d2": None}


def test_mails_without_a_subject_need_the_same_recipients(desk: Desk) -> None:
    """Many mails have none; where somebody was erased nothing is told."""
    _later(desk, "d2", subject="", to=OTHERS)
    _later(desk, "d3", subject="")
    _later(desk, "d4", subject=" ", to=OTHERS)
    assert _newer(desk) == {"d1": None, "d2": "d4", "d3": None, "d4": None}
    desk.found["d2"] = structs.replace(desk.found["d2"], personal=None)
    assert desk.checks.waiting()[1].newer is None


def test_a_later_version_counts_until_it_is_withdrawn(desk: Desk) -> None:
    """One that was answered is the newer one all the same; one that its sender withdrew is not."""
    _later(desk, "d2", to=OTHERS)
    desk.checks.decline("d2", MORI, "Not to them.")
    assert _newer(desk) == {"d1": "d2"}
    _later(desk, "d3", to=(Recipient("aya@other.example"),))
    assert _newer(desk) == {"d1": "d3", "d3": None}
    desk.checks.withdraw("d3", CALLER)
    assert _newer(desk) == {"d1": "d2"}


def test_the_first_page_counts_what_somebody_may_answer(desk: Desk) -> None:
    """Neither their own, nor any for an account without an address, nor what was erased."""
    staff, nameless = (structs.replace(MORI, email=email) for email in (STAFF, ""))
    assert [len(desk.checks.waiting_for(each)) for each in (MORI, staff, nameless)] == [1, 0, 0]
    desk.found["d1"] = structs.replace(desk.found["d1"], personal=None)
    assert desk.checks.waiting_for(MORI) == []
