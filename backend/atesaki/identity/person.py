"""Somebody who uses the console: who it is and what they may do."""

from typing import Literal, get_args

from msgspec import Struct

Role = Literal["admin", "auditor", "checker", "roster_owner"]
ROLES: tuple[Role, ...] = get_args(Role)

LOCAL = "local:"
"""What the keys of people with an account of our own begin with."""


class Person(Struct, frozen=True):
    """Somebody who is signed in.

    `key` is stable (`local:NAME` or `ISSUER SUBJECT`); `email` is empty where the provider tells none.
    """

    key: str
    name: str
    email: str
    roles: frozenset[Role]

    @property
    def author(self) -> str:
        """How the author of a change is named for other people: the address, which does not change as names do."""
        return self.email or self.name

    def may(self, roles: frozenset[Role]) -> bool:
        """Tell whether any of the roles is theirs."""
        return not self.roles.isdisjoint(roles)


def is_owner(owner: str, email: str) -> bool:
    """Tell whether a roster's owner, as it was entered, is the person with this address; nobody owns without one."""
    return bool(email) and owner.strip().casefold() == email.strip().casefold()
