"""Nobody is erased while a legal hold covers them, any of their records or a roster that they shall leave."""

import io
from collections.abc import Mapping
from typing import Any

import pytest
from tests.sending.rights.desk import ANNA, BEN, Desk
from tests.sending.rights.office import DAY, HANA, NOW

from atesaki.rosters.roster import RosterDraft
from atesaki.sending.rights.errors import UnderLegalHold
from atesaki.sending.rights.holds import Target


def test_nobody_can_be_erased_under_a_hold_on_their_address(desk: Desk) -> None:
    """Neither asked for nor approved, whatever the spelling; after the hold, it can be."""
    erasure = desk.ask()
    hold = desk.hold("address", address="hanav01+x@googlemail.com")
    with pytest.raises(UnderLegalHold):
        desk.requests.approve(erasure, BEN)
    desk.requests.refuse(erasure, ANNA)
    with pytest.raises(UnderLegalHold):
        desk.ask()
    desk.holds.lift(hold, "Settled", "auditor")
    assert desk.ask()


@pytest.mark.parametrize(
    ("target", "draft"),
    [("period", {"since": NOW - DAY}), ("roster", {"roster": "volunteers"}), ("address", {"address": "a@x.jp"})],
)
def test_an_erasure_waits_for_a_hold_on_any_of_the_records(desk: Desk, target: Target, draft: dict[str, Any]) -> None:
    """Nothing at all is erased before; once the hold is lifted, it goes on by itself."""
    desk.office.record("roster.deleted", "volunteers", {}, None)
    decision = desk.office.decision([HANA, "a@x.jp"], roster="volunteers")
    hold = desk.hold(target, **draft)
    erasure = desk.erase()
    assert desk.requests.get(erasure).state == "held"
    assert desk.requests.get(erasure).held_by == (hold,)
    assert len((desk.office.personal(decision) or {})["to"]) == 2
    desk.eraser.turn()
    assert len(desk.office.told("erasure.held")) == 1
    desk.holds.lift(hold, "Settled", "auditor")
    desk.eraser.turn()
    assert desk.requests.get(erasure).state == "done"
    assert (desk.office.personal(decision) or {})["to"] == [{"address": "a@x.jp"}]


def test_a_hold_on_a_roster_keeps_its_members(desk: Desk) -> None:
    """Whoever wants to be taken off it waits."""
    desk.rosters.create(RosterDraft("volunteers", "Mori", "Events", "protected"))
    desk.rosters.replace_members("volunteers", io.BytesIO(f"email\n{HANA}\n".encode()))
    desk.hold("roster", roster="volunteers")
    erasure = desk.erase(from_rosters=True)
    assert desk.requests.get(erasure).state == "held"


def test_a_hold_that_comes_during_an_erasure_keeps_the_members_of_its_roster(desk: Desk) -> None:
    """Redacting thousands of records takes a while, and whoever places the hold meanwhile is told that it holds."""
    desk.rosters.create(RosterDraft("volunteers", "Mori", "Events", "protected"))
    desk.rosters.replace_members("volunteers", io.BytesIO(f"email\n{HANA}\n".encode()))
    desk.office.decision()
    erasure = desk.ask(from_rosters=True)
    desk.requests.approve(erasure, BEN)
    record = desk.office.record

    def slow(kind: str, subject: str, body: Mapping[str, object], personal: Mapping[str, object] | None) -> object:
        if kind == "personal_data.redacted":
            desk.hold("roster", roster="volunteers")
        return record(kind, subject, body, personal)

    desk.eraser_recording(slow).turn()
    assert desk.requests.get(erasure).state == "held"
    assert desk.rosters.get("volunteers").members == 1
