"""Personal data goes when its time is over, by class and by roster, and never under a hold; no proof breaks."""

import datetime as dt
import io
from collections.abc import Sequence

import pytest
from sqlalchemy import Table, func, select, update
from tests.sending.rights.office import DAY, HANA, NOW, Office

from atesaki.journal.read import Reader
from atesaki.journal.verify import verify_store
from atesaki.judgement.facts import RosterHit
from atesaki.rosters.members import find_hits
from atesaki.rosters.roster import RosterDraft, checked_handling
from atesaki.rosters.rosters import Rosters
from atesaki.sending.rights.errors import RetentionChanged, RightsInvalid
from atesaki.sending.rights.expiry import Expiry
from atesaki.sending.rights.holds import HoldDraft, Holds, Target
from atesaki.sending.rights.periods import Periods, Retention, class_of
from atesaki.storage.engine import micros
from atesaki.storage.tables import personal, records, trials

DECISIONS = ("decision.recorded", "decision.released")


class Keeper:
    """Retention, holds and expiry of an office."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.retention = Retention(office.store, office.record, 365, office.clock)
        self.holds = Holds(office.store, office.pseudonyms, office.record, office.clock)
        self.expiry = Expiry(office.store, self.retention, office.record, self.hits, office.clock)

    def hits(self, keys: Sequence[str]) -> dict[str, tuple[RosterHit, ...]]:
        """Look into the rosters."""
        return find_hits(self.office.store, keys)

    def keep(self, **periods: object) -> None:
        """Set the periods."""
        self.retention.put(Periods(**periods), "admin", self.retention.state.revision)  # type: ignore[arg-type]

    def after(self, days: float) -> None:
        """Let time pass, then let expiry work."""
        self.office.now = NOW + days * DAY
        self.expiry.turn()

    def left(self) -> int:
        """Count the decisions and releases that still have personal data."""
        joined = records.join(personal, personal.c.record_id == records.c.record_id)
        query = select(func.count()).select_from(joined)
        with self.office.store.read() as connection:
            return connection.execute(query.where(records.c.kind.in_(DECISIONS))).scalar_one()

    def hold(self, target: Target, **draft: object) -> str:
        """Place a hold and return its id."""
        review_on = dt.date(2030, 1, 1)
        texts = {"reason": "Court case 12", "owner": "Legal", "review_on": review_on, **draft}
        return self.holds.place(HoldDraft(target=target, **texts), "auditor").id  # type: ignore[arg-type]


@pytest.fixture
def keeper(office: Office) -> Keeper:
    """The keeper of an office."""
    return Keeper(office)


def test_without_any_own_period_the_default_holds(keeper: Keeper) -> None:
    """A year, as the setting says."""
    decision = keeper.office.decision()
    keeper.after(364.9)
    assert keeper.office.personal(decision)
    keeper.after(365.1)
    assert keeper.office.personal(decision) is None
    assert verify_store(keeper.office.store).records


def test_each_class_of_record_has_its_own_period(keeper: Keeper) -> None:
    """Sign-ins go after a month, decisions stay."""
    decision = keeper.office.decision()
    keeper.office.record("person.signed_in", "k1", {}, {"name": "Kei"})
    keeper.keep(classes={"sign_in": 30})
    keeper.after(31)
    assert keeper.office.personal(decision)
    assert keeper.office.personal("k1") is None


def test_a_changed_period_counts_for_what_is_there_already(keeper: Keeper) -> None:
    """A shorter one deletes the old, a longer one spares it."""
    first = keeper.office.decision()
    keeper.expiry.turn()
    keeper.keep(classes={"decision": 500})
    keeper.after(400)
    assert keeper.office.personal(first)
    keeper.keep(classes={"decision": 399})
    keeper.after(400.1)
    assert keeper.office.personal(first) is None


def test_decisions_about_a_protected_roster_go_earlier(keeper: Keeper) -> None:
    """By what a finding named, and by who the recipients are; of two rosters the stricter period counts."""
    _rosters(keeper.office)
    named = keeper.office.decision(["x@x.jp"], roster="volunteers")
    keeper.office.record("decision.released", named, {}, {"justification": "She asked for it"})
    member = keeper.office.decision([HANA, "x@x.jp"])
    other = keeper.office.decision(["x@x.jp"])
    keeper.keep(handlings={"protected": 10, "open": 20}, classes={"decision": 100})
    keeper.after(11)
    left = [keeper.office.personal(each) is not None for each in (named, member, other)]
    assert left == [False, False, True]
    assert keeper.left() == 1, "what the sender wrote about it goes too"


@pytest.mark.parametrize("altered", [b"not json", b'{"to":"\xff"}', b"[]", b'{"to":[1]}'])
@pytest.mark.parametrize("table", [records, personal])
def test_what_somebody_altered_keeps_nothing_from_expiring(keeper: Keeper, table: Table, altered: bytes) -> None:
    """One record, or the personal data of one, that can't be read; it expires as its class does."""
    _rosters(keeper.office)
    broken, other = keeper.office.decision([HANA]), keeper.office.decision([HANA])
    ids = select(records.c.record_id).where(records.c.subject == broken).scalar_subquery()
    with keeper.office.store.write() as connection:
        column = "body" if table is records else "blob"
        connection.execute(update(table).where(table.c.record_id == ids).values({column: altered}))
    keeper.keep(handlings={"protected": 10}, classes={"decision": 100})
    keeper.after(11)
    assert keeper.office.personal(other) is None
    keeper.after(101)
    assert keeper.left() == 0


def test_a_hold_on_a_roster_holds_what_can_not_be_read(keeper: Keeper) -> None:
    """Whether it is about the roster is not known, and what is deleted does not come back."""
    _rosters(keeper.office)
    keeper.office.decision([HANA])
    with keeper.office.store.write() as connection:
        connection.execute(update(records).where(records.c.kind == "decision.recorded").values(body=b"not json"))
    held = keeper.hold("roster", roster="volunteers")
    keeper.after(400)
    assert keeper.left() == 1
    keeper.holds.lift(held, "Settled", "auditor")
    keeper.after(402)
    assert keeper.left() == 0


def test_what_expired_is_told_with_counts(keeper: Keeper) -> None:
    """By kind of record, once an hour at most, and all of it."""
    for _ in range(3):
        keeper.office.decision()
    keeper.after(366)
    assert keeper.office.told("personal_data.expired") == []
    keeper.office.decision()
    keeper.after(366 + 1)
    (told,) = keeper.office.told("personal_data.expired")
    assert told.body["counts"] == {"decision.recorded": 3}
    keeper.after(366 + 2)
    assert len(keeper.office.told("personal_data.expired")) == 1


@pytest.mark.parametrize(
    ("target", "draft"),
    [
        ("address", {"address": "Hana.V01+x@googlemail.com"}),
        ("period", {"since": NOW - DAY, "until": NOW + DAY}),
        ("period", {"until": NOW + DAY}),
        ("roster", {"roster": "volunteers"}),
    ],
)
def test_a_hold_stops_expiry_until_it_is_lifted(keeper: Keeper, target: Target, draft: dict[str, object]) -> None:
    """What is held stays, what isn't goes; within a day after the hold was lifted, the rest goes too."""
    keeper.office.record("roster.deleted", "volunteers", {}, None)
    held = keeper.office.decision(roster="volunteers")
    keeper.office.record("decision.released", held, {}, {"justification": "They all know each other"})
    keeper.office.now = NOW + 2 * DAY
    free = keeper.office.decision(["x@x.jp"])
    hold = keeper.hold(target, **draft)
    keeper.after(400)
    assert keeper.office.personal(held)
    assert keeper.office.personal(free) is None
    assert keeper.left() == 2, "with what was said of it"
    keeper.holds.lift(hold, "Settled", "auditor")
    keeper.after(401.1)
    assert keeper.left() == 0


def test_a_single_decision_can_be_held(keeper: Keeper) -> None:
    """By its id, with the release that belongs to it."""
    held, free = keeper.office.decision(), keeper.office.decision()
    keeper.office.record("decision.released", held, {}, {"justification": "She asked for it"})
    keeper.hold("record", record=held)
    keeper.after(400)
    assert keeper.left() == 2
    assert keeper.office.personal(free) is None


def test_holds_are_journaled_without_the_address(keeper: Keeper) -> None:
    """Who, why and until when to look again; the address stands nowhere in the journal."""
    hold = keeper.hold("address", address=HANA)
    keeper.holds.lift(hold, "Settled", "auditor")
    placed, lifted = keeper.office.told("legal_hold.placed")[0], keeper.office.told("legal_hold.lifted")[0]
    assert placed.subject == lifted.subject == hold
    assert placed.body["after"]["mailbox"] == keeper.office.pseudonyms.of("hanav01@gmail.com")
    personal = Reader(keeper.office.store).personal_of(placed.record_id)
    assert personal == {"author": "auditor", "reason": "Court case 12", "owner": "Legal"}
    assert keeper.holds.all() == []
    assert [each.address for each in keeper.holds.all(active=False)] == [""]


def test_former_holds_are_forgotten_with_who_placed_them(keeper: Keeper) -> None:
    """The table is no second journal."""
    hold = keeper.hold("address", address=HANA)
    keeper.holds.lift(hold, "Settled", "auditor")
    keeper.after(364)
    assert keeper.holds.all(active=False)
    keeper.after(366)
    assert keeper.holds.all(active=False) == []


def test_a_hold_says_what_is_wrong_with_it(keeper: Keeper) -> None:
    """No hold without a reason, an owner and something to hold."""
    for wrong, field in (
        ({"target": "address", "address": "Hana"}, "address"),
        ({"target": "record", "record": " "}, "record"),
        ({"target": "record", "record": "01a21d50-b78d-7ee9-aab6-ab6f8f042a2a"}, "record"),
        ({"target": "roster", "roster": "volunters"}, "roster"),
        ({"target": "period"}, "since"),
        ({"target": "period", "since": NOW, "until": NOW}, "until"),
        ({"target": "roster", "roster": "x", "reason": ""}, "reason"),
        ({"target": "roster", "roster": "x", "review_on": dt.date(2020, 1, 1)}, "review_on"),
    ):
        with pytest.raises(RightsInvalid) as refused:
            keeper.hold(**wrong)
        assert refused.value.field == field


def test_periods_are_journaled_with_before_and_after(keeper: Keeper) -> None:
    """Whoever looks at a page that is out of date changes nothing."""
    keeper.keep(classes={"view": 1_000})
    with pytest.raises(RetentionChanged):
        keeper.retention.put(Periods(), "admin", 0)
    with pytest.raises(RightsInvalid):
        keeper.keep(classes={"view": 0})
    body = keeper.office.told("retention.changed")[0].body
    assert (body["before"], body["after"]["classes"]) == ({"classes": {}, "handlings": {}}, {"view": 1_000})


def test_every_kind_has_a_class() -> None:
    """What nobody thought of is `other`, never kept for ever."""
    kinds = ("decision.recorded", "decision.released", "roster.changed", "sign_in.refused", "what.happened")
    assert [class_of(kind) for kind in kinds] == ["decision", "release", "roster", "sign_in", "other"]


def _rosters(office: Office) -> None:
    lists = Rosters(office.store, office.record)
    for name, handling in (("volunteers", "protected"), ("circle", "open")):
        lists.create(RosterDraft(name, "Mori", "Trips", checked_handling(handling)))
        lists.replace_members(name, io.BytesIO(f"email,name\n{HANA},山田 花\n".encode()))


def test_a_kept_try_is_gone_when_its_time_is_over(keeper: Keeper) -> None:
    """Also where nobody keeps another one, which used to sweep: it holds addresses."""
    for name, days in (("old", 1), ("new", 14)):
        row = {"id": name, "trial": "{}", "person_key": "local:kei", "created_at": micros(NOW)}
        with keeper.office.store.write() as connection:
            connection.execute(trials.insert(), {**row, "expires_at": micros(NOW + days * DAY)})
    keeper.after(1)
    with keeper.office.store.read() as connection:
        assert connection.scalars(select(trials.c.id)).all() == ["new"]
