"""Releases: a sender accepts a held message, and exactly that message may then go once."""

import asyncio
import datetime as dt
import threading
from collections.abc import Sequence
from typing import Annotated, Any, Final

import structlog
from msgspec import Meta, Struct
from sqlalchemy import Row, Update, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from atesaki.clock import Clock, utc_now
from atesaki.journal import Entry
from atesaki.judgement.decision import Release
from atesaki.sending.answer import OwnReleaseKind, ReleasedBy, ReleaseKind
from atesaki.sending.decisions import FindsDecisions, FoundDecision, FoundPersonal
from atesaki.sending.errors import (
    DecisionExpired,
    DecisionNotFound,
    NotTheSender,
    ReleaseNotAllowed,
    ReleaseUsed,
    RequestInvalid,
)
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.sending.records import RecordsBlocking
from atesaki.sending.request import Caller
from atesaki.storage.check_tables import second_checks
from atesaki.storage.engine import Store, micros, moment
from atesaki.storage.tables import idempotency_keys, releases

KIND = "decision.released"
RELEASE_FOR = dt.timedelta(minutes=15)
"""How long a release waits for its message."""

MAX_JUSTIFICATION = 2_000

_TURNS = 64

_OWN_RELEASES = {Release.SEND_ANYWAY, Release.ACKNOWLEDGE, Release.JUSTIFY}
_SECOND_CHECK: Final = "second_check"
_log = structlog.get_logger(__name__)

Justification = Annotated[str, Meta(max_length=MAX_JUSTIFICATION, pattern="^[^\\x00]*$")]
Milliseconds = Annotated[int, Meta(ge=0, le=2**53)]


class ReleaseRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What the sender did; `shown_ms` is how long the warning was on the screen, in milliseconds."""

    kind: OwnReleaseKind
    justification: Justification | None = None
    shown_ms: Milliseconds | None = None


class Released(Struct, frozen=True):
    """A release and until when its message may go."""

    decision_id: str
    kind: ReleaseKind
    expires_at: dt.datetime


def releasable(release: Release | None) -> bool:
    """Whether somebody may let the message go: its sender, or another person who has checked it."""
    return release in _OWN_RELEASES or release is Release.SECOND_CHECK


def refuse_others(found: FoundPersonal, caller: Caller) -> None:
    """Raise `NotTheSender` where a verified person wrote the message, and it is somebody else who calls."""
    if found.identity is not None and (caller.identity is None or caller.identity.key != found.identity.key):
        raise NotTheSender("Only the person who wrote the message can release it.")


class Releases:
    """Pending releases, in the store, so that they outlive a restart and every replica knows them."""

    def __init__(
        self,
        store: Store,
        decisions: FindsDecisions,
        journal: RecordsBlocking,
        pseudonyms: Pseudonyms,
        clock: Clock = utc_now,
    ) -> None:
        self._store = store
        self._pseudonyms = pseudonyms
        self._decisions = decisions
        self._journal = journal
        self._clock = clock
        self._turns = tuple(threading.Lock() for _ in range(_TURNS))
        # On SQLite nobody else writes, so a message that was never released costs no query at Send.
        self._released_here = self._unused() if store.dialect == "sqlite" else None

    def release(self, decision_id: str, request: ReleaseRequest, caller: Caller) -> Released:
        """Record that the sender accepts the findings; blocks.

        The same release said twice is recorded once. Raises `DecisionNotFound`, `DecisionExpired`, `NotTheSender`,
        `ReleaseNotAllowed`, `ReleaseUsed`, `RequestInvalid` for a missing reason, and `JournalUnavailable`.
        """
        found = self._decisions.find(decision_id)
        if found is None or found.personal is None:
            raise DecisionNotFound("There is no such decision; check the message again.")
        now = self._clock()
        _refuse_wrong(found, found.personal, request, caller, now)
        entry = _entry(decision_id, request, caller, found.personal)
        # A retry while the first request still waits for its record must find what that one has kept.
        with self._turns[hash(decision_id) % _TURNS]:
            earlier = self._pending(decision_id)
            if earlier is not None:
                return earlier
            self._journal.append_blocking(entry)
            return self._keep(Released(decision_id, request.kind, now + RELEASE_FOR), found.personal)

    async def use(self, fingerprint: str, required: Release, used_by: str, now: dt.datetime) -> ReleasedBy | None:
        """Use up the release of this very message, if there is one that suffices.

        A store that can't be asked leaves the message held: the safe direction.
        """
        if self._released_here is not None and fingerprint not in self._released_here:
            return None
        try:
            return await asyncio.to_thread(self._use, fingerprint, required, used_by, now)
        except Exception as error:  # noqa: BLE001  # Held, as if there were no release.
            _log.warning("releases.not_read", error=type(error).__name__)
            return None

    def _use(self, fingerprint: str, required: Release, used_by: str, now: dt.datetime) -> ReleasedBy | None:
        rows = self._waiting(fingerprint, now)
        if self._released_here is not None and not rows:
            self._released_here.discard(fingerprint)
        for row in rows:
            if Release(row.kind).rank >= required.rank and self._taken(row.decision_id, row.kind, used_by):
                return ReleasedBy(row.decision_id, row.kind)
        return None

    def waits(self, fingerprint: str) -> bool:
        """Whether this very message has a release that is not used yet; blocks."""
        return bool(self._waiting(fingerprint, self._clock()))

    def _waiting(self, fingerprint: str, now: dt.datetime) -> Sequence[Row[Any, Any]]:
        pending = select(releases.c.decision_id, releases.c.kind).where(
            releases.c.fingerprint == fingerprint, releases.c.used_by.is_(None), releases.c.expires_at > micros(now)
        )
        with self._store.read() as connection:
            return connection.execute(pending).all()

    def _unused(self) -> set[str]:
        with self._store.read() as connection:
            return set(connection.scalars(select(releases.c.fingerprint).where(releases.c.used_by.is_(None))))

    def _taken(self, decision_id: str, kind: str, used_by: str) -> bool:
        # One statement decides between two replicas that want the same release.
        statement = update(releases).where(releases.c.decision_id == decision_id, releases.c.used_by.is_(None))
        # What was held back meanwhile stays so.
        granted = (second_checks.c.decision_id == decision_id) & (second_checks.c.state == "granted")
        check = update(second_checks).where(granted).values(state="used")
        with self._store.write() as connection:
            if kind == _SECOND_CHECK:
                connection.execute(check)
            return connection.execute(statement.values(used_by=used_by)).rowcount == 1

    def give_back(self, used_by: str) -> None:
        """Let the message that a decision released, but that did not leave, be sent while it still may; blocks.

        The answer kept for retries is forgotten with it, so that one release never lets two messages go.
        """
        unsent = (releases.c.used_by == used_by) & (releases.c.expires_at > micros(self._clock()))
        freed = update(releases).where(unsent).values(used_by=None)
        with self._store.write() as connection:
            connection.execute(delete(idempotency_keys).where(idempotency_keys.c.decision_id == used_by))
            rows = connection.execute(freed.returning(releases.c.decision_id, releases.c.fingerprint)).all()
            checks = second_checks.c.decision_id.in_([row.decision_id for row in rows])
            connection.execute(update(second_checks).where(checks).values(state="granted"))
        if self._released_here is not None:
            self._released_here.update(row.fingerprint for row in rows)

    def _pending(self, decision_id: str) -> Released | None:
        columns = (releases.c.kind, releases.c.expires_at, releases.c.used_by)
        with self._store.read() as connection:
            row = connection.execute(select(*columns).where(releases.c.decision_id == decision_id)).first()
        if row is not None and row.used_by is not None:
            raise ReleaseUsed("This decision has let its message go already; check the message again.")
        return None if row is None else Released(decision_id, row.kind, moment(row.expires_at))

    def keep_with(self, change: Update, released: Released, found: FoundPersonal) -> bool:
        """Keep a release and change one row, both or neither; false where there was no such row to be changed."""
        with self._store.write() as connection:
            if connection.execute(change).rowcount != 1:
                return False
            connection.execute(insert(releases).values(self._values(released, found)))
        self._notice(found)
        return True

    def drop_with(self, change: Update, decision_id: str) -> bool:
        """Change one row and drop a release that nobody has used; false where there was no such row to be changed.

        Its check is the row, and is changed first here and where the release is used, so that one waits for the other.
        """
        unused = (releases.c.decision_id == decision_id) & releases.c.used_by.is_(None)
        with self._store.write() as connection:
            if connection.execute(change).rowcount != 1:
                return False
            connection.execute(delete(releases).where(unused))
        return True

    def _keep(self, released: Released, found: FoundPersonal) -> Released:
        try:
            with self._store.write() as connection:
                connection.execute(insert(releases).values(self._values(released, found)))
        except IntegrityError:
            return self._pending(released.decision_id) or released
        self._notice(found)
        return released

    def _values(self, released: Released, found: FoundPersonal) -> dict[str, object]:
        return {
            "decision_id": released.decision_id,
            "fingerprint": found.fingerprint,
            "sender": self._pseudonyms.of(found.sender_key),
            "kind": released.kind,
            "expires_at": micros(released.expires_at),
        }

    def _notice(self, found: FoundPersonal) -> None:
        if self._released_here is not None and found.fingerprint is not None:
            self._released_here.add(found.fingerprint)


def _refuse_wrong(
    found: FoundDecision, personal: FoundPersonal, request: ReleaseRequest, caller: Caller, now: dt.datetime
) -> None:
    refuse_others(personal, caller)
    if found.body.release not in _OWN_RELEASES or personal.fingerprint is None:
        raise ReleaseNotAllowed("This decision can't be released by its sender.")
    if Release(request.kind).rank < found.body.release.rank:
        raise ReleaseNotAllowed(f"This decision needs the release {found.body.release.value}.", field="kind")
    if request.kind == "justify" and not (request.justification or "").strip():
        raise RequestInvalid("A release of this kind needs a reason in words.", field="justification")
    if now >= found.body.expires_at:
        raise DecisionExpired("This decision is too old to be released; check the message again.")


def _entry(decision_id: str, request: ReleaseRequest, caller: Caller, found: FoundPersonal) -> Entry:
    body = {
        "decision_id": decision_id,
        "kind": request.kind,
        "shown_ms": request.shown_ms,
        "justification_length": len(request.justification or ""),
        "assurance": "verified" if caller.identity else "claimed",
    }
    personal = {"sender": found.sender, "identity": caller.identity, "justification": request.justification}
    return Entry(KIND, decision_id, body, personal)
