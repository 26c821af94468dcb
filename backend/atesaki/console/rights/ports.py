"""What the pages about personal data need from the rest."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from atesaki.journal.changes import Change
from atesaki.sending.rights.erasures import Author, Erasure, ErasureDraft
from atesaki.sending.rights.holds import Hold, HoldDraft
from atesaki.sending.rights.periods import Periods, PeriodsState
from atesaki.sending.rights.report import Report


class FindsPeople(Protocol):
    """Tells what is held about a person; that somebody asked is recorded first."""

    def report(self, address: str, *, purpose: str, by: str, thorough: bool = False) -> Report:
        """Return what is held; blocks."""


class TakesRequests(Protocol):
    """Takes requests to erase a person, and their approval; all of it blocks."""

    def request(self, draft: ErasureDraft, author: Author) -> Erasure:
        """Ask for an erasure."""

    def approve(self, erasure_id: str, author: Author) -> None:
        """Let it happen."""

    def refuse(self, erasure_id: str, author: Author) -> None:
        """End a request without erasing anything."""

    def newest(self, before: str = "", limit: int = 100) -> list[Erasure]:
        """Return requests, newest first."""


class KeepsHolds(Protocol):
    """Places, lifts and lists legal holds; all of it blocks."""

    def place(self, draft: HoldDraft, author: str) -> Hold:
        """Place a hold."""

    def lift(self, hold_id: str, reason: str, author: str) -> None:
        """End a hold."""

    def all(self, *, active: bool = True) -> list[Hold]:
        """Return the holds in force, or the former ones."""


class KeepsPeriods(Protocol):
    """Keeps the periods in force; `default` is that of what has no own, in days."""

    default: int

    @property
    def state(self) -> PeriodsState:
        """The periods and their revision; blocks."""

    def put(self, periods: Periods, author: str, revision: int) -> PeriodsState:
        """Replace the periods that had this revision; blocks."""

    def change_to(self, revision: int) -> Change | None:
        """Return who made this revision and when, as far as that is known; blocks."""


class Ports(NamedTuple):
    """What the pages need."""

    lookup: FindsPeople
    erasures: TakesRequests
    holds: KeepsHolds
    retention: KeepsPeriods
