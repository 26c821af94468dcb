"""What a directory says at the moment of Send: who reads a mailing list, and which groups a sender is in (ADR 0017)."""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from atesaki.deadline import within
from atesaki.directory.errors import DirectoryUnavailable, GroupMissing, GroupTooLarge
from atesaki.directory.kept_lists import KeptLists
from atesaki.directory.port import Directory, Membership
from atesaki.directory.remembered import PATIENCE, Remembered
from atesaki.judgement.address import mailbox_key
from atesaki.judgement.people import LIST, Expansions, Members, People

MOST_MEMBERS = 10_000
"""Who reads a larger list is not told: judging them would keep everybody else waiting."""

WHOLE = 60.0
"""Seconds for all pages of one answer; whoever presses Send waits no longer than `PATIENCE` for it."""

WHOLE_OF_LISTS = 300.0
"""Seconds for the addresses of all lists, of which a large organization has thousands."""

_THREADS = 4
_FOR_EVER = float("inf")
_UNTOLD: Members = (None,)
_KNOWN_WARN = "mail to those that were lists before warns."
_ANY_WARNS = "mail to an address of your own that its sender has never written to warns, since it may be a list."
_Place = tuple[str, str]


class Index(NamedTuple):
    """What is not known of the addresses of lists: since it is still being asked, or since it was not answered."""

    pending: str | None
    problem: str | None


class DirectoryFacts:
    """Asks all directories and remembers what they said; all but `stop` and `untold` belong to one event loop.

    `oldest` is for how many seconds memberships serve while a directory is away, and after how many there may be lists
    that it has not told of; `patience` is for how many somebody waits for what is not known yet. `known` keeps which
    addresses are lists from one start to the next.
    """

    def __init__(
        self,
        directories: Mapping[str, Directory],
        oldest: float,
        patience: float = PATIENCE,
        known: KeptLists | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._directories = directories
        self._oldest = oldest
        self._known = known
        self._clock = clock
        self._started = clock()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="directory")
        # Which addresses are lists changes seldom, and without it even a list that nobody could read would go unseen.
        self._lists = Remembered(self._ask_lists, self._threads, _FOR_EVER, clock, patience=patience)
        self._members = Remembered(self._ask_members, self._threads, oldest, clock, patience=patience)
        self._groups = Remembered(self._ask_groups, self._threads, oldest, clock, patience=patience)

    def start(self) -> None:
        """Ask for the addresses of all lists before anybody sends a mail."""
        for provider in self._directories:
            self._lists.kept(provider)

    def index(self) -> Index:
        """Say how far the directories have told which addresses are lists; one that has not is asked again."""
        lacking = [provider for provider in self._directories if self._lists.lacks(provider)]
        untold = self.untold()
        for provider in untold:
            self._lists.kept(provider)
        pending = [provider for provider in lacking if provider not in untold]
        meanwhile = _ANY_WARNS if self.may_hide_lists else _KNOWN_WARN
        return Index(
            _said("Still being asked since the start", pending, meanwhile), _said("Not told of late", untold, meanwhile)
        )

    def untold(self) -> tuple[str, ...]:
        """Return the directories that failed to tell the addresses of their lists since the start, or for long."""
        return tuple(each for each in self._directories if self._fails(each))

    @property
    def may_hide_lists(self) -> bool:
        """Whether some directory never told its lists, or has failed for so long that new ones may be unseen."""
        return any(not self._ever_told(each) or self._is_late(each) for each in self._directories)

    def _ever_told(self, provider: str) -> bool:
        known = self._known
        return self._lists.has(provider) or (known is not None and known.told(provider))

    def _fails(self, provider: str) -> bool:
        return self._lists.failed(provider) and not self._lists.answered_within(provider, self._oldest)

    def _is_late(self, provider: str) -> bool:
        return self._fails(provider) and self._clock() - self._started >= self._oldest

    def stop(self) -> None:
        """Ask nothing any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def know_lists(self) -> None:
        """Wait until all directories have told which addresses are lists; else raises a `DirectoryError`."""
        await asyncio.gather(*map(self._lists.get, self._directories))
        if any(map(self._is_late, self._directories)):
            raise DirectoryUnavailable("The directory has not told for long which addresses are lists.")

    async def expansions(self, people: People) -> Expansions:
        """Return the members of those recipients that are lists, by mailbox key; raises a `DirectoryError`."""
        told = {provider: self._lists.kept(provider) for provider in self._directories}
        asked = [provider for provider, lists in told.items() if lists is None and self._seems_list(provider, people)]
        told |= zip(asked, await asyncio.gather(*map(self._lists.get, asked)), strict=True)
        places = {
            key: (provider, lists[key])
            for provider, lists in told.items()
            if lists is not None
            for key in lists.keys() & people.keys
        }
        members = await asyncio.gather(*map(self._members.get, places.values()))
        return dict(zip(places, members, strict=True))

    async def groups_of(self, sender: str) -> frozenset[str]:
        """Return the names and addresses of the groups that a sender is in; raises a `DirectoryError`."""
        asked = [self._groups.get((provider, sender)) for provider in self._directories]
        return frozenset[str]().union(*await asyncio.gather(*asked))

    def _seems_list(self, provider: str, people: People) -> bool:
        """Tell whether somebody writes to a list, before the directory has told them; only they wait for that."""
        told_by_client = people.by_place(LIST) & people.internal
        return bool(told_by_client) or (self._known is not None and self._known.among(provider, people.keys))

    def _ask_lists(self, provider: str) -> Mapping[str, str]:
        with within(WHOLE_OF_LISTS):
            lists = self._directories[provider].mailing_lists()
        found = {mailbox_key(address): group for address, group in lists.items()}
        if self._known:
            self._known.keep(provider, found)
        return found

    def _ask_members(self, place: _Place) -> Members:
        provider, group = place
        try:
            with within(WHOLE):
                return _told(self._directories[provider].members(group, MOST_MEMBERS))
        except (GroupMissing, GroupTooLarge):
            return _UNTOLD

    def _ask_groups(self, place: _Place) -> frozenset[str]:
        provider, sender = place
        with within(WHOLE):
            groups = self._directories[provider].groups_of(sender)
        return frozenset(text for group in groups for text in (group.name, group.address) if text)


def _said(how: str, providers: Collection[str], meanwhile: str) -> str | None:
    if not providers:
        return None
    return f"{how} which addresses are lists ({', '.join(providers)}): {meanwhile}"


def _told(membership: Membership) -> Members:
    people = (person.address for person in membership.people)
    return (*people, *(_UNTOLD if membership.unresolved else ()))
