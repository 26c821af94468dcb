"""Idempotent retries: the same request with the same Idempotency-Key is judged and recorded once.

Follows draft-ietf-httpapi-idempotency-key-header; keys live for fifteen minutes, since answers hold addresses.
A client that got no answer to a press of Send asks under its key again, also minutes later (ADR 0018).
The answer is stored before the decision is recorded, and is given again only if that record exists:
so a crash at any moment leaves neither an unrecorded answer nor two records of one.
"""

import asyncio
import contextlib
import datetime as dt
import hashlib
from typing import Protocol

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from atesaki.clock import Clock, utc_now
from atesaki.journal import JournalUnavailable
from atesaki.sending.answer import DecisionAnswer
from atesaki.sending.check import Check, Judged
from atesaki.sending.decisions import FindsDecisions, FoundDecision
from atesaki.sending.errors import IdempotencyKeyInUse, IdempotencyKeyReused
from atesaki.sending.fingerprint import same_request
from atesaki.sending.request import Caller, DecisionRequest
from atesaki.storage.engine import Store, micros
from atesaki.storage.tables import idempotency_keys as table

KEPT_FOR = dt.timedelta(minutes=15)
UNDER_WAY_FOR = dt.timedelta(seconds=10)
"""After this time without a record the first try is taken for dead; clients wait two seconds."""

_UNDER_WAY, _FAILED = 200, 503


class KeepsReleases(Protocol):
    """Keeps what lets held messages go."""

    def waits(self, fingerprint: str, /) -> bool:
        """Whether a message has a release that is not used yet; blocks."""

    def give_back(self, used_by: str, /) -> None:
        """Let the release that a decision used be used again, and forget the decision's answer; blocks."""


class Retries:
    """Answers kept for retries, in the store, so that restarts and replicas don't matter."""

    def __init__(
        self, store: Store, check: Check, decisions: FindsDecisions, releases: KeepsReleases, clock: Clock = utc_now
    ) -> None:
        self._store = store
        self._check = check
        self._decisions = decisions
        self._releases = releases
        self._clock = clock

    async def once(self, key: str, request: DecisionRequest, caller: Caller) -> DecisionAnswer:
        """Judge and record the request, or return the answer that it got before.

        A look while composing is told what became of the press of Send whose key it has, and is kept itself under none.
        Raises `IdempotencyKeyReused` for another message, `IdempotencyKeyInUse` while the first try is under way,
        and whatever the check raises.
        """
        # Nobody gets the answer, or the assurance, of somebody else under the same deployment key.
        person = caller.identity.key if caller.identity else "claimed"
        key_hash = hashlib.sha256(f"{caller.key} {person} {key}".encode()).hexdigest()
        request_hash = same_request(caller, request)
        earlier = await asyncio.to_thread(self._earlier, key_hash, request_hash)
        if earlier is not None:
            return earlier
        if request.client.moment == "compose":
            return (await self._check(request, caller)).answer
        judged = await self._check.judge(request, caller)
        await asyncio.to_thread(self._keep, key_hash, request_hash, judged)
        try:
            await self._check.record(judged)
        except JournalUnavailable:
            await asyncio.to_thread(self._mark_failed, key_hash)
            raise
        return judged.answer

    def _earlier(self, key_hash: str, request_hash: str) -> DecisionAnswer | None:
        now = self._clock()
        with self._store.read() as connection:
            row = connection.execute(select(table).where(table.c.key_hash == key_hash)).first()
        if row is None:
            return None
        if row.expires_at <= micros(now):
            self._forget(key_hash, row.decision_id)
            return None
        if row.request_hash != request_hash:
            raise IdempotencyKeyReused("This Idempotency-Key came with another message before.")
        found = self._decisions.find(row.decision_id)
        if found is not None and not self._outdated(found):
            return msgspec.json.decode(row.answer, type=DecisionAnswer)
        if found is None and row.status == _UNDER_WAY and row.expires_at > micros(now + KEPT_FOR - UNDER_WAY_FOR):
            raise _in_use()
        # What was never recorded was never answered, so a release that it used has let nothing go.
        self._releases.give_back(row.decision_id)
        return None

    def _outdated(self, found: FoundDecision) -> bool:
        # Held by that answer, and accepted or granted since: told again, it would send people round in circles.
        fingerprint = found.personal.fingerprint if found.personal else None
        return found.body.release is not None and fingerprint is not None and self._releases.waits(fingerprint)

    def _keep(self, key_hash: str, request_hash: str, judged: Judged) -> None:
        values = {
            "key_hash": key_hash,
            "request_hash": request_hash,
            "decision_id": judged.answer.decision_id,
            "status": _UNDER_WAY,
            "answer": msgspec.json.encode(judged.answer),
            "expires_at": micros(self._clock() + KEPT_FOR),
        }
        try:
            with self._store.write() as connection:
                connection.execute(insert(table).values(values))
        except IntegrityError:
            # This try was judged beside the one that is kept, and may have used what that one needs.
            self._releases.give_back(judged.answer.decision_id)
            raise _in_use() from None

    def _mark_failed(self, key_hash: str) -> None:
        # A batch that failed may be stored all the same, so the answer stays: a retry looks for its record first.
        with contextlib.suppress(DBAPIError), self._store.write() as connection:
            connection.execute(update(table).where(table.c.key_hash == key_hash).values(status=_FAILED))

    def _forget(self, key_hash: str, decision_id: str) -> None:
        # Only the try that was seen: by now another retry may have kept its own.
        seen = (table.c.key_hash == key_hash) & (table.c.decision_id == decision_id)
        with self._store.write() as connection:
            connection.execute(delete(table).where(seen))


def _in_use() -> IdempotencyKeyInUse:
    return IdempotencyKeyInUse("The first request with this Idempotency-Key is still under way.")
