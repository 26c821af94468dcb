"""What became of an earlier second check, told where the message is held again: nobody should wait for what is over."""

import asyncio
import datetime as dt
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import structlog
from sqlalchemy import ColumnElement, Row, select

from atesaki.judgement.decision import NEVER, Decision
from atesaki.judgement.explain import Locale
from atesaki.judgement.message import Message
from atesaki.sending.answer import CheckEnd, Earlier, EarlierCheck
from atesaki.sending.case import Case
from atesaki.sending.decisions import FindsDecisions, FoundDecision, FoundPersonal, still_stands
from atesaki.sending.earlier_check_words import Part, Words
from atesaki.sending.fingerprint import addresses, sender_key
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.sending.second_check_state import GRANTED_FOR
from atesaki.storage.check_tables import second_checks
from atesaki.storage.engine import Store, micros, moment
from atesaki.storage.tables import releases

_MOST_COMPARED = 5
"""So many granted messages of one sender are compared with the one that is held."""

_FRESH = 1.0
"""So many seconds it may take until a mail that nobody can let go hears of a check that was granted before."""

_log = structlog.get_logger(__name__)


class Held(NamedTuple):
    """A message that waits for a second check, or that nobody can let go, with what holds it.

    The fingerprint is by what it could be released; `None` where nobody can.
    """

    case: Case
    decision: Decision
    fingerprint: str | None


class EarlierChecks:
    """Finds what became of the check of a message that is held for one; times are told in the zone that is in force."""

    def __init__(
        self, store: Store, decisions: FindsDecisions, pseudonyms: Pseudonyms, zone: Callable[[], dt.tzinfo]
    ) -> None:
        self._store = store
        self._decisions = decisions
        self._pseudonyms = pseudonyms
        self._zone = zone
        self._granted_to: Collection[str] = ()
        self._read_at = -_FRESH

    async def tell(self, held: Held, locale: Locale) -> Earlier | None:
        """Return how the check of this message stands, or what it is that was checked instead; `None` for no check.

        A store that can't be asked leaves the message held as one that nobody was asked about.
        """
        try:
            if held.decision.release is NEVER and not await self._may_know(held.case):
                return None
            return await asyncio.to_thread(self._told, held, locale)
        except Exception as error:  # noqa: BLE001  # It is a courtesy: the decision stands without it.
            _log.warning("second_checks.not_read", error=type(error).__name__)
            return None

    async def _may_know(self, case: Case) -> bool:
        """Tell whether this sender has a granted check: hardly anybody has one, and rules say never at any rate."""
        now = time.monotonic()
        if now - self._read_at >= _FRESH:
            self._read_at = now
            self._granted_to = await asyncio.to_thread(self._with_grants, case.facts.now)
        return bool(self._granted_to) and self._pseudonym(case) in self._granted_to

    def _with_grants(self, now: dt.datetime) -> set[str]:
        with self._store.read() as connection:
            return set(connection.scalars(select(releases.c.sender).where(_unused_grant(now))))

    def _pseudonym(self, case: Case) -> str:
        return self._pseudonyms.of(sender_key(case.caller, case.message))

    def _told(self, held: Held, locale: Locale) -> Earlier | None:
        words = Words(locale, self._zone(), held.case.message.item)
        row = self._newest(held.fingerprint) if held.fingerprint else None
        if row is not None:
            state = _state(row, held.case.facts.now)
            return Earlier(EarlierCheck(row.decision_id, state), _sentence(row, state, words)) if state else None
        for found, granted_at in self._granted(held.case):
            if parts := _changed(found, held):
                end: CheckEnd = "other_reasons" if parts == ["reasons"] else "changed"
                said = _said_of_another(found, held, words)(granted_at, parts)
                return Earlier(EarlierCheck(found.body.decision_id, end), said)
        return None

    def _newest(self, fingerprint: str) -> Row[Any] | None:
        checks = second_checks.c
        asked = (checks.fingerprint == fingerprint) & (checks.state != "withdrawn")
        newest = select(second_checks).where(asked).order_by(checks.asked_at.desc()).limit(1)
        with self._store.read() as connection:
            row = connection.execute(newest).first()
        return row if row is not None and still_stands(row, self._decisions.find(row.decision_id)) else None

    def _granted(self, case: Case) -> Iterator[tuple[FoundDecision, dt.datetime]]:
        """Yield what others have checked for this sender and was not sent yet, the newest first, and since when."""
        table = releases.c
        own = (table.sender == self._pseudonym(case)) & _unused_grant(case.facts.now)
        query = select(table.decision_id, table.expires_at).where(own).order_by(table.expires_at.desc())
        with self._store.read() as connection:
            rows = connection.execute(query.limit(_MOST_COMPARED)).all()
        for row in rows:
            if found := self._decisions.find(row.decision_id):
                yield found, moment(row.expires_at) - GRANTED_FOR


def _unused_grant(now: dt.datetime) -> ColumnElement[bool]:
    table = releases.c
    return (table.kind == "second_check") & table.used_by.is_(None) & (table.expires_at > micros(now))


def _said_of_another(found: FoundDecision, held: Held, words: Words) -> Callable[[dt.datetime, Sequence[Part]], str]:
    """Return what puts into words that a granted check is not for this message."""
    if held.decision.release is not NEVER:
        return words.changed
    same_rules = found.body.policy_revision == held.decision.policy_revision
    return partial(words.void, same_rules=same_rules)


def _state(row: Row[Any], now: dt.datetime) -> CheckEnd | None:
    """Return what became of a check; nothing of one that lets the message go, or was declined long ago."""
    ended = moment(row.expires_at) <= now
    states: dict[tuple[str, bool], CheckEnd] = {
        ("waiting", False): "waiting",
        ("waiting", True): "unanswered",
        ("granted", True): "ran_out",
        ("declined", False): "declined",
        ("used", False): "used",
        ("used", True): "used",
    }
    return states.get((row.state, ended))


def _sentence(row: Row[Any], state: CheckEnd, words: Words) -> str:
    asked_at, until = moment(row.asked_at), moment(row.expires_at)
    match state:
        case "waiting":
            return words.waiting(asked_at)
        case "unanswered":
            return words.unanswered(asked_at)
        case "ran_out":
            return words.ran_out(until - GRANTED_FOR, until)
        case "used":
            return words.used(until - GRANTED_FOR)
        case _:
            return words.declined()


def _changed(found: FoundDecision, held: Held) -> list[Part]:
    """Return in what this message is another one than what was checked; nothing where it isn't the same draft at all.

    A draft has no name by which it could be known again: the same subject or the same recipients make it the same.
    """
    checked, message = found.personal, held.case.message
    if checked is None or checked.subject is None or message.subject is None:
        # Somebody has been erased, or a client tells recipients alone, and who knows what else is different.
        return []
    subject, recipients = checked.subject == message.subject, _recipients(checked) == _recipients(message)
    if not (recipients or (subject and message.subject.strip())):
        return []
    same_files = sorted(checked.attachments) == sorted(each.name for each in message.attachments)
    equal: dict[Part, bool] = {"recipients": recipients, "subject": subject, "attachments": same_files}
    return [part for part, same in equal.items() if not same] or [_unseen(found, held.decision)]


def _recipients(message: Message | FoundPersonal) -> list[list[str]]:
    return [addresses(field) for field in (message.to, message.cc, message.bcc)]


def _unseen(found: FoundDecision, decision: Decision) -> Part:
    """Tell what was changed where nothing is to be seen: the text is not kept, but what held the message is."""
    before = {(each.policy, each.rule, each.release) for each in found.body.findings if each.mode == "enforce"}
    now = {(each.policy, each.rule, each.release) for each in decision.findings if each.mode == "enforce"}
    return "text" if before == now else "reasons"
