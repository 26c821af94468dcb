"""The message as rules look at it: its people together with the facts, every set computed once."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from atesaki.judgement.exposure import Disclosures, disclosures_of
from atesaki.judgement.facts import RosterHits
from atesaki.judgement.message import Recipient

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atesaki.judgement.conditions.recipients import RecipientSet
    from atesaki.judgement.facts import Facts
    from atesaki.judgement.people import People
    from atesaki.judgement.profiles import Profile


class View:
    """The people of one message, and what the facts say of them."""

    def __init__(self, people: People, facts: Facts) -> None:
        self.people = people
        self.message = people.message
        self.facts = facts
        self.internal = people.internal
        self.visible = people.visible
        self.rosters = self._rosters() if facts.rosters else {}
        self._sets: dict[RecipientSet, int] = {}
        self._counts: dict[int, int] = {}

    def _rosters(self) -> dict[str, tuple[str, int]]:
        """Return handling and members among the recipients, by roster name.

        A copy to oneself makes no member: everybody sees the sender, and the sender knows whom the message goes to.
        """
        hits = RosterHits.among(self.people, self.facts.rosters)
        handling: dict[str, str] = {}
        codes: dict[str, set[int]] = {}
        for code in sorted(set(hits.codes)):
            for hit in hits.combinations[code]:
                handling.setdefault(hit.roster, hit.handling)
                codes.setdefault(hit.roster, set()).add(code)
        others = ~self.people.sender_self
        found = {name: others & self.people.where_in(hits.codes, wanted) for name, wanted in codes.items()}
        return {name: (handling[name], members) for name, members in found.items() if members}

    @functools.cached_property
    def disclosures(self) -> Disclosures:
        """Who would learn whose address."""
        return disclosures_of(self)

    @functools.cached_property
    def thread_profiles(self) -> tuple[Profile, ...]:
        """Profiles of those who were already visible in the conversation."""
        entries = self.message.thread.recipients
        return tuple(self.people.profile_of(e.address if isinstance(e, Recipient) else e) for e in entries)

    @functools.cached_property
    def in_thread(self) -> int:
        """Recipients who were already visible in the conversation, and the members of lists that were."""
        mask = 0
        for profile in self.thread_profiles:
            mask |= self.people.bit(profile.key)
        return mask | self.people.through(mask)

    def recipients(self, wanted: RecipientSet) -> int:
        """Return the recipients in a set, computed the first time."""
        mask = self._sets.get(wanted)
        if mask is None:
            mask = self._sets[wanted] = wanted.compute(self)
        return mask

    def written(self, mask: int) -> tuple[str, ...]:
        """Return the recipients in `mask` as the client wrote them, each once."""
        return self.people.written(mask)

    def organizations_in(self, mask: int) -> Iterable[int]:
        """Return the organization of each recipient in `mask`, by its number."""
        return self.people.pick(self.people.organizations, mask)

    def organization_count(self, mask: int) -> int:
        """Return how many outside organizations the recipients in `mask` belong to."""
        count = self._counts.get(mask)
        if count is None:
            count = self._counts[mask] = self._counted(mask & ~self.internal)
        return count

    def _counted(self, mask: int) -> int:
        alone = self.people.alone
        shared = mask & ~alone
        return (mask & alone).bit_count() + (len(set(self.organizations_in(shared))) if shared else 0)
