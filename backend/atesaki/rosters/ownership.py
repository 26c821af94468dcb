"""Who may do what with a roster: admins everything, owners what carries their address, all others nothing.

Pure, and in plain words (`email`, names of roles), so that console and API ask the same question.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import TypeVar

from atesaki.judgement.facts import Handling
from atesaki.rosters.errors import RosterNotYours
from atesaki.rosters.roster import Roster, RosterDraft

ADMIN, OWNER = "admin", "roster_owner"
"""The names of the two roles that have to do with rosters."""

AnyRoster = TypeVar("AnyRoster", bound=Roster)
_STRICTNESS: dict[Handling, int] = {"open": 0, "sensitive": 1, "protected": 2}


def may_edit(owner: str, *, email: str, roles: AbstractSet[str]) -> bool:
    """Whether somebody with this address and these roles sees and edits a roster of that owner."""
    if ADMIN in roles:
        return True
    return OWNER in roles and bool(email.strip()) and email.strip().casefold() == owner.strip().casefold()


def editable(rosters: Iterable[AnyRoster], *, email: str, roles: AbstractSet[str]) -> list[AnyRoster]:
    """Those of the rosters that they see."""
    return [roster for roster in rosters if may_edit(roster.owner, email=email, roles=roles)]


def require_edit(owner: str | None, *, email: str, roles: AbstractSet[str]) -> None:
    """Raise `RosterNotYours` where it isn't theirs; an `owner` of `None` is a roster that doesn't exist.

    The answer is the same for both, so that nobody learns which rosters there are.
    """
    if ADMIN not in roles and (owner is None or not may_edit(owner, email=email, roles=roles)):
        raise RosterNotYours("This roster isn't yours, or there is none of this name.")


def require_change(before: Roster, after: RosterDraft, *, email: str, roles: AbstractSet[str]) -> None:
    """Raise `RosterNotYours` where an owner gives a roster away or loosens its handling; that is an admin's to do."""
    require_edit(before.owner, email=email, roles=roles)
    if ADMIN in roles:
        return
    if not may_edit(after.owner, email=email, roles=roles):
        raise RosterNotYours("Only an admin may give a roster to another owner.", field="owner")
    if loosens(before.handling, after.handling):
        raise RosterNotYours("Only an admin may make the handling of a roster less strict.", field="handling")


def loosens(before: Handling, after: Handling) -> bool:
    """Whether a change of handling takes protection away from the members."""
    return _STRICTNESS[after] < _STRICTNESS[before]
