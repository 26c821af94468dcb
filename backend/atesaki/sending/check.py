"""The check at Send: gather facts, judge, record durably, then answer."""

import datetime as dt
import time
from collections.abc import Awaitable, Collection
from typing import NamedTuple, Protocol

import structlog
from msgspec import UNSET, structs

from atesaki.clock import Clock, utc_now
from atesaki.journal import Entry
from atesaki.journal.record import uuid7
from atesaki.judgement.address import parse_address
from atesaki.judgement.builtin import builtin_finding
from atesaki.judgement.decide import decide_for
from atesaki.judgement.decision import ALLOW, NEVER, SECOND_CHECK, Decision, Evidence, Exposure, Release
from atesaki.judgement.explain import Locale
from atesaki.judgement.facts import Facts
from atesaki.judgement.message import MAX_RECIPIENTS, Message, unusable_text
from atesaki.judgement.people import People
from atesaki.judgement.policy_set import PolicySet
from atesaki.judgement.profiles import Profiles
from atesaki.sending.answer import DecisionAnswer, Earlier, ReleasedBy, answer_of
from atesaki.sending.case import Case
from atesaki.sending.earlier_check import Held
from atesaki.sending.errors import RequestInvalid
from atesaki.sending.facts import FactSources
from atesaki.sending.fingerprint import fingerprint, sender_key
from atesaki.sending.history import MOST_LEARNED
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.sending.record import KIND, WrittenRecipients, body_of, personal_of, write_recipients
from atesaki.sending.records import SubmitsRecords
from atesaki.sending.release import releasable
from atesaki.sending.request import Caller, DecisionRequest
from atesaki.sending.stages import next_stage
from atesaki.storage.engine import micros

_log = structlog.get_logger(__name__)


class UsesReleases(Protocol):
    """Knows which held messages were released."""

    async def use(self, fingerprint: str, required: Release, used_by: str, now: dt.datetime, /) -> ReleasedBy | None:
        """Use up the release of a message, if there is one."""


class TellsEarlier(Protocol):
    """Knows what became of the second checks that were asked for before."""

    async def tell(self, held: Held, locale: Locale, /) -> Earlier | None:
        """Return how the check of a message stands; never raises."""


class Learns(Protocol):
    """Remembers whom a message went to."""

    def learn(self, sender: str, known: Profiles, mailboxes: Collection[int], now: dt.datetime, /) -> None:
        """Remember it."""


class HasPolicies(Protocol):
    """Knows the policies in force."""

    @property
    def policy_set(self) -> PolicySet:
        """The set in force, compiled."""


class Lesson(NamedTuple):
    """Whom the sender of a message that may go writes to, by their numbers in `known`."""

    sender: str
    known: Profiles
    mailboxes: Collection[int]


class Judged(NamedTuple):
    """A decision that is ready to be recorded and then answered."""

    decision: Decision
    policy_set: PolicySet
    answer: DecisionAnswer
    entry: Entry
    lesson: Lesson | None


class Submitted(NamedTuple):
    """An answer that may be given once its record is durable."""

    answer: DecisionAnswer
    recorded: Awaitable[object]
    lesson: Lesson | None


class Check:
    """Judges messages at the moment of Send; nothing is answered that was not recorded."""

    def __init__(  # noqa: PLR0913  # Each port is one need of the check, handed in by the composition root.
        self,
        *,
        policies: HasPolicies,
        facts: FactSources,
        journal: SubmitsRecords,
        releases: UsesReleases,
        checks: TellsEarlier,
        correspondents: Learns,
        pseudonyms: Pseudonyms,
        locale: Locale,
        clock: Clock = utc_now,
    ) -> None:
        self._policies = policies
        self._facts = facts
        self._journal = journal
        self._releases = releases
        self._checks = checks
        self._correspondents = correspondents
        self._pseudonyms = pseudonyms
        self._locale: Locale = locale
        self._clock = clock

    async def __call__(self, request: DecisionRequest, caller: Caller, *, about_people: bool = True) -> Judged:
        """Judge, record, and return what to answer.

        With `about_people` false neither rosters nor history are asked.
        Raises `RequestInvalid`, and `JournalUnavailable` where the decision can't be recorded.
        """
        judged = await self.judge(request, caller, about_people=about_people)
        await self.record(judged)
        return judged

    async def submit(self, request: DecisionRequest, caller: Caller) -> Submitted:
        """Judge and begin to record; whoever answers must wait for `settled` first.

        Meanwhile nobody need hold the message: what is freed at once is freed and used again in the processor's cache.
        """
        judged = await self.judge(request, caller)
        await next_stage(len(request.message.recipients))
        return Submitted(judged.answer, self._journal.submit(judged.entry), judged.lesson)

    async def settled(self, recorded: Awaitable[object], lesson: Lesson | None) -> None:
        """Return once the decision is durable; raises `JournalUnavailable`."""
        await recorded
        if lesson is not None:
            self._correspondents.learn(*lesson, self._clock())

    async def judge(self, request: DecisionRequest, caller: Caller, *, about_people: bool = True) -> Judged:
        """Judge without recording; whoever answers must `record` first."""
        started = time.perf_counter_ns()
        written = write_recipients(request.message)
        refuse_unusable(request.message, written)
        size = len(request.message.recipients)
        await next_stage(size)
        case = await self._case(request, caller, started, about_people=about_people)
        await next_stage(size)
        decision = _decided(case.people, case.policy_set, case.facts)
        await next_stage(size)
        mark, released_by = await self._release(case, decision, may_use=about_people)
        await next_stage(size)
        final = _let_go(decision) if released_by else decision
        locale = request.language(self._locale)
        # Whoever came without a key must not read whom a sender has mailed.
        earlier = await self._earlier(case, final, mark, locale) if about_people else None
        answer = answer_of(case, final, released_by, locale, earlier)
        await next_stage(size)
        body = body_of(case, final, released_by, locale, earlier.check if earlier else UNSET)
        await next_stage(size)
        owner = sender_key(caller, case.message)
        personal = personal_of(
            case.people, decision, owner, identity=caller.identity, fingerprint=mark, written=written
        )
        entry = Entry(KIND, case.decision_id, body, personal)
        teaches = final.action is ALLOW and about_people and request.client.moment == "send"
        teaches = teaches and case.people.size <= MOST_LEARNED
        people = case.people
        lesson = Lesson(people.sender.key, people.known, people.mailboxes) if teaches else None
        return Judged(final, case.policy_set, answer, entry, lesson)

    async def record(self, judged: Judged) -> None:
        """Make the decision durable; raises `JournalUnavailable`."""
        await self.settled(self._journal.submit(judged.entry), judged.lesson)

    async def _case(self, request: DecisionRequest, caller: Caller, started: int, *, about_people: bool) -> Case:
        now, policy_set = self._clock(), self._policies.policy_set
        message = request.message
        if about_people:
            # Gmail shows no difference between a list and a person, and who writes to the API may know none.
            tells_lists = request.client.app == "outlook"
            people, facts = await self._facts.gather(message, policy_set, now, tells_lists=tells_lists)
        else:
            people, facts = await self._facts.without_people(message, now)
        return Case(uuid7(micros(now)), request, caller, people, facts, policy_set, started)

    async def _release(self, case: Case, decision: Decision, *, may_use: bool) -> tuple[str | None, ReleasedBy | None]:
        """Return the fingerprint of a message that its sender can release, and the release that was waiting for it."""
        if decision.release is None or not releasable(decision.release):
            return None, None
        mark = fingerprint(self._pseudonyms, case.caller, case.message, decision)
        if case.request.client.moment == "compose" or not may_use:
            # A look while composing must not use up what was released for Send, nor may anybody who has no key.
            return mark, None
        return mark, await self._releases.use(mark, decision.release, case.decision_id, case.facts.now)

    async def _earlier(self, case: Case, decision: Decision, mark: str | None, locale: Locale) -> Earlier | None:
        """Return what became of an earlier second check of a message that needs one, or that nobody can let go."""
        if decision.release is not NEVER and (decision.release is not SECOND_CHECK or mark is None):
            return None
        return await self._checks.tell(Held(case, decision, mark), locale)


def refuse_unusable(message: Message, written: WrittenRecipients) -> None:
    """Refuse control characters, a sender that is no address, and too long a list; any recipient is judged as it is."""
    if not written.plain and (path := unusable_text(message)):
        raise RequestInvalid("This text holds a character that is not allowed here.", field=f"message.{path}")
    if not parse_address(message.sender.address).readable:
        raise RequestInvalid("The sender must be an e-mail address.", field="message.sender.address")
    if len(message.recipients) > MAX_RECIPIENTS:
        raise RequestInvalid(f"A message has at most {MAX_RECIPIENTS:,} recipients.", field="message.to")


def _decided(people: People, policy_set: PolicySet, facts: Facts) -> Decision:
    try:
        return decide_for(people, policy_set, facts)
    except Exception as error:  # noqa: BLE001  # A judgement that breaks warns; it never allows and never loses the mail.
        _log.error("judgement.failed", error=type(error).__name__)  # A traceback may hold addresses.
        finding = builtin_finding("judgement_error", Evidence(error=type(error).__name__))
        return Decision(
            action=finding.action,
            release=finding.release,
            findings=(finding,),
            exposure=Exposure(),
            people=0,
            each=0,
            remedies=(),
            policy_revision=policy_set.revision,
            item=people.message.item,
        )


def _let_go(decision: Decision) -> Decision:
    return structs.replace(decision, action=ALLOW, release=None, remedies=())
