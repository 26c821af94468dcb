"""What the pages of the second check need from the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from atesaki.console.journal.ports import Explains, RecordsLooks
from atesaki.identity.person import Person
from atesaki.judgement.facts import Organization
from atesaki.sending.explained import Explained
from atesaki.sending.rules_since import Since
from atesaki.sending.second_check_state import Asked, Request


class Checks(Protocol):
    """Knows the mails that wait for another person, and takes that person's answer; all of it blocks."""

    def waiting(self) -> list[Asked]:
        """Return those that may be answered, oldest first."""

    def answered(self) -> list[Asked]:
        """Return the newest of the others, newest first."""

    def request(self, decision_id: str) -> Request:
        """Return what was asked for a decision; raises `SecondCheckNotAsked`."""

    def own(self, decision_id: str, person: Person) -> bool:
        """Tell whether the person wrote the message, or that can't be told."""

    def grant(self, decision_id: str, person: Person, comment: str) -> None:
        """Record that the message may be sent."""

    def decline(self, decision_id: str, person: Person, comment: str) -> None:
        """Record that the message may not be sent yet."""

    def take_back(self, decision_id: str, person: Person, comment: str) -> None:
        """Record after all that a message that may be sent may not."""


class Ports(NamedTuple):
    """What the pages need.

    `organization` tells who is internal now, `rules_since` what rules that have changed make of a mail, `void` for
    which of several checks that is known, and `sent_since` when another mail went that may be a newer version of one
    that waits; all of them block.
    """

    checks: Checks
    explain: Explains
    record_look: RecordsLooks
    organization: Callable[[], Organization]
    rules_since: Callable[[Explained], Since | None]
    void: Callable[[Sequence[Asked]], Collection[str]]
    sent_since: Callable[[Sequence[Asked]], Mapping[str, dt.datetime]]
