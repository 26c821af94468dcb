"""What ends soon, for this slice's list and the console's first page."""

from __future__ import annotations

import datetime as dt

from atesaki.console.policies.ports import KnowsOrganization, KnowsPolicies
from atesaki.policies.expiry import REMIND_DAYS, Ending, endings, today_in


def ending_soon(policies: KnowsPolicies, organization: KnowsOrganization, now: dt.datetime) -> list[Ending]:
    """Return rules and exemptions in force that end within 30 days, or ended within as many, the earliest first."""
    return endings(policies.in_force.loaded.policy_set, today_in(organization.value, now), REMIND_DAYS)
