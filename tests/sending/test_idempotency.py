"""Retries that reach several replicas at the same moment are still judged and recorded once."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import func, select, update
from tests.judgement.drafts import message
from tests.sending.index.past import CALLER, Past

from atesaki.identity.verifier import Identity
from atesaki.sending.answer import DecisionAnswer
from atesaki.sending.decisions import FindsDecisions, FoundDecision, StoredDecisions
from atesaki.sending.errors import IdempotencyKeyInUse
from atesaki.sending.idempotency import Retries
from atesaki.sending.request import Caller, Client, DecisionRequest
from atesaki.storage.engine import Store
from atesaki.storage.tables import idempotency_keys, records

REQUEST = DecisionRequest(message(to=["a@x.example"]), Client(app="outlook"))


@pytest.fixture
def past(store: Store) -> Iterator[Past]:
    """A store with a journal and a check."""
    opened = Past(store)
    yield opened
    opened.close()


class Slow:
    """Finds nothing of a first try that failed, and takes so long that something else happens."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        self._meanwhile = meanwhile

    def find(self, decision_id: str) -> FoundDecision | None:
        """Return nothing."""
        assert decision_id == "failed"
        self._meanwhile()
        return None


def once(past: Past, decisions: FindsDecisions, caller: Caller = CALLER) -> DecisionAnswer:
    """Send the one request as a replica that looks for decisions there."""
    retries = Retries(past.store, past.check, decisions, past.releases, past.clock)
    return asyncio.run(retries.once("key", REQUEST, caller))


def test_a_retry_never_forgets_what_another_one_keeps(past: Past) -> None:
    """The slower of two retries of a failed try is told that the faster one is under way."""
    once(past, StoredDecisions(past.store))
    with past.store.write() as connection:
        connection.execute(update(idempotency_keys).values(decision_id="failed", status=503))
    with pytest.raises(IdempotencyKeyInUse):
        once(past, Slow(lambda: once(past, StoredDecisions(past.store))))
    with past.store.read() as connection:
        decisions = connection.scalar(select(func.count()).where(records.c.kind == "decision.recorded"))
    assert decisions == 2


def test_an_answer_is_given_again_only_to_whoever_got_it(past: Past) -> None:
    """Whoever claims an address, or is another person, is judged and recorded anew, with their own assurance."""
    callers = [Caller(CALLER.key, Identity("entra", subject)) for subject in ("hanako", "taro")]
    found = StoredDecisions(past.store)
    answers = [once(past, found, caller) for caller in (*callers, Caller(CALLER.key), *callers)]
    assert [each.assurance for each in answers] == ["verified", "verified", "claimed", "verified", "verified"]
    assert len({each.decision_id for each in answers[:3]}) == 3
    assert answers[3:] == answers[:2]
