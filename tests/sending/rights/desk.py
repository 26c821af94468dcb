"""Where erasures are asked for, approved and done in an office, and the two people that it takes."""

import datetime as dt
from typing import Any

from tests.sending.rights.office import HANA, Office

from atesaki.journal.read import Reader
from atesaki.recorder import Recorder
from atesaki.rosters.rosters import Rosters
from atesaki.sending.history import Correspondents
from atesaki.sending.rights.erase import Eraser
from atesaki.sending.rights.erasures import Author, ErasureDraft, Erasures
from atesaki.sending.rights.holds import HoldDraft, Holds, Target
from atesaki.sending.rights.index import Index
from atesaki.sending.rights.traces import RosterMembership

ANNA, BEN = Author("anna@hall.example", "local:anna"), Author("ben@hall.example", "local:ben")


class Desk:
    """Everything that an erasure needs, in an office."""

    def __init__(self, office: Office) -> None:
        self.office, self.store = office, office.store
        self.requests = Erasures(office.store, office.pseudonyms, office.record, office.clock)
        self.holds = Holds(office.store, office.pseudonyms, office.record, office.clock)
        self.rosters = Rosters(office.store, office.record)
        self.correspondents = Correspondents(office.store, office.pseudonyms)
        self.eraser = self.eraser_recording(office.record)

    def eraser_recording(self, record: Recorder) -> Eraser:
        """Return an eraser that records in some way."""
        return Eraser(
            self.store,
            requests=self.requests,
            record=record,
            index=Index(self.store, self.office.pseudonyms),
            rosters=RosterMembership(self.store, self.rosters),
            forget=self.correspondents.forget,
            clock=self.office.clock,
        )

    def ask(self, address: str = HANA, **draft: Any) -> str:  # noqa: ANN401  # Fields of the draft.
        """Ask for an erasure as Anna."""
        return self.requests.request(ErasureDraft(address=address, reason="She asked us to", **draft), ANNA).id

    def erase(self, address: str = HANA, **draft: Any) -> str:  # noqa: ANN401  # Fields of the draft.
        """Ask as Anna, approve as Ben, and erase."""
        erasure = self.ask(address, **draft)
        self.requests.approve(erasure, BEN)
        self.eraser.turn()
        return erasure

    def hold(self, target: Target, **draft: Any) -> str:  # noqa: ANN401  # Fields of the draft.
        """Place a hold and return its id."""
        fixed: dict[str, Any] = {"reason": "Court case 12", "owner": "Legal", "review_on": dt.date(2030, 1, 1)}
        return self.holds.place(HoldDraft(target=target, **fixed, **draft), "auditor").id

    def decisions(self) -> list[dict[str, Any]]:
        """Return what is left of the personal data of all decisions, newest first."""
        reader = Reader(self.store)
        found = [reader.personal_of(each.record_id) for each in self.office.told("decision.recorded")]
        return [each for each in found if each is not None]
