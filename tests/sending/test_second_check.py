"""A second check: another person's word lets exactly one message go once, and nobody is their own second person."""

import asyncio
import datetime as dt
from collections.abc import Collection
from typing import Any

import pytest
from msgspec import structs
from tests.sending.rights.office import Office

from atesaki.identity.person import Person
from atesaki.identity.verifier import Identity
from atesaki.journal import Record
from atesaki.journal.read import Reader
from atesaki.judgement.decision import Action, Release
from atesaki.judgement.message import Recipient, Sender
from atesaki.sending.answer import ReleasedBy
from atesaki.sending.decisions import FoundBody, FoundDecision, FoundPersonal
from atesaki.sending.errors import (
    DecisionExpired,
    DecisionNotFound,
    NotTheSender,
    OwnMessage,
    ReleaseNotAllowed,
    RequestInvalid,
    SecondCheckAnswered,
    SecondCheckNotAsked,
)
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.sending.release import Releases
from atesaki.sending.request import Caller
from atesaki.sending.second_check import WAITS_FOR, SecondChecks
from atesaki.sending.second_check_records import GRANTED, REQUESTED
from atesaki.sending.second_check_state import GRANTED_FOR, MAX_TEXT, SecondCheckRequest

NOW = dt.datetime(2026, 11, 28, 9, tzinfo=dt.UTC)
A_MOMENT = dt.timedelta(microseconds=1)
A_WHILE = dt.timedelta(minutes=15)
STAFF = "staff@hall.example"
MORI = Person("local:mori@hall.example", "Mori", "mori@hall.example", frozenset({"checker"}))
CALLER = Caller("k")
PLEASE = SecondCheckRequest("  Is the list right?  ")


class Desk:
    """Held decisions, a clock that is set by hand, and a real journal."""

    def __init__(self, office: Office) -> None:
        self.now = NOW
        self.office = office
        self.reader = Reader(office.store)
        self.found: dict[str, FoundDecision] = {}
        self.singly = 0
        self.restart()
        self.hold("d1")

    def restart(self) -> None:
        """Open everything anew on the same store."""
        clock = lambda: self.now  # noqa: E731  # The clock is read anew each time.
        store, journal = self.office.store, self.office.journal
        self.releases = Releases(store, self, journal, Pseudonyms(b"key"), clock)
        self.checks = SecondChecks(store, self, journal, self.releases, clock)

    def hold(self, decision_id: str, release: Release = Release.SECOND_CHECK, **personal: Any) -> None:  # noqa: ANN401  # Any part of it.
        """Hold a message; the same fingerprint is the same message."""
        to = (Recipient("hanako@gmail.com"), Recipient("taro@docomo.ne.jp"))
        people = FoundPersonal(Sender(STAFF), "key", None, to, (), (), "print", "Minutes")
        body = FoundBody(decision_id, Action.BLOCK, release, self.now + A_WHILE)
        self.found[decision_id] = FoundDecision(body, structs.replace(people, **personal), f"r-{decision_id}")

    def find(self, decision_id: str) -> FoundDecision | None:
        """Return a decision."""
        self.singly += 1
        return self.found.get(decision_id)

    def find_all(self, decision_ids: Collection[str]) -> dict[str, FoundDecision]:
        """Return decisions."""
        return {each: self.found[each] for each in decision_ids if each in self.found}

    def used(self, decision_id: str, fingerprint: str = "print") -> ReleasedBy | None:
        """Send the message, and return what let it go."""
        return asyncio.run(self.releases.use(fingerprint, Release.SECOND_CHECK, decision_id, self.now))

    def recorded(self) -> dict[str, Record]:
        """Return what was recorded about the first decision, by kind."""
        records = self.reader.of_subject("d1")
        found = {record.kind: record for record in records}
        assert len(found) == len(records)
        return found


@pytest.fixture
def desk(office: Office) -> Desk:
    """One message that waits for a second person."""
    return Desk(office)


def test_a_checked_message_goes_once(desk: Desk) -> None:
    """Asking lets nothing go; the checker's word does, once, and both stand in the journal."""
    asked = desk.checks.ask("d1", PLEASE, CALLER)
    assert (asked.state, asked.expires_at) == ("waiting", NOW + WAITS_FOR)
    assert desk.used("d2") is None
    desk.checks.grant("d1", MORI, " Looks right. ")
    granted = desk.checks.state("d1", CALLER)
    assert (granted.state, granted.by, granted.comment) == ("granted", MORI.email, "Looks right.")
    assert granted.expires_at == NOW + GRANTED_FOR
    assert desk.used("d3") == ReleasedBy("d1", "second_check")
    assert desk.used("d4") is None
    assert desk.checks.state("d1", CALLER).state == "used"
    assert set(desk.recorded()) == {REQUESTED, GRANTED}


def test_no_word_of_anybody_stands_in_the_body_of_a_record(desk: Desk) -> None:
    """Bodies stay for ever; notes and people can be erased."""
    desk.checks.ask("d1", PLEASE, CALLER)
    desk.checks.grant("d1", MORI, "Fine")
    recorded = desk.recorded()
    assert recorded[REQUESTED].body == {"decision_id": "d1", "note_length": 18, "assurance": "claimed"}
    assert recorded[GRANTED].body == {"decision_id": "d1", "kind": "second_check", "comment_length": 4}
    request = desk.checks.request("d1")
    assert (request.note, request.by, request.comment) == ("Is the list right?", MORI.email, "Fine")


def test_a_granted_message_outlives_a_restart(desk: Desk) -> None:
    """What was checked on one day may go on the next, whatever happened to the server meanwhile."""
    desk.checks.ask("d1", PLEASE, CALLER)
    desk.checks.grant("d1", MORI)
    desk.restart()
    desk.now += GRANTED_FOR - A_MOMENT
    assert desk.used("d2") == ReleasedBy("d1", "second_check")


def test_a_granted_message_waits_a_day_and_no_longer(desk: Desk) -> None:
    """Whoever comes back later has it checked anew."""
    desk.checks.ask("d1", PLEASE, CALLER)
    desk.checks.grant("d1", MORI)
    desk.now += GRANTED_FOR
    assert desk.used("d2") is None
    assert desk.checks.state("d1", CALLER).state == "expired"


def test_a_declined_message_stays_held_and_says_why(desk: Desk) -> None:
    """The sender reads what to change, and may ask again after the next Send."""
    desk.checks.ask("d1", PLEASE, CALLER)
    desk.checks.decline("d1", MORI, "Hanako has left.")
    state = desk.checks.state("d1", CALLER)
    assert (state.state, state.by, state.comment) == ("declined", MORI.email, "Hanako has left.")
    assert desk.used("d2") is None
    desk.hold("d2")
    assert desk.checks.state("d2", CALLER) == state
    assert desk.checks.ask("d2", PLEASE, CALLER).decision_id == "d2"
    assert desk.checks.state("d2", CALLER).state == "waiting"


def test_what_is_declined_in_the_last_minute_is_read_all_the_same(desk: Desk) -> None:
    """Whoever waited for three days, and only then comes back, is told why."""
    desk.checks.ask("d1", PLEASE, CALLER)
    desk.now += WAITS_FOR - A_MOMENT
    desk.checks.decline("d1", MORI, "Hanako has left.")
    desk.now += WAITS_FOR - A_MOMENT
    desk.hold("d2")
    assert desk.checks.state("d2", CALLER).comment == "Hanako has left."


def test_whoever_declines_says_why(desk: Desk) -> None:
    """A sender who is told nothing can only guess."""
    desk.checks.ask("d1", PLEASE, CALLER)
    with pytest.raises(RequestInvalid) as refused:
        desk.checks.decline("d1", MORI, "  ")
    assert refused.value.field == "comment"
    for comment in ("x" * (MAX_TEXT + 1), "\0"):
        with pytest.raises(RequestInvalid):
            desk.checks.grant("d1", MORI, comment)
    assert desk.checks.request("d1").asked.state == "waiting"


def test_the_same_message_is_asked_about_once(desk: Desk) -> None:
    """Whoever presses Send again meanwhile sees the check that waits already."""
    first = desk.checks.ask("d1", PLEASE, CALLER)
    desk.hold("d2")
    assert desk.checks.state("d2", CALLER) == first
    assert desk.checks.ask("d2", PLEASE, CALLER) == desk.checks.ask("d1", PLEASE, CALLER) == first
    assert [each.decision_id for each in desk.checks.waiting()] == ["d1"]
    assert set(desk.recorded()) == {REQUESTED}


def test_another_message_is_another_check(desk: Desk) -> None:
    """A changed message was not checked."""
    desk.checks.ask("d1", PLEASE, CALLER)
    desk.checks.grant("d1", MORI)
    desk.hold("d2", fingerprint="other")
    assert desk.used("d2", "other") is None
    with pytest.raises(SecondCheckNotAsked):
        desk.checks.state("d2", CALLER)


VERIFIED = Identity("entra", "s1", "anna@hall.example")
OWN: dict[str, tuple[str, dict[str, Any]]] = {
    "the address in From": (STAFF, {}),
    "that address written otherwise": ("Staff@HALL.example", {}),
    "the person behind a shared mailbox": ("anna@hall.example", {"identity": VERIFIED}),
    "an account without an address": ("", {}),
}


@pytest.mark.parametrize("case", OWN)
def test_nobody_checks_their_own_message(desk: Desk, case: str) -> None:
    """A second check is never the sender's own, nor that of somebody who can't be told apart from the sender."""
    email, personal = OWN[case]
    desk.hold("d1", **personal)
    desk.checks.ask("d1", PLEASE, Caller("k", VERIFIED))
    person = structs.replace(MORI, email=email)
    assert desk.checks.own("d1", person)
    with pytest.raises(OwnMessage):
        desk.checks.grant("d1", person)
    with pytest.raises(OwnMessage):
        desk.checks.decline("d1", person, "No.")
    assert set(desk.recorded()) == {REQUESTED}
    assert not desk.checks.own("d1", MORI)


def test_a_check_is_answered_once(desk: Desk) -> None:
    """Of two checkers the faster one counts, and the other is told."""
    desk.checks.ask("d1", PLEASE, CALLER)
    desk.checks.decline("d1", MORI, "Wrong list.")
    with pytest.raises(SecondCheckAnswered):
        desk.checks.grant("d1", MORI)
    assert desk.used("d2") is None


def test_a_check_that_waited_too_long_can_not_be_granted(desk: Desk) -> None:
    """After the weekend the sender asks anew."""
    desk.checks.ask("d1", PLEASE, CALLER)
    desk.now += WAITS_FOR
    with pytest.raises(SecondCheckAnswered):
        desk.checks.grant("d1", MORI)
    assert desk.checks.waiting() == []
    assert [each.state for each in desk.checks.answered()] == ["expired"]


def test_only_the_verified_sender_asks_and_sees(desk: Desk) -> None:
    """A note of somebody else's would be shown to the checker as the sender's."""
    desk.hold("d1", identity=VERIFIED)
    with pytest.raises(NotTheSender):
        desk.checks.ask("d1", PLEASE, CALLER)
    desk.checks.ask("d1", PLEASE, Caller("k", VERIFIED))
    with pytest.raises(NotTheSender):
        desk.checks.state("d1", CALLER)


@pytest.mark.parametrize("release", [Release.ACKNOWLEDGE, Release.JUSTIFY, Release.NEVER])
def test_what_asks_for_no_check_gets_none(desk: Desk, release: Release) -> None:
    """Nobody else can let go what the policy never does, nor what the sender answers for."""
    desk.hold("d1", release)
    with pytest.raises(ReleaseNotAllowed):
        desk.checks.ask("d1", PLEASE, CALLER)


def test_an_old_decision_is_not_asked_about(desk: Desk) -> None:
    """A checker would look at what the sender may have changed long since; in its last moment it still is."""
    desk.now += A_WHILE
    with pytest.raises(DecisionExpired):
        desk.checks.ask("d1", PLEASE, CALLER)
    desk.now -= A_MOMENT
    assert desk.checks.ask("d1", PLEASE, CALLER).state == "waiting"


def test_a_list_is_not_asked_for_one_by_one(desk: Desk) -> None:
    """Where 500 mails wait, each would make whoever opens the list wait longer."""
    desk.checks.ask("d1", PLEASE, CALLER)
    before = desk.singly
    assert len(desk.checks.waiting() + desk.checks.answered()) == 1
    assert desk.singly == before


def test_lists_name_who_asked_and_what_it_is_about(desk: Desk) -> None:
    """Oldest first where somebody waits; once its people are erased, a check names nobody and can't be granted."""
    desk.checks.ask("d1", PLEASE, CALLER)
    desk.now += A_MOMENT
    desk.hold("d2", fingerprint="other")
    desk.checks.ask("d2", PLEASE, CALLER)
    first, second = desk.checks.waiting()
    assert (first.decision_id, first.sender, first.people, first.subject) == ("d1", STAFF, 2, "Minutes")
    assert second.decision_id == "d2"
    desk.found["d1"] = structs.replace(desk.found["d1"], personal=None)
    erased = desk.checks.waiting()[0]
    assert (erased.sender, erased.people, erased.subject) == ("", 0, None)
    with pytest.raises(DecisionNotFound):
        desk.checks.grant("d1", MORI)
