"""A past for tests: messages that were checked, released and reported, in a real journal."""

import asyncio
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.judgement.drafts import HALL, MONDAY_MORNING, message

from atesaki.journal import Journal, Limits
from atesaki.judgement.facts import Organization, RosterHit
from atesaki.judgement.people import People
from atesaki.judgement.policy_set import PolicySet
from atesaki.policies.load import load_set, read_folder
from atesaki.policies.shipped import shipped_folder
from atesaki.sending.check import Check
from atesaki.sending.decisions import StoredDecisions
from atesaki.sending.earlier_check import EarlierChecks
from atesaki.sending.facts import FactSources
from atesaki.sending.history import Correspondents
from atesaki.sending.index.indexer import Indexer
from atesaki.sending.outcome import Outcome, OutcomeRequest, Outcomes
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.sending.release import ReleaseRequest, Releases
from atesaki.sending.request import Caller, Client, DecisionRequest
from atesaki.storage.engine import Store

CALLER = Caller("key")
CROWD = [f"v{number:02}@gmail.com" for number in range(12)]
SHIPPED = load_set(read_folder(shipped_folder())).policy_set
PSEUDONYMS = Pseudonyms(b"key")


class Past:
    """Checks messages with a clock that is set by hand, and indexes what was recorded."""

    def __init__(self, store: Store, policy_set: PolicySet = SHIPPED, retention: dt.timedelta | None = None) -> None:
        self.store = store
        self.now = MONDAY_MORNING
        self.value: Organization = HALL
        self.policy_set = policy_set
        self.rosters: dict[str, tuple[RosterHit, ...]] = {}
        self.late: frozenset[str] = frozenset()
        key = Ed25519PrivateKey.from_private_bytes(bytes(32))
        self.journal = Journal(store, key, now=self.clock, limits=Limits(retention=retention))
        self.journal.start()
        found = StoredDecisions(store)
        self.correspondents = Correspondents(store, PSEUDONYMS)
        self.releases = Releases(store, found, self.journal, PSEUDONYMS, self.clock)
        self.outcomes = Outcomes(found, self.journal, self.correspondents, self.releases, self.clock)
        self.check = Check(
            policies=self,
            facts=FactSources(self, self.correspondents, self),
            journal=self.journal,
            releases=self.releases,
            checks=EarlierChecks(store, found, PSEUDONYMS, lambda: dt.UTC),
            correspondents=self.correspondents,
            pseudonyms=PSEUDONYMS,
            locale="en",
            clock=self.clock,
        )
        self.indexer = self.new_indexer()

    def clock(self) -> dt.datetime:
        """Return the moment that is set."""
        return self.now

    def new_indexer(self) -> Indexer:
        """Return an indexer that remembers nothing, as after a restart."""
        return Indexer(self.store, PSEUDONYMS, self, self.hits)

    def hits(self, keys: Sequence[str]) -> Mapping[str, tuple[RosterHit, ...]]:
        """Tell the rosters of mailboxes."""
        return {key: self.rosters[key] for key in keys if key in self.rosters}

    async def find(self, people: People) -> Mapping[str, tuple[RosterHit, ...]]:
        """Tell the rosters of recipients at Send."""
        return self.hits(people.keys)

    def sent(self, *, client: Client | None = None, **draft: Any) -> str:  # noqa: ANN401  # `message` checks it.
        """Check a message a minute after the last one and return the id of its decision."""
        self.now += dt.timedelta(minutes=1)
        request = DecisionRequest(message(**draft), client or Client(app="outlook"))
        judged = asyncio.run(self.check(request, CALLER))
        self.correspondents.flush()
        return judged.answer.decision_id

    def released(self, decision_id: str) -> None:
        """Acknowledge a decision."""
        self.releases.release(decision_id, ReleaseRequest("justify", "we know each other"), CALLER)

    def reported(self, decision_id: str, outcome: Outcome) -> None:
        """Report an outcome a second later."""
        self.now += dt.timedelta(seconds=1)
        asyncio.run(self.outcomes.report(decision_id, OutcomeRequest(outcome), CALLER))

    def close(self) -> None:
        """End the journal."""
        self.journal.stop()


def to(addresses: Iterable[str]) -> dict[str, object]:
    """Return a draft to these addresses."""
    return {"to": list(addresses)}
