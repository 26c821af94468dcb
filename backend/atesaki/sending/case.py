"""One request on its way through the check, with all that is known of it."""

import datetime as dt
from typing import NamedTuple

from atesaki.identity.verifier import Assurance
from atesaki.judgement.facts import Facts
from atesaki.judgement.message import Message
from atesaki.judgement.people import People
from atesaki.judgement.policy_set import PolicySet
from atesaki.sending.request import Caller, DecisionRequest

VALID_FOR = dt.timedelta(minutes=15)
"""How long a decision can be released."""


class Case(NamedTuple):
    """A request with its facts and policies; `started` is `time.perf_counter_ns` at its arrival."""

    decision_id: str
    request: DecisionRequest
    caller: Caller
    people: People
    facts: Facts
    policy_set: PolicySet
    started: int

    @property
    def message(self) -> Message:
        """The message to be judged."""
        return self.request.message

    @property
    def assurance(self) -> Assurance:
        """How sure we are of the sender."""
        return "verified" if self.caller.identity else "claimed"

    @property
    def expires_at(self) -> dt.datetime:
        """Until when the decision can be released."""
        return self.facts.now + VALID_FOR
