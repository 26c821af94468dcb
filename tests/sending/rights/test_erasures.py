"""An erasure is asked for by one person and approved by another, and each step is journaled without the address."""

from collections.abc import Callable, Mapping

import pytest
from sqlalchemy import insert, select
from tests.sending.rights.desk import ANNA, BEN, Desk
from tests.sending.rights.office import DAY, HANA, NOW

from atesaki.journal.read import Reader
from atesaki.sending.rights.erasures import Author, Erasures
from atesaki.sending.rights.errors import NotTheSecondPerson, RightsInvalid, RightsNotFound
from atesaki.storage.tables import accounts

NAME = "山田 花"


def test_every_step_is_journaled_without_the_address(desk: Desk) -> None:
    """Who asked, who approved, what was done; the person is a keyed hash."""
    desk.office.decision()
    erasure = desk.erase()
    steps = [desk.office.told(f"erasure.{state}")[0] for state in ("requested", "approved")]
    steps.append(desk.office.told("personal_data.erased")[0])
    mailbox = desk.office.pseudonyms.of("hanav01@gmail.com")
    assert [(each.subject, each.body["mailbox"]) for each in steps] == [(erasure, mailbox)] * 3
    reader = Reader(desk.store)
    assert reader.personal_of(steps[0].record_id) == {"author": ANNA.name, "reason": "She asked us to"}
    assert reader.personal_of(steps[1].record_id) == {"author": BEN.name}
    assert desk.requests.get(erasure).address == ""


def test_nobody_approves_what_they_asked_for(desk: Desk) -> None:
    """It takes another person; and what nobody approved is not done."""
    desk.office.decision()
    erasure = desk.ask()
    with pytest.raises(NotTheSecondPerson):
        desk.requests.approve(erasure, ANNA)
    with pytest.raises(NotTheSecondPerson):
        desk.requests.approve(erasure, Author(ANNA.name, "https://login.example anna"))
    desk.eraser.turn()
    assert desk.decisions()[0]["to"] == [{"address": HANA}]
    desk.requests.refuse(erasure, ANNA)
    with pytest.raises(RightsNotFound):
        desk.requests.approve(erasure, BEN)
    assert (desk.requests.get(erasure).state, desk.requests.get(erasure).address) == ("refused", "")


def test_a_request_that_nobody_approves_lapses(desk: Desk) -> None:
    """It would keep the address for ever otherwise."""
    erasure = desk.ask()
    desk.office.now = NOW + 31 * DAY
    desk.eraser.turn()
    assert (desk.requests.get(erasure).state, desk.requests.get(erasure).address) == ("lapsed", "")
    assert desk.office.told("erasure.lapsed")


def test_somebody_with_an_account_is_not_erased_before_it_is_disabled(desk: Desk) -> None:
    """Else they would be back with the next click; a disabled account goes with its person."""
    with desk.store.write() as connection:
        values = {"display_name": NAME, "roles": "[]", "created_at": 0}
        connection.execute(insert(accounts).values(name=HANA, **values))
    with pytest.raises(RightsInvalid):
        desk.ask()
    with desk.store.write() as connection:
        connection.execute(accounts.update().values(disabled_at=1))
    desk.erase()
    with desk.store.read() as connection:
        assert connection.execute(select(accounts)).all() == []


def test_the_same_person_is_asked_for_once_at_a_time(desk: Desk) -> None:
    """In any spelling."""
    desk.ask()
    with pytest.raises(RightsInvalid):
        desk.ask("hanav01+again@gmail.com")


def slow_to_record(desk: Desk, meanwhile: Callable[[], object]) -> Erasures:
    """Return the requests as a replica sees them whose record takes so long that something else happens."""

    def record(kind: str, subject: str, body: Mapping[str, object], personal: Mapping[str, object] | None) -> object:
        meanwhile()
        return desk.office.record(kind, subject, body, personal)

    return Erasures(desk.store, desk.office.pseudonyms, record, desk.office.clock)


def test_whoever_refuses_too_late_is_told(desk: Desk) -> None:
    """Else they believe that nothing is erased."""
    erasure = desk.ask()
    requests = slow_to_record(desk, lambda: desk.requests.approve(erasure, BEN))
    with pytest.raises(RightsNotFound):
        requests.refuse(erasure, ANNA)
    assert desk.requests.get(erasure).state == "approved"


def test_a_request_that_is_approved_while_it_lapses_is_done(desk: Desk) -> None:
    """And whatever else lapses is looked at all the same."""
    erasure = desk.ask()
    desk.office.now = NOW + 31 * DAY
    slow_to_record(desk, lambda: desk.requests.approve(erasure, BEN)).lapse()
    assert desk.requests.get(erasure).state == "approved"
