"""What the pages of rosters need, and the one question that stands before each of them: is it theirs?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol
from urllib.parse import quote

from atesaki.console.shell.ask import Ask
from atesaki.directory.port import GroupList
from atesaki.judgement.policy import Policy
from atesaki.rosters.accounts import AccountStandings
from atesaki.rosters.errors import RosterNotFound
from atesaki.rosters.mail_servers import MailServers
from atesaki.rosters.ownership import ADMIN, may_edit, require_edit
from atesaki.rosters.registry import Registered, roster_named
from atesaki.rosters.rosters import Rosters
from atesaki.rosters.sync import Sync
from atesaki.rosters.uploads import Uploads
from atesaki.storage.engine import Store


class FindsGroups(Protocol):
    """A directory, as somebody who chooses a group sees it."""

    def groups(self, search: str) -> GroupList:
        """The groups that begin with this text."""


class Ports(NamedTuple):
    """Everything about rosters; `internal` tells our own mail domains, `directories` are the ones configured.

    `policies_naming` returns the policies in force that name a roster.
    """

    store: Store
    rosters: Rosters
    uploads: Uploads
    sync: Sync
    directories: Mapping[str, FindsGroups]
    mail_servers: MailServers
    accounts: AccountStandings
    internal: Callable[[str], bool]
    policies_naming: Callable[[str], Sequence[Policy]]
    max_import_bytes: int


def own_roster(ask: Ask, ports: Ports) -> Registered:
    """Return the roster that the path names; raises `RosterNotYours`, or `RosterNotFound` for an admin."""
    person = ask.person
    try:
        roster = roster_named(ports.store, ask.path("name"))
    except RosterNotFound:
        require_edit(None, email=person.email, roles=person.roles)
        raise
    require_edit(roster.owner, email=person.email, roles=person.roles)
    return roster


def is_admin(ask: Ask) -> bool:
    """Tell whether an admin asks."""
    return ADMIN in ask.person.roles


def is_theirs(ask: Ask, owner: str) -> bool:
    """Tell whether a roster of this owner is theirs to see."""
    return may_edit(owner, email=ask.person.email, roles=ask.person.roles)


def path_of(name: str, page: str = "") -> str:
    """Return the path of a roster's page."""
    return f"/rosters/of/{quote(name, safe='')}{page}"
