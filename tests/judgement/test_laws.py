"""Laws of the judgement under the shipped policies, for any message that hypothesis can think of."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from tests.judgement.drafts import facts, message

from atesaki.judgement.decide import decide
from atesaki.judgement.decision import Decision
from atesaki.judgement.facts import Facts, RosterHit
from atesaki.judgement.message import Message
from atesaki.policies.load import load_set, read_folder
from atesaki.policies.shipped import shipped_folder

SHIPPED = load_set(read_folder(shipped_folder())).policy_set
DOMAINS = [
    "hall.example",
    "partner.example",
    "gmail.com",
    "docomo.ne.jp",
    "one.example.net",
    "two.example.org",
    "gmial.com",
]
ROSTERS = [
    RosterHit("volunteers", "protected"),
    RosterHit("applicants", "protected"),
    RosterHit("patients", "sensitive"),
    RosterHit("committee", "open"),
]
EXPOSURE_RULES = {
    ("roster_visible", "members_in_to_or_cc"),
    ("roster_visible", "member_before_blind_members"),
    ("sensitive_roster", "member_beside_outsider"),
    ("strangers_visible", "many_strangers"),
    ("strangers_visible", "strangers"),
    ("strangers_visible", "one_before_blind"),
    ("crowd_one_domain", "crowd"),
}

addresses = st.builds("p{}@{}".format, st.integers(0, 30), st.sampled_from(DOMAINS))
outsiders = st.builds(
    "q{}@{}".format, st.integers(0, 9), st.sampled_from(["gmail.com", "one.example.net", "new.example.com"])
)
lists = st.lists(addresses, max_size=25)
threads = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["new", "reply", "reply_all", "forward"]),
        "recipients": st.lists(addresses, max_size=8),
    }
)
drafts = st.fixed_dictionaries({"to": lists, "cc": lists, "bcc": lists, "thread": threads})
late = st.frozensets(st.sampled_from([hit.roster for hit in ROSTERS]))
known_facts = st.builds(
    lambda rosters, late: facts(rosters=rosters, late_rosters=late, known_correspondents=frozenset()),
    st.dictionaries(addresses, st.sampled_from(ROSTERS).map(lambda hit: (hit,)), max_size=20),
    late,
)
fields = st.sampled_from(["to", "cc", "bcc"])
crowds = st.frozensets(st.integers(0, 13), min_size=8)


def shipped(draft: Message, known: Facts) -> Decision:
    """Return the decision of the shipped policies."""
    return decide(draft, SHIPPED, known)


def strictness(decision: Decision) -> tuple[int, int]:
    """Return how hard a decision is, comparable."""
    return decision.action.rank, decision.release.rank if decision.release else -1


def exposure_strictness(decision: Decision) -> tuple[int, int]:
    """Return how hard the strictest exposure rule is."""
    found = [f for f in decision.findings if (f.policy, f.rule) in EXPOSURE_RULES]
    return max(((f.action.rank, f.release.rank) for f in found), default=(0, -1))


@given(drafts, known_facts, outsiders, fields)
def test_adding_an_outsider_never_softens_the_action(draft: dict[str, Any], known: Facts, one: str, field: str) -> None:
    """One more stranger, in any field, leaves the decision as strict or makes it stricter."""
    more = {**draft, field: [*draft[field], one]}
    assert strictness(shipped(message(**more), known)) >= strictness(shipped(message(**draft), known))


@given(drafts, known_facts, st.randoms(use_true_random=False))
def test_the_order_of_recipients_is_irrelevant(draft: dict[str, Any], known: Facts, chance: random.Random) -> None:
    """Shuffled fields give the same action, release, findings, numbers and remedies."""
    shuffled = {**draft, **{f: chance.sample(draft[f], len(draft[f])) for f in ("to", "cc", "bcc")}}
    assert _unordered(shipped(message(**draft), known)) == _unordered(shipped(message(**shuffled), known))


def _unordered(decision: Decision) -> object:
    found = [
        (f.policy, f.rule, f.evidence.count, f.evidence.roster, sorted(f.evidence.recipients))
        for f in decision.findings
    ]
    remedies = [(remedy.kind, sorted(remedy.recipients)) for remedy in decision.remedies]
    return strictness(decision), decision.exposure, decision.people, decision.each, found, remedies


@given(drafts, known_facts, st.data())
def test_moving_a_visible_outsider_to_bcc_never_hardens_an_exposure_rule(
    draft: dict[str, Any], known: Facts, data: st.DataObject
) -> None:
    """The fix that we offer never makes the reason for it worse."""
    visible = [address for address in (*draft["to"], *draft["cc"]) if not address.endswith("hall.example")]
    if not visible:
        return
    moved = data.draw(st.sampled_from(visible))
    lists = {field: [a for a in draft[field] if a != moved] for field in ("to", "cc")}
    after = {**draft, **lists, "bcc": [*draft["bcc"], moved]}
    before, now = shipped(message(**draft), known), shipped(message(**after), known)
    assert exposure_strictness(now) <= exposure_strictness(before)
    assert now.exposure.disclosures <= before.exposure.disclosures


@given(crowds, crowds, crowds, st.integers(0, 13))
def test_a_crowd_of_committees_obeys_both_laws(
    visible: frozenset[int], pupils: frozenset[int], board: frozenset[int], one: int
) -> None:
    """Whoever joins a crowd of one domain, on whichever open roster, softens nothing; in Bcc they harden nothing."""
    hits = {"class": pupils, "board": board}
    rosters = {
        _pupil(number): tuple(RosterHit(name, "open") for name, members in hits.items() if number in members)
        for number in range(14)
    }
    known = facts(rosters=rosters, known_correspondents=frozenset())
    without = [_pupil(number) for number in sorted(visible - {one})]
    in_to = shipped(message(to=[*without, _pupil(one)]), known)
    for milder in (shipped(message(to=without), known), shipped(message(to=without, bcc=[_pupil(one)]), known)):
        assert strictness(milder) <= strictness(in_to)


@given(st.integers(3, 34), st.integers(0, 4), outsiders, fields)
def test_whoever_joins_a_conversation_softens_nothing(size: int, joined: int, one: str, field: str) -> None:
    """However many see each other already, and whether it is the first newcomer or the fifth."""
    thread = {"kind": "reply_all", "recipients": [f"p{number}@gmail.com" for number in range(size)]}
    to = [f"p{number}@gmail.com" for number in range(size + joined)]
    lists = {"to": to, "cc": [], "bcc": []}
    before, after = (message(**each, thread=thread) for each in (lists, {**lists, field: [*lists[field], one]}))
    assert strictness(shipped(after, facts())) >= strictness(shipped(before, facts()))


def _pupil(number: int) -> str:
    return f"p{number}@school.example.net"


@given(drafts, known_facts)
def test_moving_everyone_to_bcc_ends_every_exposure(draft: dict[str, Any], known: Facts) -> None:
    """The remedy names exactly those after whose move nobody learns anything and no exposure rule is left."""
    decision = shipped(message(**draft), known)
    remedy = next((remedy for remedy in decision.remedies if remedy.kind == "move_to_bcc"), None)
    if remedy is None:
        return
    moved = set(remedy.recipients)
    lists = {field: [a for a in draft[field] if a not in moved] for field in ("to", "cc")}
    after = shipped(message(**{**draft, **lists, "bcc": [*draft["bcc"], *moved]}), known)
    assert (after.exposure.disclosures, exposure_strictness(after)) == (0, (0, -1))


@given(drafts, known_facts)
def test_the_offered_fixes_together_leave_nothing_that_they_are_for(draft: dict[str, Any], known: Facts) -> None:
    """Whoever removes and then moves everybody named is offered neither again."""
    decision = shipped(message(**draft), known)
    named = {remedy.kind: set(remedy.recipients) for remedy in decision.remedies}
    gone, moved = named.get("remove", set()), named.get("move_to_bcc", set())
    visible = {f: [a for a in draft[f] if a not in gone | moved] for f in ("to", "cc")}
    blind = [a for a in draft["bcc"] if a not in gone] + sorted(moved - gone)
    after = shipped(message(**{**draft, **visible, "bcc": blind}), known)
    assert {remedy.kind for remedy in after.remedies} <= {"send_individually"}


@given(drafts, known_facts, st.lists(st.sampled_from(["to", "bcc", "body", "thread"]), min_size=1), st.booleans())
def test_what_is_unknown_softens_nothing(
    draft: dict[str, Any],
    known: Facts,
    unread: list[str],
    history: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    """A part that was not read, a source that was not asked or a sender without history only adds a warning."""
    before = strictness(shipped(message(**draft), known))
    stale = structs.replace(known, stale=("rosters",))
    unknown = structs.replace(known, known_correspondents=None if history else known.known_correspondents)
    assert strictness(shipped(message(**draft, truncated=unread), known)) >= max(before, (1, 1))
    assert strictness(shipped(message(**draft), stale)) >= max(before, (1, 1))
    assert strictness(shipped(message(**draft), unknown)) >= before


@given(drafts, known_facts, st.data())
def test_another_writing_of_a_recipient_is_nobody_new(draft: dict[str, Any], known: Facts, data: st.DataObject) -> None:
    """Case, width and a tag make no second person, wherever the mailbox is written again."""
    field = data.draw(fields)
    if not draft[field]:
        return
    address = data.draw(st.sampled_from(draft[field]))
    again = data.draw(
        st.sampled_from([address.upper(), f"Ann <{address}>", address.replace("@", "+tag@"), _wide(address)])
    )
    place = data.draw(st.sampled_from([field, "bcc"]))
    before, after = (
        shipped(message(**draft), known),
        shipped(message(**{**draft, place: [*draft[place], again]}), known),
    )
    assert (strictness(after), after.exposure, after.people) == (strictness(before), before.exposure, before.people)
    assert [f.evidence.count for f in after.findings] == [f.evidence.count for f in before.findings]


def _wide(address: str) -> str:
    return address.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


@given(st.lists(st.text(max_size=40), max_size=10), known_facts)
def test_whatever_stands_in_to_is_judged(texts: list[str], known: Facts) -> None:
    """No text of a recipient makes the judgement raise, and what cannot be read at least warns."""
    decision = shipped(message(to=[{"address": text} for text in texts if text.isprintable()]), known)
    assert all(finding.rule != "rule_error" for finding in decision.findings)
