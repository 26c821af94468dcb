"""Gathers the facts for one message: rosters, history, organization and the time, each fresh or named as stale."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Iterable, Mapping
from typing import NamedTuple, Protocol, TypeVar

import structlog

from atesaki.judgement.address import parse_address
from atesaki.judgement.facts import Facts, Organization, RosterHit
from atesaki.judgement.message import Message
from atesaki.judgement.people import UNKNOWN_KIND, Expansions, People
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


class AsksDirectories(Protocol):
    """Tells who reads a list and which groups a sender is in; raises where it can't."""

    @property
    def may_hide_lists(self) -> bool:
        """Whether one never told which addresses are lists, so that any of ours may be one."""

    async def know_lists(self) -> None:
        """Wait until all have told which addresses are lists."""

    async def expansions(self, people: People, /) -> Expansions:
        """Return the members of those recipients that are lists, by mailbox key."""

    async def groups_of(self, sender: str, /) -> frozenset[str]:
        """Return the names and addresses of the groups of the mailbox with this key."""


class KnowsOrganization(Protocol):
    """Tells who we are."""

    @property
    def value(self) -> Organization:
        """The organization in force."""


class Gathered(NamedTuple):
    """Whom a message goes to, the members of its lists among them, and what is known of it."""

    people: People
    facts: Facts


class FactSources:
    """The sources that are asked before a message is judged; where no directory is set up, nobody knows its facts."""

    def __init__(
        self,
        rosters: FindsRosters,
        correspondents: KnowsCorrespondents,
        organization: KnowsOrganization,
        directories: AsksDirectories | None = None,
    ) -> None:
        self._rosters = rosters
        self._correspondents = correspondents
        self._organization = organization
        self._directories = directories

    @property
    def organization(self) -> Organization:
        """The organization in force."""
        return self._organization.value

    async def without_people(self, message: Message, now: dt.datetime) -> Gathered:
        """Return the facts that tell nothing about rosters and people, for whoever came without a key."""
        facts = Facts(now=now, organization=self.organization, known_correspondents=frozenset())
        return Gathered(await self._people(message), facts)

    async def _people(self, message: Message) -> People:
        """Return whom the message goes to, as the organization in force sees them; no address is refused.

        Reading thousands of new addresses takes seconds, in which others get their turn.
        """
        thread = message.thread.recipients
        if len(thread) > READ_AT_ONCE:
            await self._meet(message, [each if isinstance(each, str) else each.address for each in thread])
        try:
            return People(message, self.organization, at_once=READ_AT_ONCE)
        except Unmet:
            await self._meet(message, message.addresses)
            return People(message, self.organization)

    async def _with_members(self, message: Message, expansions: Expansions) -> People:
        for members in expansions.values():
            await self._meet(message, filter(None, members or ()))
        return People(message, self.organization, expansions)

    async def _meet(self, message: Message, texts: Iterable[str]) -> None:
        known = profiles_for(self.organization, parse_address(message.sender.address))
        for place, text in enumerate(known.unmet(texts), 1):
            known.number(text)
            if place % READ_AT_ONCE == 0:
                await asyncio.sleep(0)

    async def gather(
        self, message: Message, policy_set: PolicySet, now: dt.datetime, *, tells_lists: bool = False
    ) -> Gathered:
        """Ask the sources that the policies need; one that fails is named in `stale`, which warns.

        `tells_lists` says that whoever calls a recipient a person knows that it is no list.
        """
        stale: list[str] = []
        people = await self._people(message)
        expansions, groups = await self._of_directories(people, policy_set.needs, now, stale, tells_lists=tells_lists)
        if expansions:
            people = await self._with_members(message, expansions)
        rosters: Mapping[str, tuple[RosterHit, ...]] = {}
        known: frozenset[str] | None = None
        if "rosters" in policy_set.needs:
            rosters = await _asked("rosters", self._rosters.find(people), stale) or {}
        if "history" in policy_set.needs:
            known = await _asked("history", self._correspondents.known(people, now), stale)
        facts = Facts(
            now=now,
            organization=self.organization,
            rosters=rosters,
            expansions=expansions,
            known_correspondents=known,
            sender_groups=groups,
            stale=tuple(stale),
            late_rosters=self._rosters.late if rosters else frozenset(),
        )
        return Gathered(people, facts)

    async def _of_directories(
        self, people: People, needs: frozenset[str], now: dt.datetime, stale: list[str], *, tells_lists: bool
    ) -> tuple[Expansions, frozenset[str] | None]:
        """Ask for the members of lists and for the sender's groups at once, since somebody waits for the answers."""
        directories = self._directories
        if directories is None:
            return {}, None
        lists, groups = await asyncio.gather(
            _asked("expansions", self._expansions(directories, people, now, tells_lists=tells_lists), stale)
            if "expansions" in needs
            else _unasked(),
            _asked("sender_groups", directories.groups_of(people.sender.key), stale)
            if "sender_groups" in needs
            else _unasked(),
        )
        return lists or {}, groups

    async def _expansions(
        self, directories: AsksDirectories, people: People, now: dt.datetime, *, tells_lists: bool
    ) -> Expansions:
        """Return the members of lists; raises where one of ours may be a list that nobody ever told of.

        Whoever wrote to an address before was told so then, or wrote before a directory was set up.
        """
        if directories.may_hide_lists:
            suspects = people.internal & ~people.sender_self
            suspects &= people.by_place(UNKNOWN_KIND) if tells_lists else people.everyone
            if suspects and not await self._wrote_to(people, suspects, now):
                await directories.know_lists()
        return await directories.expansions(people)

    async def _wrote_to(self, people: People, mask: int, now: dt.datetime) -> bool:
        known = await self._correspondents.known(people, now)
        return known.issuperset(people.pick(people.keys, mask))


async def _unasked() -> None:
    """Take the place of a question that no rule asks."""


async def _asked(source: str, answer: Awaitable[_T], stale: list[str]) -> _T | None:
    try:
        return await answer
    except Exception as error:  # noqa: BLE001  # Whatever broke, the decision must warn instead of being lost.
        _log.warning("facts.stale", source=source, error=type(error).__name__)
        stale.append(source)
        return None
