"""Gathers the facts for `atesaki check`: what the server would know now, asked of the store and of the directories."""

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping

from msgspec import Struct

from atesaki.directory.at_send import WHOLE, DirectoryFacts
from atesaki.directory.configured import open_directories
from atesaki.judgement.facts import Facts, Organization, RosterHit
from atesaki.judgement.message import Message
from atesaki.judgement.people import Expansions, People
from atesaki.judgement.policy_set import PolicySet
from atesaki.rosters.members import find_hits
from atesaki.rosters.sources import late, late_after, sources
from atesaki.sending.facts import AsksDirectories, FactSources
from atesaki.sending.history import Correspondents
from atesaki.sending.organization import stored_organization
from atesaki.sending.pseudonym import open_pseudonyms
from atesaki.settings import Settings
from atesaki.storage.engine import Store


async def checked_facts(settings: Settings, store: Store | None, message: Message, policy_set: PolicySet) -> Facts:
    """Return the facts about a stored mail; raises `SettingsError` where a directory can't be opened."""
    now = dt.datetime.now(dt.UTC)
    declared = Organization(internal_domains=settings.internal_domains)
    oldest = late_after(settings)
    with _directories(settings, oldest) as directories:
        if store is None:
            asked = FactSources(_Nobody(), _Nobody(), _Organization(declared), directories)
        else:
            state = stored_organization(store)
            organization = _Organization(state.organization if state.revision else declared)
            found = late(sources(store), now - oldest)
            correspondents = Correspondents(store, open_pseudonyms(store))
            asked = FactSources(_Rosters(store, found), correspondents, organization, directories)
        return (await asked.gather(message, policy_set, now)).facts


@contextlib.contextmanager
def _directories(settings: Settings, oldest: dt.timedelta) -> Iterator[AsksDirectories | None]:
    with contextlib.ExitStack() as closing:
        found = open_directories(settings, closing)
        if not found:
            yield None
            return
        facts = DirectoryFacts(found, oldest.total_seconds(), patience=WHOLE)
        closing.callback(facts.stop)
        yield _Patient(facts)


class _Patient(Struct, frozen=True):
    """Directories, asked by somebody who rather waits than not know which addresses are lists."""

    facts: DirectoryFacts
    may_hide_lists: bool = False
    """Already asked for below, whoever the sender wrote to before."""

    async def know_lists(self) -> None:
        await self.facts.know_lists()

    async def expansions(self, people: People) -> Expansions:
        if people.internal & ~people.sender_self:
            # A server may not warn of every mail to a colleague; one mail that is tried must not pass as known.
            await self.facts.know_lists()
        return await self.facts.expansions(people)

    async def groups_of(self, sender: str) -> frozenset[str]:
        return await self.facts.groups_of(sender)


class _Organization(Struct, frozen=True):
    value: Organization


class _Nobody:
    """Rosters and history where there is no store."""

    late: frozenset[str] = frozenset()

    async def find(self, people: People) -> Mapping[str, tuple[RosterHit, ...]]:
        del people
        return {}

    async def known(self, people: People, now: dt.datetime) -> frozenset[str]:
        del people, now
        return frozenset()


class _Rosters:
    def __init__(self, store: Store, late: frozenset[str]) -> None:
        self._store = store
        self.late = late

    async def find(self, people: People) -> Mapping[str, tuple[RosterHit, ...]]:
        return find_hits(self._store, people.keys)
