"""What somebody else has said of a roster since the form was made, and who it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from atesaki.journal.changes import Change, newest_change
from atesaki.journal.read import Reader
from atesaki.rosters.roster import Roster, RosterDraft
from atesaki.storage.engine import Store


class Newer(NamedTuple):
    """The roster as it is described now, and who described it so and when, as far as that is known."""

    roster: Roster
    typed: RosterDraft
    change: Change | None

    def differs(self, field: str) -> bool:
        """Tell whether something else was typed than what is in force now."""
        return bool(getattr(self.roster, field).strip() != getattr(self.typed, field).strip())


def newer(store: Store, roster: Roster, typed: RosterDraft) -> Newer:
    """Return what is in force beside what was typed."""
    told = {"owner": roster.owner, "purpose": roster.purpose}

    def describes(body: Mapping[str, Any], personal: Mapping[str, Any]) -> bool:
        # Owner and purpose may have expired in the journal; then the handling alone has to do.
        same = body.get("change") in {"created", "edited"} and personal.get("after", told) == told
        return same and body["after"]["handling"] == roster.handling

    return Newer(roster, typed, newest_change(Reader(store), "roster.changed", describes, subject=roster.name))
