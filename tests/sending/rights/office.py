"""A store with a running journal and a few decisions about people, for the tests of retention and rights."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from atesaki.foundation import recorder
from atesaki.journal import Entry, Journal, Limits, Record
from atesaki.journal.columns import FIELDS, in_columns, in_ranges
from atesaki.journal.read import Reader, Search
from atesaki.journal.record import uuid7
from atesaki.judgement.message import Message, Recipient, Sender
from atesaki.sending.pseudonym import open_pseudonyms
from atesaki.storage.engine import Store, micros

NOW = dt.datetime(2026, 9, 5, 3, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
HANA, KEI = "hana.v01@gmail.com", "staff@hall.example"


class Office:
    """Records what the tests need; its clock stands where it is put."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOW
        key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        self.journal = Journal(store, key, now=lambda: self.now, limits=Limits(retention=365 * DAY))
        self.journal.start()
        self.record = recorder(self.journal)
        self.pseudonyms = open_pseudonyms(store)

    def clock(self) -> dt.datetime:
        """Tell the time."""
        return self.now

    def decision(
        self, to: Iterable[Any] = (HANA,), *, subject: str = "", roster: str | None = None, sender: str = KEI
    ) -> str:
        """Record a decision about these recipients and return its id."""
        decision_id = uuid7(micros(self.now))
        people = tuple(Recipient(**each) if isinstance(each, Mapping) else Recipient(each) for each in to)
        columns = in_columns(Message(Sender(sender), people, (), ()))
        body = {"decision_id": decision_id, "findings": [{"policy": "p", "rule": "r", "roster": roster}]}
        personal: dict[str, object] = {
            "sender": {"address": sender},
            "sender_key": f"claimed {sender}",
            "identity": None,
            **dict(zip(FIELDS, columns, strict=True)),
            "subject": subject,
            "attachments": [],
            "evidence": {"p.r": in_ranges((1 << len(people)) - 1, len(people))},
            "words": {},
            "fingerprint": "f" * 32,
        }
        self.journal.append_blocking(Entry("decision.recorded", decision_id, body, personal))
        return decision_id

    def told(self, kind: str) -> list[Record]:
        """Return the records of a kind, newest first."""
        return Reader(self.store).newest(Search(kind=kind))

    def personal(self, decision_id: str) -> dict[str, Any] | None:
        """Return what is left of the personal data of a decision."""
        reader = Reader(self.store)
        return reader.personal_of(reader.of_subject(decision_id)[0].record_id)
