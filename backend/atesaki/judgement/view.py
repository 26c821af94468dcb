"""The message as rules look at it: its people together with the facts, every set computed once."""

import functools
from collections.abc import Callable, Hashable, Iterable

from atesaki.judgement.exposure import Disclosures, disclosures_of
from atesaki.judgement.facts import Facts
from atesaki.judgement.message import Recipient
from atesaki.judgement.people import INTERNAL, VISIBLE, People, Profile


class View:
    """The people of one message, and what the facts say of them."""

    def __init__(self, people: People, facts: Facts) -> None:
        self.people = people
        self.message = people.message
        self.facts = facts
        self.internal = people.by_trait(INTERNAL)
        self.visible = people.by_place(VISIBLE)
        self.rosters = self._rosters()
        self._sets: dict[Hashable, int] = {}
        self._written: dict[int, tuple[str, ...]] = {}

    def _rosters(self) -> dict[str, tuple[str, int]]:
        """Return handling and members among the recipients, by roster name."""
        handling: dict[str, str] = {}
        members: dict[str, list[int]] = {}
        index = self.people.index
        for key, hits in self.facts.rosters.items():
            position = index.get(key) if hits else None
            if position is None:
                continue
            for hit in hits:
                if hit.roster not in members:
                    handling[hit.roster], members[hit.roster] = hit.handling, []
                members[hit.roster].append(position)
        return {name: (handling[name], self.people.mask_of(positions)) for name, positions in members.items()}

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
        """Recipients who were already visible in the conversation."""
        mask = 0
        for profile in self.thread_profiles:
            mask |= self.people.bit(profile.key)
        return mask

    def remembered(self, key: Hashable, compute: Callable[["View"], int]) -> int:
        """Return the set named `key`, computing it the first time."""
        mask = self._sets.get(key)
        if mask is None:
            mask = self._sets[key] = compute(self)
        return mask

    def mask_where(self, answers: list[bool]) -> int:
        """Return the recipients whose answer, in the order of the message, is true."""
        return int("".join(["1" if answer else "0" for answer in answers]) or "0", 2)

    def written(self, mask: int) -> tuple[str, ...]:
        """Return the recipients in `mask` as the client wrote them, each once."""
        texts = self._written.get(mask)
        if texts is None:
            texts = self._written[mask] = tuple(dict.fromkeys(self.people.pick(self.people.texts, mask)))
        return texts

    def organizations_in(self, mask: int) -> Iterable[str]:
        """Return the organization of each recipient in `mask`."""
        return self.people.pick(self.people.organizations, mask)

    def organization_count(self, mask: int) -> int:
        """Return how many outside organizations the recipients in `mask` belong to."""
        key = ("organizations", mask)
        count = self._sets.get(key)
        if count is None:
            count = self._sets[key] = len(set(self.organizations_in(mask & ~self.internal)))
        return count
