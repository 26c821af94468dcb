"""The facts of a trial: real ones, except for what is assumed."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

import msgspec

from atesaki.console.try_it.trial import Choices
from atesaki.judgement.facts import Facts
from atesaki.judgement.message import Message
from atesaki.judgement.policy_set import PolicySet
from atesaki.sending.facts import Gathered


class GathersFacts(Protocol):
    """Asks rosters, history and organization, as at the moment of Send."""

    async def gather(self, message: Message, policy_set: PolicySet, now: dt.datetime, /) -> Gathered:
        """Return whom the message goes to, and the facts that the rules need."""


async def facts_for(
    choices: Choices, message: Message, policy_set: PolicySet, source: GathersFacts, now: dt.datetime
) -> Facts:
    """Gather the facts and put the assumed ones in their place; nothing is remembered by asking."""
    # Asked as of the present: whom somebody had mailed at another moment nobody can tell.
    people, facts = await source.gather(message, policy_set, dt.datetime.now(dt.UTC))
    assumed: dict[str, object] = {"now": now}
    if choices.rosters == "late":
        assumed["late_rosters"] = frozenset(hit.roster for hits in facts.rosters.values() for hit in hits)
    elif choices.rosters != "real":
        assumed["rosters"] = {}
    if choices.history in {"nobody", "everybody"}:
        assumed["known_correspondents"] = frozenset(people.keys if choices.history == "everybody" else ())
    if groups := [line.strip() for line in choices.groups.splitlines() if line.strip()]:
        assumed["sender_groups"] = frozenset(groups)
    return msgspec.structs.replace(facts, **assumed)
