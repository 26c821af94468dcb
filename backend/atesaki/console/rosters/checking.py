"""Which addresses of a roster are probably wrong: doubles, offices instead of people, dead domains and accounts."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from atesaki.console.rosters import words
from atesaki.console.rosters.ports import Ports, is_theirs, own_roster, path_of
from atesaki.console.rosters.turns import Turns
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.render import page
from atesaki.rosters.accounts import AccountCheck
from atesaki.rosters.checkup import Checkup, check_up
from atesaki.rosters.mail_servers import DEAD, Reception
from atesaki.rosters.members import each_member
from atesaki.rosters.registry import Registered

SECONDS = 20.0
"""So long a page asks the DNS, and then the directory; what is left is asked when the button is pressed again."""

MOST_SHOWN = 100


class Checking:
    """The check of one roster."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._turns = Turns()

    def show(self, ask: Ask) -> Response:
        """Show what the list itself tells, and what is known already of its domains."""
        roster = own_roster(ask, self._ports)
        found = self._looked(ask, roster)
        known = self._ports.mail_servers.known(domain for domain, _ in found.domains)
        return self._page(ask, roster, found, known, None)

    def ask(self, ask: Ask) -> Response:
        """Ask the DNS about the domains, and the directory about our own addresses."""
        roster = own_roster(ask, self._ports)
        found = self._looked(ask, roster)
        with self._turns.one():
            known = self._ports.mail_servers.ask((domain for domain, _ in found.domains), SECONDS)
            accounts = self._accounts(roster) if self._ports.accounts else None
        return self._page(ask, roster, found, known, accounts)

    def _looked(self, ask: Ask, roster: Registered) -> Checkup:
        found = check_up(self._ports.store, roster)
        self._ports.rosters.viewed(roster.name, "roster_check", roster.members, ask.person.author)
        return found

    def _accounts(self, roster: Registered) -> AccountCheck:
        members = each_member(self._ports.store, roster)
        own = (each.address for each in members if self._ports.internal(each.mailbox_key.rpartition("@")[2]))
        return self._ports.accounts.ask(own, SECONDS)

    def _page(
        self,
        ask: Ask,
        roster: Registered,
        found: Checkup,
        known: Mapping[str, Reception],
        accounts: AccountCheck | None,
    ) -> Response:
        visible = {each.name for each in self._ports.rosters.all() if is_theirs(ask, each.owner)}
        dead = [(domain, count, known[domain]) for domain, count in found.domains if known.get(domain) in DEAD]
        return page(
            ask,
            "rosters/check.html",
            roster=roster,
            found=found,
            visible=visible,
            dead=dead[:MOST_SHOWN],
            dead_count=len(dead),
            unknown=sum(known.get(domain, "unknown") == "unknown" for domain, _ in found.domains),
            asked=bool(known),
            accounts=accounts,
            has_directory=bool(self._ports.accounts),
            receptions=words.RECEPTIONS,
            path_of=path_of,
        )
