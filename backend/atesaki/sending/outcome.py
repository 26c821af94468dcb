"""Outcomes: what became of a message after it was judged."""

import asyncio
from typing import Literal, Protocol

from msgspec import Struct

from atesaki.clock import Clock, utc_now
from atesaki.journal import Entry
from atesaki.judgement.address import mailbox_key
from atesaki.sending.decisions import FindsDecisions, FoundPersonal
from atesaki.sending.errors import DecisionNotFound
from atesaki.sending.history import Correspondents
from atesaki.sending.records import Records
from atesaki.sending.request import Caller

KIND = "outcome.reported"

Outcome = Literal["sent", "sent_anyway", "fixed", "cancelled"]
_SENT = {"sent", "sent_anyway"}


class OutcomeRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What the client saw happen."""

    outcome: Outcome


class TakesBack(Protocol):
    """Keeps releases."""

    def give_back(self, used_by: str, /) -> None:
        """Let the release that a decision used be used again; blocks."""


class Outcomes:
    """Records outcomes, learns from what was sent, and gives back the release of what was not."""

    def __init__(
        self,
        decisions: FindsDecisions,
        journal: Records,
        correspondents: Correspondents,
        releases: TakesBack,
        clock: Clock = utc_now,
    ) -> None:
        self._decisions = decisions
        self._journal = journal
        self._correspondents = correspondents
        self._releases = releases
        self._clock = clock

    async def report(self, decision_id: str, request: OutcomeRequest, caller: Caller) -> None:
        """Record an outcome, as often as it is reported: a message can be cancelled first and sent later.

        Raises `DecisionNotFound`, and `JournalUnavailable` where it can't be recorded.
        """
        found = await asyncio.to_thread(self._decisions.find, decision_id)
        if found is None:
            raise DecisionNotFound("There is no such decision.")
        assurance = "verified" if caller.identity else "claimed"
        body = {"decision_id": decision_id, "outcome": request.outcome, "assurance": assurance}
        await self._journal.append(Entry(KIND, decision_id, body))
        if found.personal is not None and request.outcome in _SENT:
            await self._learn(found.personal)
        if found.body.released_by is not None and request.outcome == "cancelled":
            await asyncio.to_thread(self._releases.give_back, decision_id)

    async def _learn(self, found: FoundPersonal) -> None:
        sender, now = mailbox_key(found.sender.address), self._clock()
        keys = [mailbox_key(each.address) for each in found.to + found.cc + found.bcc]
        await self._correspondents.load(sender)
        self._correspondents.learn_sent(sender, keys, now)
