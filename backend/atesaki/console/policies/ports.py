"""What the pages of policies need from the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple, Protocol

from atesaki.clock import Clock, utc_now
from atesaki.judgement.facts import Organization
from atesaki.policies.current import InForce
from atesaki.policies.drafting.drafting import Drafting
from atesaki.policies.expiry import Ending, endings, today_in
from atesaki.policies.load import LoadedSet
from atesaki.policies.named_rosters import Missing, missing_rosters
from atesaki.policies.renewal import Renewals
from atesaki.policies.revisions import Revision, RevisionStore


class Figures(Protocol):
    """What a rule did: messages that it matched, and how many of those were sent all the same, or fixed."""

    @property
    def fired(self) -> int:
        """Messages that people were told about."""

    @property
    def overridden(self) -> int:
        """Those that were sent all the same."""

    @property
    def fixed(self) -> int:
        """Those that were mended first."""

    @property
    def simulated(self) -> int:
        """Messages that it matched while it was only tried out."""


class RuleFigures(Protocol):
    """Counts what rules did."""

    def last_days(self, days: int) -> Mapping[tuple[str, str], Figures]:
        """Return the figures by policy and rule; a rule that never matched is left out. Blocks."""


class KnowsPolicies(Protocol):
    """Knows the policy set in force."""

    @property
    def in_force(self) -> InForce:
        """The set in force and its publication."""

    @property
    def newest(self) -> Revision:
        """What was published last, whether or not it loads."""

    @property
    def problem(self) -> str | None:
        """Why a newer one is not in force."""

    @property
    def unread(self) -> str | None:
        """Which of its tests don't load."""

    @property
    def read_only(self) -> bool:
        """Whether a folder is the truth."""


class KnowsOrganization(Protocol):
    """Knows who we are."""

    @property
    def value(self) -> Organization:
        """The organization in force."""


class Ports(NamedTuple):
    """Everything that the pages use; without `figures` they say why there are none.

    `folder` is the folder on the server that is the truth, where there is one.
    """

    policies: KnowsPolicies
    drafting: Drafting
    revisions: RevisionStore
    organization: KnowsOrganization
    figures: RuleFigures | None = None
    folder: str | None = None
    now: Clock = utc_now
    rosters: Callable[[], Collection[str]] | None = None
    renewals: Renewals | None = None

    def missing_rosters(self, loaded: LoadedSet | None) -> list[Missing]:
        """Return the rosters that rules name and that there aren't."""
        return missing_rosters(loaded.policy_set.policies, self.rosters()) if loaded and self.rosters else []

    def ending_soon(self) -> list[Ending]:
        """Return rules and exemptions in force that end within 30 days, or ended within as many."""
        return endings(self.policies.in_force.loaded.policy_set, self.today)

    @property
    def today(self) -> dt.date:
        """The organization's date."""
        return today_in(self.organization.value, self.now())
