"""Answers what is held about a person: from the index at once, or from every record of the journal."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from sqlalchemy import Connection, func, select

from atesaki.clock import Clock, utc_now
from atesaki.recorder import Recorder
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.sending.rights import kept
from atesaki.sending.rights.erasures import OPEN
from atesaki.sending.rights.guard import guard
from atesaki.sending.rights.holds import checked_text
from atesaki.sending.rights.index import FindsRecordsOfMailbox
from atesaki.sending.rights.remains import remains
from atesaki.sending.rights.report import HeldRecord, Membership, Report, Written
from atesaki.sending.rights.search import Found, found_among, found_in_journal
from atesaki.sending.rights.staff import accounts_of, counts_of_staff
from atesaki.sending.rights.traces import (
    answers_about,
    count_correspondents,
    memberships,
    policies_with,
    trials_with,
    uploads_with,
)
from atesaki.sending.rights.whom import Whom
from atesaki.storage.engine import Store, moment
from atesaki.storage.rights_tables import erasures

MOST_RECORDS: Final = 1_000
"""So many records are listed in a report; all are counted."""


class Lookup:
    """Finds a person; that somebody asked, and what for, is recorded first."""

    def __init__(
        self,
        store: Store,
        pseudonyms: Pseudonyms,
        record: Recorder,
        index: FindsRecordsOfMailbox,
        clock: Clock = utc_now,
    ) -> None:
        self._store = store
        self._pseudonyms = pseudonyms
        self._record = record
        self._index = index
        self._clock = clock

    def report(
        self,
        address: str,
        *,
        purpose: str,
        by: str,
        thorough: bool = False,
        told: Callable[[int], object] = lambda _: None,
    ) -> Report:
        """Return what is held; `told` hears how many records were read. Raises `RightsInvalid`."""
        whom = Whom(address)
        mailbox = self._pseudonyms.of(whom.key)
        purpose = checked_text(purpose, "purpose")
        body = {"what": "all_about_a_person", "mailbox": mailbox, "thorough": thorough}
        self._record("personal_data.viewed", mailbox, body, {"by": by, "purpose": purpose})
        found = found_in_journal(self._store, whom, told) if thorough else self._quickly(whom)
        count, kinds, records, spellings = _gathered(found, whom)
        with self._store.read() as connection:
            elsewhere = self._elsewhere(connection, whom, mailbox)
        return Report(
            address=address.strip(),
            made_at=self._clock(),
            thorough=thorough,
            records=tuple(records),
            record_count=count,
            kinds=kinds,
            rosters=tuple(_memberships(self._store, whom)),
            elsewhere=remains(self._store, {whom.key, *spellings}) if thorough else {},
            **elsewhere,
        )

    def _quickly(self, whom: Whom) -> Iterator[Found]:
        """Give what the index knows: decisions, and what else is recorded under the person's own pseudonyms."""
        subjects = self._index.decisions_of(whom.key)
        own = [self._pseudonyms.of(text) for text in (whom.key, f"local:{whom.key}")]
        for page in kept.of_subjects(self._store, dict.fromkeys([*subjects, *own])):
            yield from found_among(page, whom)

    def _elsewhere(self, connection: Connection, whom: Whom, mailbox: str) -> dict[str, Any]:
        staff = counts_of_staff(connection, whom)
        open_requests = (erasures.c.mailbox == mailbox) & erasures.c.state.in_(OPEN)
        return {
            "correspondents": count_correspondents(connection, mailbox),
            "accounts": tuple(accounts_of(connection, whom)),
            "sessions": staff["sessions"],
            "links": staff["links"],
            "authored": staff["authors"],
            "answers": len(answers_about(connection, whom)),
            "uploads": len(uploads_with(connection, whom)),
            "trials": len(trials_with(connection, whom)),
            "policies": policies_with(connection, whom),
            "holds": len(guard(connection).of_mailbox(mailbox)),
            "erasures": connection.scalar(select(func.count()).select_from(erasures).where(open_requests)) or 0,
        }


def _gathered(found: Iterable[Found], whom: Whom) -> tuple[int, dict[str, int], list[HeldRecord], set[str]]:
    kinds: Counter[str] = Counter()
    records: list[HeldRecord] = []
    spellings: set[str] = set()
    for each in found:
        kinds[each.kept.kind] += 1
        spellings |= {text for mention in each.mentions for text in whom.spellings(mention.text)}
        if len(records) < MOST_RECORDS:
            records.append(_held(each))
    return kinds.total(), dict(kinds.most_common()), records, spellings


def _held(found: Found) -> HeldRecord:
    row = found.kept
    return HeldRecord(
        record_id=row.record_id,
        kind=row.kind,
        subject=row.subject,
        recorded_at=moment(row.recorded_at),
        expires_at=None if row.expires_at is None else moment(row.expires_at),
        redacted=row.redacted,
        written=tuple(Written(each.place, each.text, each.name) for each in found.mentions),
    )


def _memberships(store: Store, whom: Whom) -> Iterator[Membership]:
    for roster, member in memberships(store, whom.key):
        yield Membership(roster.name, roster.handling, roster.purpose, roster.owner, member.address, member.name)
