"""Tells which records are under a legal hold."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from atesaki.sending.record import KIND
from atesaki.sending.rights.holds import Hold, active_holds
from atesaki.sending.rights.kept import Kept, decisions
from atesaki.sending.rights.redaction import mentions
from atesaki.sending.rights.whom import Whom
from atesaki.storage.engine import micros


class _Finding(Struct):
    roster: str | None = None


class _Body(Struct):
    findings: tuple[_Finding, ...] = ()


class _Record(Struct):
    body: _Body


_record = msgspec.json.Decoder(_Record)


class Guard:
    """The holds in force at one moment; `under` names those that keep a record as it is."""

    def __init__(self, holds: Sequence[Hold]) -> None:
        self._holds = holds
        self._people = {hold.id: Whom(hold.address) for hold in holds if hold.target == "address"}

    @property
    def ids(self) -> set[str]:
        """The ids of all holds in force."""
        return {hold.id for hold in self._holds}

    def under(self, kept: Kept) -> set[str]:
        """Return the ids of the holds on a record."""
        return {hold.id for hold in self._holds if self._is_under(hold, kept)}

    def of_mailbox(self, mailbox: str) -> set[str]:
        """Return the ids of the holds on a mailbox, by its keyed hash."""
        return {hold.id for hold in self._holds if hold.target == "address" and hold.mailbox == mailbox}

    def of_roster(self, roster: str) -> set[str]:
        """Return the ids of the holds on a roster."""
        return {hold.id for hold in self._holds if hold.target == "roster" and hold.roster == roster}

    def _is_under(self, hold: Hold, kept: Kept) -> bool:
        match hold.target:
            case "record":
                return hold.record in {kept.record_id, kept.subject}
            case "roster":
                return _is_of_roster(kept, hold.roster)
            case "period":
                since = hold.since is None or micros(hold.since) <= kept.recorded_at
                return since and (hold.until is None or kept.recorded_at < micros(hold.until))
            case "address":
                return bool(mentions(kept.blob, self._people[hold.id]))


def guard(connection: Connection) -> Guard:
    """Return the guard as one transaction sees the holds."""
    return Guard(active_holds(connection))


def held_among(connection: Connection, watch: Guard, rows: Sequence[Kept]) -> dict[str, set[str]]:
    """Return the holds on each record that has any; what was said of a decision is held with the decision."""
    if not watch.ids:
        return {}
    about = decisions(connection, {each.subject for each in rows if each.kind != KIND})
    held = {}
    for each in rows:
        decision = about.get(each.subject)
        holds = watch.under(each) | (watch.under(decision) if decision else set())
        if holds:
            held[each.record_id] = holds
    return held


def rosters_of(body: bytes) -> set[str]:
    """Return the rosters that the findings of a decision name."""
    try:
        return {finding.roster for finding in _record.decode(body).body.findings if finding.roster}
    except (msgspec.MsgspecError, UnicodeDecodeError):
        # The body of another kind may use the same word for something else; one that somebody altered tells nothing.
        return set()


def _is_broken(body: bytes) -> bool:
    try:
        msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return True
    return False


def _is_of_roster(kept: Kept, roster: str) -> bool:
    if kept.kind.startswith("roster."):
        return kept.subject == roster
    # Of what can't be read nobody knows; what is deleted doesn't come back.
    return roster in rosters_of(kept.body) or _is_broken(kept.body)
