"""Shapes: messages of one shape are judged alike, whoever they go to; whatever else a rule asks for is asked again."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, structs
from tests.judgement.drafts import HALL, facts, message, policy_set, rule

from atesaki.judgement import shape
from atesaki.judgement.conditions import Condition, Match, condition
from atesaki.judgement.decide import decide
from atesaki.judgement.decision import Action, Decision
from atesaki.judgement.facts import Facts, RosterHit
from atesaki.judgement.message import Message
from atesaki.judgement.policy_set import PolicySet
from atesaki.judgement.view import View
from atesaki.policies.load import load_set, read_folder
from atesaki.policies.shipped import shipped_folder

SHIPPED = load_set(read_folder(shipped_folder())).policy_set
EVERY_SORT = policy_set(
    *(
        rule({"recipients": keys}, id=f"rule_{place}")
        for place, keys in enumerate(
            (
                {"fields": ["cc"], "audience": "internal"},
                {"kind": ["distribution_list", "unreadable"]},
                {"free_mail": True, "share": {"at_least": 0.5}},
                {"audience": ["external", "partner"], "organizations": {"at_least": 2}},
                {"in_roster": {"handling": "protected"}, "visible": True, "at_least": 2},
                {"in_roster": False, "first_time": True},
                {"added_to_thread": True},
                {"added_to_thread": "organization"},
                {"same_organization": True, "at_least": 2},
                {"same_organization": "strangers", "at_least": 2},
                {"in_roster": {"handling": "protected"}, "strangers": True, "at_least": 2},
                {"look_alike": True},
                {"look_alike": "other_ending"},
                {"domains": ["one.example.net"]},
            )
        )
    ),
    rule({"exposure": {"people": {"at_least": 2}}}, id="exposed", remedies=["move_to_bcc"]),
    rule({"item": "appointment"}, id="meeting"),
    rule({"truncated": True}, id="cut"),
    rule({"time": {"outside_office_hours": True}}, id="late"),
    rule({"recipients": {"visible": True}, "thread": {"kind": "reply_all", "known": True}}, id="reply"),
)

people = st.builds(
    "{}@{}".format,
    st.sampled_from(["ann", "ben", "eve"]),
    st.sampled_from(
        ["hall.example", "partner.example", "gmail.com", "one.example.net", "two.example.org", "gmial.com", "hall.com"]
    ),
)
entries = st.builds(
    lambda address, kind: {"address": address, "kind": kind},
    people | st.just("half-typed"),
    st.sampled_from(["person", "person", "person", "distribution_list"]),
)
few = st.lists(entries, max_size=3)
drafts = st.fixed_dictionaries(
    {
        "to": few,
        "cc": few,
        "bcc": few,
        "thread": st.fixed_dictionaries(
            {"kind": st.sampled_from(["new", "reply_all"]), "recipients": st.lists(people, max_size=2)}
        ),
        "item": st.sampled_from(["message", "message", "appointment"]),
        "truncated": st.sampled_from([[], [], ["to"]]),
        "body_text": st.sampled_from([None, "see the attached file"]),
    }
)
hits = st.sampled_from([(RosterHit("volunteers", "protected"),), (RosterHit("committee", "open"),)])
known = st.builds(
    lambda rosters, correspondents, now: facts(rosters=rosters, known_correspondents=correspondents, now=now),
    st.dictionaries(people, hits, max_size=4),
    st.none() | st.frozensets(people, max_size=3),
    st.sampled_from([dt.datetime(2026, 11, 23, 1, tzinfo=dt.UTC), dt.datetime(2026, 11, 22, 1, tzinfo=dt.UTC)]),
)


@pytest.mark.parametrize("rules", [SHIPPED, EVERY_SORT], ids=["shipped", "every sort of rule"])
@given(drafts, known)
def test_a_set_that_has_seen_other_messages_decides_like_a_new_one(
    rules: PolicySet, draft: dict[str, Any], told: Facts
) -> None:
    """Whatever was judged before, the decision is the same in every word."""
    new = structs.replace(rules, shapes=shape.Shapes(rules.rules))
    assert decide(message(**draft), rules, told) == decide(message(**draft), new, told)


def counted(when: dict[str, Any], **more: object) -> tuple[PolicySet, list[int]]:
    """Return a set of one rule, and a list that grows whenever the rule is asked."""
    rules, asked = policy_set(rule(when, **more)), list[int]()
    only = rules.rules[0]
    predicate = only.when

    def watched(view: View) -> Match | None:
        asked.append(1)
        return predicate(view)

    again = (structs.replace(only, when=watched),)
    return structs.replace(rules, rules=again, shapes=shape.Shapes(again)), asked


OUTSIDERS = {"recipients": {"audience": "external", "at_least": 2}}


def test_a_message_of_the_same_shape_names_its_own_people() -> None:
    """The rule is asked once, and each message hears of its own recipients."""
    rules, asked = counted(OUTSIDERS, remedies=["move_to_bcc"])
    for one, two in (("ann@one.example.net", "ben@gmail.com"), ("eve@two.example.org", "joe@docomo.ne.jp")):
        decision = decide(message(to=[one, two], cc=["boss@hall.example"]), rules, facts(known_correspondents=None))
        assert decision.findings[0].evidence.recipients == (one, two)
        assert decision.remedies[0].recipients == (one, two)
        assert decision.exposure.disclosures == len((one, two))
    assert len(asked) == 1


def sent(to: list[str], among: list[str] | None = None, kind: str = "new", **more: Any) -> Message:  # noqa: ANN401
    """Return a message, perhaps of a conversation among others."""
    return message(to=to, thread={"kind": kind, "recipients": among or []}, **more)


TWO = ["ann@one.example.net", "ben@two.example.org"]
COMPANY = ["ann@one.example.net", "ben@one.example.net"]
LISTED = facts(rosters={"ben@two.example.org": (RosterHit("volunteers", "protected"),)})
NIGHT = facts(now=dt.datetime(2026, 11, 23, 13, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("when", "one", "other", "told"),
    [
        ({"recipients": {"organizations": {"at_least": 2}}}, sent(TWO), sent(COMPANY), facts()),
        ({"exposure": {"disclosures": {"at_least": 1}}}, sent(TWO), sent(COMPANY), facts()),
        ({"recipients": {"in_roster": False, "at_least": 2}}, sent(TWO), sent(TWO), LISTED),
        ({"not": {"time": {"outside_office_hours": True}}}, sent(TWO), sent(TWO), NIGHT),
        (
            {"recipients": {"added_to_thread": True, "at_least": 2}},
            sent(COMPANY, ["eve@one.example.net"], "reply"),
            sent(COMPANY, COMPANY[:1], "reply"),
            facts(),
        ),
        (
            {"recipients": {"added_to_thread": "organization"}},
            sent(COMPANY, ["eve@two.example.org"], "reply"),
            sent(COMPANY, ["eve@one.example.net"], "reply"),
            facts(),
        ),
        (
            {"thread": {"kind": "forward", "known": True}},
            sent(TWO, ["eve@gmail.com"], "forward"),
            sent(TWO, [], "forward"),
            facts(),
        ),
        ({"thread": {"kind": "new"}}, sent(TWO), sent(TWO, [], "reply"), facts()),
        ({"not": {"truncated": True}}, sent(TWO), sent(TWO, truncated=["to"]), facts()),
        ({"item": "message"}, sent(TWO), sent(TWO, item="appointment"), facts()),
        ({"recipients": {"fields": ["to"]}}, sent(TWO), message(cc=TWO), facts()),
        ({"recipients": {"audience": "external"}}, sent(TWO), sent(["ann@hall.example", "ben@hall.example"]), facts()),
        ({"not": {"recipients": {"look_alike": True}}}, sent(TWO), sent([TWO[0], "ben@gmial.com"]), facts()),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_another_shape_is_judged_anew(when: dict[str, Any], one: Message, other: Message, told: Facts) -> None:
    """What a rule asks for is told apart by the shape: it holds for one message and not for the other."""
    rules = policy_set(rule(when))
    assert fired(decide(one, rules, facts()))
    assert not fired(decide(other, rules, told))


def fired(decision: Decision) -> bool:
    """Tell whether the one rule matched."""
    return any(finding.rule == "a_rule" for finding in decision.findings)


def test_who_was_written_to_before_is_told_apart() -> None:
    """One known correspondent is enough."""
    rules = policy_set(rule({"recipients": {"first_time": True, "at_least": 2}}))
    assert decide(sent(TWO), rules, facts(known_correspondents=frozenset())).findings
    assert not decide(sent(TWO), rules, facts(known_correspondents=frozenset({"ann@one.example.net"}))).findings


@pytest.mark.parametrize(
    ("when", "more"),
    [
        ({"subject": {"contains": ["plan"]}}, {}),
        ({"recipients": {"domains": ["one.example.net"]}}, {}),
        ({"recipients": {"same_organization": True}}, {}),
        ({"item": "message"}, {"active": {"until": "2027-01-01"}}),
        ({"item": "message"}, {"unless": {"body": {"contains": ["plan"]}}}),
        (
            {"item": "message"},
            {"exemptions": [{"when": {"item": "message"}, "owner": "Sato", "until": "2026-01-01", "why": "Over."}]},
        ),
    ],
)
def test_a_rule_that_asks_for_more_is_asked_each_time(when: dict[str, Any], more: dict[str, Any]) -> None:
    """Texts, patterns, names and days are not part of a shape."""
    rules, asked = counted(when, **more)
    for _ in range(2):
        decide(sent(TWO), rules, facts())
    assert asked == [1, 1]


def test_what_broke_is_not_kept() -> None:
    """While the history is unknown the rule breaks each time; once it is known, it is asked again."""
    rules = policy_set(rule({"recipients": {"first_time": True}}))
    assert [finding.rule for finding in decide(sent(TWO), rules, facts()).findings] == ["rule_error"]
    assert not rules.shapes.kept
    assert fired(decide(sent(TWO), rules, facts(known_correspondents=frozenset())))


def test_a_shape_that_cannot_be_told_breaks_only_the_rules_that_ask_for_it() -> None:
    """A time zone that nobody knows warns; the rule beside it still blocks."""
    rules = policy_set(
        rule({"time": {"holidays": True}}, id="holiday"), rule(OUTSIDERS, id="outsiders", action="block")
    )
    lost = facts(organization=structs.replace(HALL, time_zone="Nowhere/Land"))
    found = {finding.rule: finding.action for finding in decide(sent(TWO), rules, lost).findings}
    assert found == {"outsiders": Action.BLOCK, "rule_error": Action.WARN}


@pytest.mark.parametrize(
    ("to", "kept"),
    [
        (["ann@gmial.com"], 0),
        ([f"p{number}@one.example.net" for number in range(201)], 0),
        ([f"p{number}@gmail.com" for number in range(201)], 1),
        ([f"p{number}@gmail.com" for number in range(1_001)], 0),
    ],
    ids=["a look-alike", "many of organizations", "many", "too many"],
)
def test_a_message_that_is_judged_by_itself_is_not_kept(to: list[str], kept: int) -> None:
    """A look-alike is told by its name, and crowds seldom look the same."""
    rules = policy_set(rule(OUTSIDERS))
    assert fired(decide(message(to=to), rules, facts())) is (len(to) > 1)
    assert len(rules.shapes.kept) == kept


def test_a_set_that_takes_other_rules_knows_nothing_yet() -> None:
    """What one rule found is not said of another, though the sets share all else."""
    rules, others = policy_set(rule(OUTSIDERS)), policy_set(rule({"item": "appointment"}))
    assert fired(decide(sent(TWO), rules, facts()))
    assert not fired(decide(sent(TWO), structs.replace(rules, rules=others.rules), facts()))


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """When there are too many shapes, the memory starts afresh."""
    monkeypatch.setattr("atesaki.judgement.shape.MOST_SHAPES", 2)
    rules = policy_set(rule(OUTSIDERS))
    for number in range(1, 6):
        decide(message(to=[f"p{place}@gmail.com" for place in range(number)]), rules, facts())
        assert 0 < len(rules.shapes.kept) <= 2


def test_nothing_that_is_kept_names_anybody() -> None:
    """Addresses are personal data: a shape holds none, and neither do the findings kept with it."""
    rules = policy_set(rule(OUTSIDERS))
    decide(sent(TWO), rules, facts())
    ((key, kept),) = rules.shapes.kept.items()
    cells = [cell.cell_contents for step in kept.steps for cell in getattr(step, "__closure__", ())]
    assert cells
    assert "@" not in repr((key, kept.disclosures, cells))


def test_whoever_adds_a_key_to_the_vocabulary_decides_whether_a_shape_tells_it() -> None:
    """Every key stands in `SHAPED_KEYS` or here."""
    unshaped = {"subject", "body", "attachments", "sender", "greeting_mismatch"}
    unshaped |= {"domains", "addresses", "same_organization", "groups"}
    unshaped |= {"contains", "matches", "empty", "extension", "size", "missing_although_mentioned"}
    kinds = [kind for kind in vars(condition).values() if isinstance(kind, type) and issubclass(kind, Struct)]
    assert Condition in kinds
    assert set(_keys(kinds)) == shape.SHAPED_KEYS | unshaped


def _keys(kinds: list[type[Struct]]) -> Iterator[str]:
    for kind in kinds:
        yield from kind.__struct_fields__
