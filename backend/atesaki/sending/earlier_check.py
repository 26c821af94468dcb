"""What became of an earlier second check, told where the message is held again: nobody should wait for what is over."""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import structlog
from sqlalchemy import Row, select

from atesaki.judgement.decision import Decision
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

_log = structlog.get_logger(__name__)


class Held(NamedTuple):
    """A message that waits for a second check, with its fingerprint and what holds it."""

    case: Case
    decision: Decision
    fingerprint: str


class EarlierChecks:
    """Finds what became of the check of a message that is held for one; times are told in the zone that is in force."""

    def __init__(
        self, store: Store, decisions: FindsDecisions, pseudonyms: Pseudonyms, zone: Callable[[], dt.tzinfo]
    ) -> None:
        self._store = store
        self._decisions = decisions
        self._pseudonyms = pseudonyms
        self._zone = zone

    async def tell(self, held: Held, locale: Locale) -> Earlier | None:
        """Return how the check of this message stands, or what it is that was checked instead; `None` for no check.

        A store that can't be asked leaves the message held as one that nobody was asked about.
        """
        try:
            return await asyncio.to_thread(self._told, held, locale)
        except Exception as error:  # noqa: BLE001  # It is a courtesy: the decision stands without it.
            _log.warning("second_checks.not_read", error=type(error).__name__)
            return None

    def _told(self, held: Held, locale: Locale) -> Earlier | None:
        words = Words(locale, self._zone(), held.case.message.item)
        newest = (
            select(second_checks)
            .where(second_checks.c.fingerprint == held.fingerprint, second_checks.c.state != "withdrawn")
            .order_by(second_checks.c.asked_at.desc())
        )
        with self._store.read() as connection:
            row = connection.execute(newest.limit(1)).first()
        if row is not None and still_stands(row, self._decisions.find(row.decision_id)):
            state = _state(row, held.case.facts.now)
            return Earlier(EarlierCheck(row.decision_id, state), _sentence(row, state, words)) if state else None
        for found, granted_at in self._granted(held.case):
            parts = _changed(found, held)
            if parts:
                end: CheckEnd = "other_reasons" if parts == ["reasons"] else "changed"
                return Earlier(EarlierCheck(found.body.decision_id, end), words.changed(granted_at, parts))
        return None

    def _granted(self, case: Case) -> Iterator[tuple[FoundDecision, dt.datetime]]:
        """Yield what others have checked for this sender and was not sent yet, the newest first, and since when."""
        table = releases.c
        own = table.sender == self._pseudonyms.of(sender_key(case.caller, case.message))
        unused = (table.kind == "second_check") & table.used_by.is_(None) & (table.expires_at > micros(case.facts.now))
        query = select(table.decision_id, table.expires_at).where(own, unused).order_by(table.expires_at.desc())
        with self._store.read() as connection:
            rows = connection.execute(query.limit(_MOST_COMPARED)).all()
        for row in rows:
            if found := self._decisions.find(row.decision_id):
                yield found, moment(row.expires_at) - GRANTED_FOR


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
    before = {(each.policy, each.rule) for each in found.body.findings if each.mode == "enforce"}
    now = {(each.policy, each.rule) for each in decision.findings if each.mode == "enforce"}
    return "text" if before == now else "reasons"
