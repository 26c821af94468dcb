"""The check: facts that are missing warn, a judgement that breaks warns, and nothing is answered unrecorded."""

import asyncio
import datetime as dt
from collections.abc import Collection, Mapping, Sequence

import pytest
from tests.fakes.journal import FakeJournal
from tests.judgement.drafts import HALL, MONDAY_MORNING, message

from atesaki.journal import JournalUnavailable
from atesaki.judgement import explain
from atesaki.judgement.decision import Release
from atesaki.judgement.facts import Organization, RosterHit
from atesaki.judgement.message import Thread
from atesaki.judgement.people import People
from atesaki.judgement.policy_set import PolicySet
from atesaki.judgement.profiles import Profiles
from atesaki.policies.load import load_set, read_folder
from atesaki.policies.shipped import shipped_folder
from atesaki.sending import check as check_module
from atesaki.sending.answer import Earlier, ReleasedBy
from atesaki.sending.check import Check, Judged
from atesaki.sending.earlier_check import Held
from atesaki.sending.facts import READ_AT_ONCE, FactSources
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.sending.record import DecisionBody
from atesaki.sending.request import Caller, DecisionRequest
from atesaki.sending.stages import LONG

CALLER = Caller("key")
STRANGERS = ["one@first.example", "two@second.example", "three@third.example"]


class World:
    """Everything that the check asks, as it stands in a test."""

    def __init__(self) -> None:
        self.policy_set: PolicySet = load_set(read_folder(shipped_folder())).policy_set
        self.value: Organization = HALL
        self.journal = FakeJournal()
        self.journal.start()
        self.broken: set[str] = set()
        self.late: frozenset[str] = frozenset()
        self.asked: list[str] = []
        self.learned: list[str] = []
        facts = FactSources(self, self, self)
        self.check = Check(
            policies=self,
            facts=facts,
            journal=self.journal,
            releases=self,
            checks=self,
            correspondents=self,
            pseudonyms=Pseudonyms(b"key"),
            locale="en",
            clock=lambda: MONDAY_MORNING,
        )

    def judged(self, request: DecisionRequest, *, about_people: bool = True) -> Judged:
        """Judge and record a request."""
        return asyncio.run(self.check(request, CALLER, about_people=about_people))

    async def find(self, people: People) -> Mapping[str, tuple[RosterHit, ...]]:
        """Tell that nobody is on a roster."""
        del people
        self._ask("rosters")
        return {}

    async def known(self, people: People, now: dt.datetime) -> frozenset[str]:
        """Tell that everybody is known."""
        del now
        self._ask("history")
        return frozenset(people.keys)

    async def use(self, fingerprint: str, required: Release, used_by: str, now: dt.datetime) -> ReleasedBy | None:
        """Tell that nothing was released."""
        del fingerprint, required, used_by, now
        self._ask("releases")
        return None

    async def tell(self, held: Held, locale: explain.Locale) -> Earlier | None:
        """Tell that nobody was asked."""
        del held, locale
        return None

    def learn(self, sender: str, known: Profiles, mailboxes: Collection[int], now: dt.datetime) -> None:
        """Remember what was learned."""
        del sender, now
        self.learned += [known.keys[number] for number in mailboxes]

    def _ask(self, source: str) -> None:
        self.asked.append(source)
        if source in self.broken:
            raise ConnectionError(source)

    @property
    def recorded(self) -> DecisionBody:
        """The newest recorded decision."""
        body = self.journal.entries[-1].body
        assert isinstance(body, DecisionBody)
        return body


def request(to: Sequence[str] = STRANGERS) -> DecisionRequest:
    """Return a request about a mail to these people."""
    return DecisionRequest(message(to=to))


def test_rosters_that_can_not_be_asked_make_every_decision_warn() -> None:
    """Where we can't know whether somebody is protected, we never let it pass in silence."""
    world = World()
    world.broken = {"rosters"}
    judged = world.judged(request(["one@first.example"]))
    assert judged.answer.action == "warn"
    assert (world.recorded.stale, world.recorded.degraded) == (("rosters",), True)


def test_history_that_can_not_be_asked_is_recorded_and_disturbs_nobody() -> None:
    """But for those about whom an enforced rule asks it, such as our own name under another ending."""
    world = World()
    world.broken = {"history"}
    judged = world.judged(request(["one@first.example"]))
    assert judged.answer.action == "allow"
    assert world.recorded.stale == ("history",)
    ours = world.judged(request(["one@hall.com"])).answer
    assert (ours.action, [each.rule for each in ours.findings]) == ("warn", ["rule_error"])


def test_what_is_only_tried_out_makes_no_acquaintances() -> None:
    """Who may not ask about people may not teach whom they know either."""
    world = World()
    assert world.judged(request(["one@first.example"]), about_people=False).answer.action == "allow"
    assert world.learned == []
    world.judged(request(["one@first.example"]))
    assert len(world.learned) == 1


def test_judgement_that_breaks_warns_and_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours neither loses the mail nor lets it go unasked."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(check_module, "decide_for", broken)
    world = World()
    judged = world.judged(request())
    assert (judged.answer.action, judged.answer.release) == ("warn", "acknowledge")
    assert [finding.rule for finding in world.recorded.findings] == ["judgement_error"]


def test_explanation_that_breaks_leaves_the_decision_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A block whose words can't be made stays a block."""

    def broken(*_: object) -> str:
        raise KeyError

    for name in ("reason", "headline", "dialog"):
        monkeypatch.setattr(explain.Words, name, broken)
    strangers = [f"person@company{number:02}.co.jp" for number in range(12)]
    answer = World().judged(request(strangers)).answer
    assert answer.action == "block"
    assert answer.dialog.text


def test_without_a_record_there_is_no_answer() -> None:
    """Never an unrecorded answer."""
    world = World()
    world.journal.problem = "disk full"
    with pytest.raises(JournalUnavailable):
        world.judged(request())
    assert world.learned == []


def test_unheld_message_asks_for_no_release() -> None:
    """Messages that nobody holds cost no look-up."""
    world = World()
    world.judged(request(["one@first.example"]))
    assert "releases" not in world.asked
    assert world.learned == ["one@first.example"]


def test_stranger_without_a_key_learns_nothing_about_rosters_and_people() -> None:
    """The public page judges by the message alone, and uses up nobody's release."""
    world = World()
    world.judged(request(), about_people=False)
    assert world.asked == []
    world.judged(request())
    assert "releases" in world.asked


@pytest.mark.parametrize("field", ["to", "thread"])
def test_many_new_addresses_in_one_message_let_others_be_answered_in_between(field: str) -> None:
    """Others get their turn after every few addresses that were never met, wherever in the message these stand."""
    texts = [f"someone@{field}日本語{number}.jp" for number in range(100)]
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def check() -> None:
        counting = asyncio.create_task(count_turns())
        wanted = request(texts) if field == "to" else DecisionRequest(message(thread=Thread("reply", tuple(texts))))
        await World().check(wanted, CALLER)
        counting.cancel()

    asyncio.run(check())
    assert turns >= len(texts) // READ_AT_ONCE


@pytest.mark.parametrize(
    ("size", "asked"),
    [
        (LONG - 1, ["rosters", "history"] * 2 + ["releases"] * 2),
        (LONG, ["rosters", "history", "releases"] * 2),
    ],
)
def test_messages_that_wait_go_through_each_stage_together(size: int, asked: Sequence[str]) -> None:
    """All facts, then all releases, while the code is in the cache; one whose people fill the cache goes alone."""
    world = World()
    wanted = request([f"person@company{number:03}.co.jp" for number in range(size)])
    world.judged(wanted)
    world.asked.clear()

    async def both() -> None:
        await asyncio.gather(world.check(wanted, CALLER), world.check(wanted, CALLER))

    asyncio.run(both())
    assert world.asked == asked


def test_nothing_personal_stands_in_the_body_of_the_record() -> None:
    """Addresses, names and words go to the side that can be deleted."""
    world = World()
    world.judged(DecisionRequest(message(to=STRANGERS, subject="secret")))
    assert "@" not in repr(world.recorded)
    assert "secret" not in repr(world.recorded)
