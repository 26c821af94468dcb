"""Who may do what with a roster: one table for console and API."""

import datetime as dt

import pytest

from atesaki.judgement.facts import Handling
from atesaki.rosters.errors import RosterNotYours
from atesaki.rosters.ownership import editable, loosens, may_edit, require_change, require_edit
from atesaki.rosters.roster import Roster, RosterDraft

NOW = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)
MORI = "mori@hall.example"
OWNER, ADMIN = frozenset({"roster_owner"}), frozenset({"admin"})


def roster(owner: str = MORI, handling: Handling = "sensitive") -> Roster:
    """A roster of this owner."""
    return Roster("volunteers", owner, "Shifts", handling, 1, 2, NOW, NOW)


def draft(owner: str = MORI, handling: Handling = "sensitive") -> RosterDraft:
    """What it is to become."""
    return RosterDraft("volunteers", owner, "Shifts", handling)


@pytest.mark.parametrize(
    ("owner", "email", "roles", "expected"),
    [
        (MORI, MORI, OWNER, True),
        (" Mori@HALL.example ", "mori@hall.example", OWNER, True),
        (MORI, "sato@hall.example", OWNER, False),
        (MORI, "sato@hall.example", ADMIN, True),
        (MORI, MORI, frozenset({"auditor", "checker"}), False),
        (MORI, MORI, frozenset(), False),
        ("", "", OWNER, False),
        (" ", " ", OWNER, False),
        ("Mori", "", OWNER, False),
    ],
)
def test_only_admins_and_the_owner_edit(owner: str, email: str, roles: frozenset[str], *, expected: bool) -> None:
    """An owner is who has the role and the very address; nobody owns a roster without an owner."""
    assert may_edit(owner, email=email, roles=roles) is expected


def test_owners_see_only_their_own_rosters() -> None:
    """A list leaves out what isn't theirs."""
    mine, other = roster(), roster("sato@hall.example")
    assert editable([mine, other], email=MORI, roles=OWNER) == [mine]
    assert editable([mine, other], email=MORI, roles=ADMIN) == [mine, other]


def test_a_foreign_roster_and_none_are_refused_alike() -> None:
    """Nobody learns from a refusal whether a roster exists."""
    said = []
    for owner in ("sato@hall.example", None):
        with pytest.raises(RosterNotYours) as caught:
            require_edit(owner, email=MORI, roles=OWNER)
        said.append(caught.value.detail)
    assert said[0] == said[1]


def test_an_owner_may_tighten_but_not_loosen() -> None:
    """Members of an open roster are never warned about each other, so only an admin opens one."""
    require_change(roster(), draft(handling="protected"), email=MORI, roles=OWNER)
    with pytest.raises(RosterNotYours) as caught:
        require_change(roster(), draft(handling="open"), email=MORI, roles=OWNER)
    assert caught.value.field == "handling"
    require_change(roster(), draft(handling="open"), email=MORI, roles=ADMIN)


def test_an_owner_may_not_give_a_roster_away() -> None:
    """Who answers for a list of people is decided by an admin."""
    with pytest.raises(RosterNotYours) as caught:
        require_change(roster(), draft("sato@hall.example"), email=MORI, roles=OWNER)
    assert caught.value.field == "owner"


def test_less_protection_is_looser() -> None:
    """Protected is stricter than sensitive, sensitive than open."""
    assert loosens("protected", "sensitive")
    assert loosens("sensitive", "open")
    assert not loosens("open", "open")
    assert not loosens("open", "protected")
