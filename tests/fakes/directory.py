"""A directory in memory that keeps the contract of the real ones, for tests of whatever asks one."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from atesaki import roster_parts
from atesaki.deadline import left
from atesaki.directory.errors import DirectoryError, GroupMissing
from atesaki.directory.port import (
    MOST_PEOPLE,
    Group,
    GroupList,
    Membership,
    Person,
    Provider,
    Standing,
    require_at_most,
)


class FakeDirectory:
    """Holds groups and accounts; set `broken` to make it fail. `seconds` is the time that the last question had."""

    provider: Provider = "microsoft"

    def __init__(self) -> None:
        self.known: dict[str, tuple[Group, Membership]] = {}
        self.accounts: dict[str, Standing] = {}
        self.broken: DirectoryError | None = None
        self.asked = 0
        self.seconds = math.inf

    def put(self, group_id: str, name: str, *addresses: str, unresolved: int = 0) -> None:
        """Let there be a group."""
        people = tuple(Person(address, address.partition("@")[0].title()) for address in addresses)
        self.known[group_id] = (Group(group_id, name, f"{group_id}@hall.example"), Membership(people, unresolved))

    def groups(self, search: str) -> GroupList:
        """The groups whose name or address begins with this text."""
        self._fail()
        groups = [group for group, _ in self.known.values()]
        found = [group for group in groups if group.name.startswith(search) or group.address.startswith(search)]
        return GroupList(tuple(found), more=False)

    def members(self, group_id: str, most: int = MOST_PEOPLE) -> Membership:
        """Everybody in a group."""
        self._fail()
        if group_id not in self.known:
            raise GroupMissing("Microsoft Graph knows no such group.")
        membership = self.known[group_id][1]
        require_at_most(most, len(membership.people) + membership.unresolved)
        return membership

    def mailing_lists(self) -> Mapping[str, str]:
        """The ids of all groups by address."""
        self._fail()
        return {group.address: group.id for group, _ in self.known.values()}

    def groups_of(self, address: str) -> tuple[Group, ...]:
        """The groups that somebody is in."""
        self._fail()
        return tuple(
            group
            for group, membership in self.known.values()
            if address in {person.address for person in membership.people}
        )

    def standing(self, address: str) -> Standing:
        """Whether an address is known."""
        self._fail()
        return self.accounts.get(address, "missing")

    def _fail(self) -> None:
        self.asked += 1
        self.seconds = left()
        if self.broken:
            raise self.broken


@contextmanager
def set_up(**directories: FakeDirectory) -> Iterator[None]:
    """Let servers that start meanwhile have these directories, by their provider."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(roster_parts, "open_directories", lambda *_: directories)
        yield
