"""Gathers the facts for one message: rosters, history, organization and the time, each fresh or named as stale."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Mapping
from typing import Protocol, TypeVar

import structlog

from atesaki.judgement.address import parse_address
from atesaki.judgement.facts import Facts, Organization, RosterHit
from atesaki.judgement.message import Message
from atesaki.judgement.people import People
from atesaki.judgement.policy_set import PolicySet
from atesaki.judgement.profiles import Unmet, profiles_for

READ_AT_ONCE = 10
"""So many addresses that were never met are read before others get their turn."""

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")


class FindsRosters(Protocol):
    """Tells on which rosters mailboxes are; raises where it can't."""

    async def find(self, people: People, /) -> Mapping[str, tuple[RosterHit, ...]]:
        """Return the hits by mailbox key; mailboxes on no roster may be left out."""

    @property
    def late(self) -> frozenset[str]:
        """The names of rosters that could not be kept in step with their groups."""


class KnowsCorrespondents(Protocol):
    """Tells whom a sender has mailed before; raises where it can't."""

    async def known(self, people: People, now: dt.datetime, /) -> frozenset[str]:
        """Return the mailbox keys of those recipients whom the sender has mailed before."""


class KnowsOrganization(Protocol):
    """Tells who we are."""

    @property
    def value(self) -> Organization:
        """The organization in force."""


class FactSources:
    """The sources that are asked before a message is judged."""

    def __init__(
        self, rosters: FindsRosters, correspondents: KnowsCorrespondents, organization: KnowsOrganization
    ) -> None:
        self._rosters = rosters
        self._correspondents = correspondents
        self._organization = organization

    @property
    def organization(self) -> Organization:
        """The organization in force."""
        return self._organization.value

    def without_people(self, now: dt.datetime) -> Facts:
        """Return the facts that tell nothing about rosters and people, for whoever came without a key."""
        return Facts(now=now, organization=self.organization, known_correspondents=frozenset())

    async def people(self, message: Message) -> People:
        """Return whom the message goes to, as the organization in force sees them; no address is refused.

        Reading thousands of new addresses takes seconds, in which others get their turn.
        """
        if len(message.thread.recipients) > READ_AT_ONCE:
            await self._meet(message)
        try:
            return People(message, self.organization, at_once=READ_AT_ONCE)
        except Unmet:
            await self._meet(message)
            return People(message, self.organization)

    async def _meet(self, message: Message) -> None:
        known = profiles_for(self.organization, parse_address(message.sender.address))
        everybody = (*message.to, *message.cc, *message.bcc, *message.thread.recipients)
        unmet = known.unmet(each if isinstance(each, str) else each.address for each in everybody)
        for place, text in enumerate(unmet, 1):
            known.number(text)
            if place % READ_AT_ONCE == 0:
                await asyncio.sleep(0)

    async def gather(self, people: People, policy_set: PolicySet, now: dt.datetime) -> Facts:
        """Ask the sources that the policies need; one that fails is named in `stale`, which warns."""
        stale: list[str] = []
        rosters: Mapping[str, tuple[RosterHit, ...]] = {}
        known: frozenset[str] | None = None
        if "rosters" in policy_set.needs:
            rosters = await _asked("rosters", self._rosters.find(people), stale) or {}
        if "history" in policy_set.needs:
            known = await _asked("history", self._correspondents.known(people, now), stale)
        return Facts(
            now=now,
            organization=self.organization,
            rosters=rosters,
            known_correspondents=known,
            stale=tuple(stale),
            late_rosters=self._rosters.late if rosters else frozenset(),
        )


async def _asked(source: str, answer: Awaitable[_T], stale: list[str]) -> _T | None:
    try:
        return await answer
    except Exception as error:  # noqa: BLE001  # Whatever broke, the decision must warn instead of being lost.
        _log.warning("facts.stale", source=source, error=type(error).__name__)
        stale.append(source)
        return None
