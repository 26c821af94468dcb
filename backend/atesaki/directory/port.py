"""A directory as the rest of the program sees it, whoever runs it."""

from collections.abc import Mapping
from typing import Literal, Protocol

from msgspec import Struct

from atesaki.directory.errors import GroupTooLarge

Provider = Literal["microsoft", "google"]
Standing = Literal["active", "disabled", "missing"]

MOST_GROUPS = 100
"""So many groups are listed; whoever has more searches."""


MOST_PEOPLE = 500_000
"""A group with more members is not read to its end."""


class Group(Struct, frozen=True):
    """One group; `address` is empty where it has none."""

    id: str
    name: str
    address: str


class GroupList(Struct, frozen=True):
    """The groups that were found; `more` tells that there are others."""

    groups: tuple[Group, ...]
    more: bool


class Person(Struct, frozen=True):
    """Somebody in a group; `name` is empty where the directory doesn't say it."""

    address: str
    name: str


class Membership(Struct, frozen=True):
    """Everybody in a group and in the groups within it.

    `unresolved` counts members that have no address, that we may not read, or that belong to another directory.
    """

    people: tuple[Person, ...]
    unresolved: int


class Directory(Protocol):
    """A directory; its calls block, and raise a `DirectoryError` rather than return half an answer."""

    @property
    def provider(self) -> Provider:
        """Whose directory it is."""

    def groups(self, search: str) -> GroupList:
        """The groups whose name or address begins with this text, all where it is empty."""

    def members(self, group_id: str, most: int = MOST_PEOPLE) -> Membership:
        """Everybody in a group; raises `GroupMissing` where there is none, `GroupTooLarge` with more than `most`."""

    def mailing_lists(self) -> Mapping[str, str]:
        """The ids of all groups that get mail, by each of their addresses as the directory writes them."""

    def groups_of(self, address: str) -> tuple[Group, ...]:
        """The groups that somebody is in, also by way of others; none for an address that isn't known."""

    def standing(self, address: str) -> Standing:
        """Whether an address is known, as a person's or a group's, and whether its account is in use."""


def require_at_most(most: int, members: int) -> None:
    """Raise `GroupTooLarge` where so many members of a group are too many."""
    if members > most:
        raise GroupTooLarge(f"The group has more than {most:,} members.")
