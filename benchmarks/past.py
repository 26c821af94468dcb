"""Fills a journal with the mail of an office: realistic decisions, with their outcomes, spread over the last days."""

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from atesaki.journal.batch import Waiting, build
from atesaki.journal.postgres_sink import PostgresSink
from atesaki.journal.record import Entry, draft, uuid7
from atesaki.journal.sink import Sink
from atesaki.journal.sqlite_sink import SqliteSink
from atesaki.judgement.decide import decide_for
from atesaki.judgement.decision import Decision
from atesaki.judgement.facts import Facts, Organization, RosterHit
from atesaki.judgement.message import Attachment, Message, Recipient, Sender, Thread, ThreadKind
from atesaki.judgement.people import People
from atesaki.policies.load import load_set, read_folder
from atesaki.policies.shipped import shipped_folder
from atesaki.sending.case import Case
from atesaki.sending.record import KIND, body_of, personal_of
from atesaki.sending.request import Caller, Client, DecisionRequest
from atesaki.storage.engine import Store, micros

OFFICE = "hall.example"
DEPARTMENTS = ("", "welfare.", "culture.", "schools.", "water.", "taxes.")
ORGANIZATION = Organization(internal_domains=(OFFICE,), partner_domains=("builder.co.jp",))
POLICIES = load_set(read_folder(shipped_folder()))
RETENTION = dt.timedelta(days=365)

_PROVIDERS = ("gmail.com", "docomo.ne.jp", "yahoo.co.jp", "ezweb.ne.jp", "icloud.com", "softbank.ne.jp")
_STAFF, _COMPANIES, _VOLUNTEERS, _COMMIT = 500, 3_000, 2_000, 1_000
_CALLER = Caller("benchmark")
_OUTCOMES: Mapping[str, tuple[Sequence[str], Sequence[int]]] = {
    "allow": (("sent", ""), (90, 10)),
    "warn": (("sent_anyway", "fixed", "cancelled", ""), (55, 25, 10, 10)),
    "block": (("fixed", "cancelled", ""), (70, 20, 10)),
}


class Office:
    """People who write mail, at random but the same in every run."""

    def __init__(self, seed: int = 26) -> None:
        self.chance = random.Random(seed)  # noqa: S311  # Repeatable variety, not a secret.

    def colleague(self) -> str:
        """Return a colleague; each has a department."""
        number = self.chance.randrange(_STAFF)
        return f"staff{number:03}@{DEPARTMENTS[number % len(DEPARTMENTS)]}{OFFICE}"

    def stranger(self) -> str:
        """Return somebody of a company, few of which get most of the mail."""
        company = int(self.chance.paretovariate(0.8)) % _COMPANIES
        return f"person{self.chance.randrange(8)}@company{company:04}.co.jp"

    def volunteer(self) -> str:
        """Return somebody on the roster."""
        number = self.chance.randrange(_VOLUNTEERS)
        return f"volunteer{number:04}@{_PROVIDERS[number % len(_PROVIDERS)]}"

    def message(self) -> Message:
        """Return one message."""
        chance = self.chance
        kind = chance.choices(("office", "company", "mailing", "exposed", "citizens"), (50, 38, 6, 2, 4))[0]
        lists: dict[str, list[str]] = {"to": [], "cc": [], "bcc": []}
        few = min(int(chance.paretovariate(1.3)), 12)
        match kind:
            case "office":
                lists |= {"to": self._some(self.colleague, few), "cc": self._some(self.colleague, chance.randrange(3))}
            case "company":
                lists |= {"to": self._some(self.stranger, min(few, 4)), "cc": self._some(self.colleague, few - 1)}
            case "mailing":
                lists |= {"to": [self.colleague()], "bcc": self._some(self.volunteer, chance.randrange(20, 120))}
            case "exposed":
                lists |= {"to": self._some(self.volunteer, chance.randrange(2, 40))}
            case _:
                lists |= {"to": [f"citizen{chance.randrange(10**6)}@{chance.choice(_PROVIDERS)}"]}
        return self._written(lists)

    def _some(self, one: Any, number: int) -> list[str]:  # noqa: ANN401  # A method of ours.
        return list(dict.fromkeys(one() for _ in range(number)))

    def _written(self, lists: Mapping[str, list[str]]) -> Message:
        chance = self.chance
        fields = {name: tuple(Recipient(text, text.split("@")[0]) for text in texts) for name, texts in lists.items()}
        files = tuple(Attachment(f"資料{number}.pdf", 90_000) for number in range(chance.choice((0, 0, 0, 1, 2))))
        kinds: tuple[ThreadKind, ...] = ("new", "reply", "reply_all", "forward")
        thread = chance.choices(kinds, (50, 25, 20, 5))[0]
        recipients = () if thread == "new" else tuple(each.address for each in (*fields["to"], *fields["cc"]))
        return Message(
            Sender(self.colleague(), "山田 太郎"),
            fields["to"],
            fields["cc"],
            fields["bcc"],
            subject=f"次回活動のお知らせ {chance.randrange(100_000)}",
            attachments=files,
            thread=Thread(thread, recipients),
        )

    def moment(self, day: dt.datetime) -> dt.datetime:
        """Return a moment of a day (midnight UTC), mostly in the office hours of Tokyo."""
        return day + dt.timedelta(seconds=self.chance.triangular(-2 * 3_600, 14 * 3_600, 3 * 3_600))


def roster() -> dict[str, tuple[RosterHit, ...]]:
    """Return the volunteers' roster by mailbox."""
    addresses = (f"volunteer{number:04}@{_PROVIDERS[number % len(_PROVIDERS)]}" for number in range(_VOLUNTEERS))
    return {address: (RosterHit("volunteers", "protected"),) for address in addresses}


def fill(store: Store, decisions: int, days: int) -> int:
    """Record so many decisions and what became of them; returns how many records that were."""
    office, hits = Office(), roster()
    sink = _sink(store)
    head = sink.open()
    tree, waiting, recorded = head.tree, list[Waiting](), 0
    for now in _moments(office, decisions, days):
        waiting += [Waiting(draft(entry, at, RETENTION), None, Future()) for entry, at in _story(office, hits, now)]
        if len(waiting) >= _COMMIT:
            batch = build(waiting, head.stream, tree)
            sink.commit(batch)
            tree, recorded, waiting = batch.tree, recorded + len(waiting), []
    sink.commit(build(waiting, head.stream, tree))
    sink.close()
    return recorded + len(waiting)


def _moments(office: Office, decisions: int, days: int) -> Iterator[dt.datetime]:
    """Yield the moments of all decisions in their order, day by day until yesterday."""
    today = dt.datetime.now(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for day in range(days):
        midnight = today - dt.timedelta(days=days - day)
        first, last = (decisions * place // days for place in (day, day + 1))
        yield from sorted(office.moment(midnight) for _ in range(first, last))


def _story(
    office: Office, hits: Mapping[str, tuple[RosterHit, ...]], now: dt.datetime
) -> Iterator[tuple[Entry, dt.datetime]]:
    message = office.message()
    people = People(message, ORGANIZATION)
    known = frozenset(key for key in people.keys if office.chance.random() < 0.9)  # noqa: PLR2004  # Most are known.
    found = {key: hits[key] for key in people.keys if key in hits}
    facts = Facts(now=now, organization=ORGANIZATION, rosters=found, known_correspondents=known)
    decision = decide_for(people, POLICIES.policy_set, facts)
    decision_id = uuid7(micros(now))
    yield _decided(message, people, facts, decision, decision_id), now
    outcomes, weights = _OUTCOMES[decision.action]
    if outcome := office.chance.choices(outcomes, weights)[0]:
        body = {"decision_id": decision_id, "outcome": outcome, "assurance": "verified"}
        yield Entry("outcome.reported", decision_id, body), now + dt.timedelta(seconds=9)


def _decided(message: Message, people: People, facts: Facts, decision: Decision, decision_id: str) -> Entry:
    request = DecisionRequest(message, Client(app="outlook", platform="web", version="1.0.0"))
    case = Case(decision_id, request, _CALLER, people, facts, POLICIES.policy_set, 0)
    personal = personal_of(people, decision, f"claimed {people.sender.key}", identity=None, fingerprint=None)
    return Entry(KIND, decision_id, body_of(case, decision, None, "ja"), personal)


def _sink(store: Store) -> Sink:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    now = micros(dt.datetime.now(dt.UTC))
    if store.place is None:
        return PostgresSink(store.dsn, key, lambda: now)
    return SqliteSink(store.place, key, lambda: now, store.turn)
