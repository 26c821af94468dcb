"""Turns recorded decisions into what the index holds of them."""

from typing import NamedTuple
from zoneinfo import ZoneInfo

from atesaki.judgement.people import People
from atesaki.sending.index.describe import Known, department_of, described
from atesaki.sending.index.features import packed
from atesaki.sending.index.keys import mailbox_hash, number_of
from atesaki.sending.index.records import Decided
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.storage.engine import moment


class Derived(NamedTuple):
    """What is written for one decision; names stand in full, the writer numbers them."""

    number: int
    decided: Decided
    day: str
    department: str | None
    sender: bytes | None
    recipients: frozenset[bytes]
    features: bytes | None

    @property
    def counted(self) -> bool:
        """Whether the decision stands for a message of its own."""
        return is_counted(self.decided)

    @property
    def findings(self) -> dict[tuple[str, str], str]:
        """The action of each rule that matched, by its name and mode."""
        found = sorted(self.decided.body.findings, key=lambda finding: finding.action.rank)
        return {(f"{each.policy}.{each.rule}", each.mode): each.action.value for each in found}


def is_counted(decided: Decided) -> bool:
    """Tell whether the decision stands for a message of its own: a released one was counted when it was held."""
    return decided.body.released_by is None and decided.body.client.moment == "send"


def derived(decided: Decided, people: People | None, known: Known, pseudonyms: Pseudonyms) -> Derived:
    """Return what is written for a decision; without its personal data, only what the record itself tells."""
    body, personal = decided.body, decided.personal
    zone = ZoneInfo(known.organization.time_zone)
    day = moment(decided.recorded_at).astimezone(zone).date().isoformat()
    number = number_of(body.decision_id)
    if people is None or personal is None:
        return Derived(number, decided, day, None, None, frozenset(), None)
    features = packed(described(body, personal, people, known, pseudonyms)) if is_counted(decided) else None
    return Derived(
        number=number,
        decided=decided,
        day=day,
        department=department_of(people, known.organization),
        sender=mailbox_hash(pseudonyms, people.sender.key),
        recipients=frozenset(mailbox_hash(pseudonyms, key) for key in people.keys),
        features=features,
    )
