"""Remedies: exactly the recipients that a client has to touch, and Bcc only where it is enough."""

import pytest
from tests.judgement.drafts import facts, judged, message, policy_set, rule

from atesaki.judgement.decide import decide
from atesaki.judgement.facts import RosterHit

ALWAYS = {"item": "message"}


def test_move_to_bcc_moves_outsiders_and_leaves_colleagues() -> None:
    """Exactly the visible recipients who are not internal, in the order of the message."""
    draft = message(to=["b@gmail.com", "c@hall.example"], cc=["d@partner.example"], bcc=["e@gmail.com"])
    remedy = judged(ALWAYS, draft, remedies=["move_to_bcc"]).remedies[0]
    assert (remedy.kind, remedy.recipients) == ("move_to_bcc", ("b@gmail.com", "d@partner.example"))


def test_move_to_bcc_moves_internal_members_of_a_protected_roster_too() -> None:
    """Otherwise the fix would leave what it is meant to mend."""
    known = facts(rosters={"c@hall.example": (RosterHit("patients", "protected"),)})
    draft = message(to=["c@hall.example", "d@hall.example"])
    assert judged(ALWAYS, draft, known, remedies=["move_to_bcc"]).remedies[0].recipients == ("c@hall.example",)


def test_move_to_bcc_leaves_colleagues_of_an_open_roster() -> None:
    """Only a roster whose members must stay apart moves people of our own."""
    known = facts(rosters={"c@hall.example": (RosterHit("committee", "open"),)})
    draft = message(to=["b@gmail.com", "c@hall.example"])
    assert judged(ALWAYS, draft, known, remedies=["move_to_bcc"]).remedies[0].recipients == ("b@gmail.com",)


@pytest.mark.parametrize(("kind", "texts"), [("move_to_bcc", 3), ("remove", 4)])
def test_a_remedy_names_a_person_in_every_writing(kind: str, texts: int) -> None:
    """A client finds texts: left in Cc under another one, the person would still be seen; those in Bcc may stay."""
    lists: dict[str, list[str]] = {"to": ["b@gmail.com"], "cc": ["d@x.example", "B+list@gmail.com"]}
    draft = message(**lists, bcc=["b.@gmail.com"])
    remedy = judged({"recipients": {"audience": "external"}}, draft, remedies=[kind]).remedies[0]
    assert remedy.recipients == ("b@gmail.com", "d@x.example", "B+list@gmail.com", "b.@gmail.com")[:texts]


@pytest.mark.parametrize("kind", ["move_to_bcc", "remove"])
def test_a_remedy_names_whoever_stands_twice_in_to(kind: str) -> None:
    """Moved under one writing only, the person would stay in To under the other."""
    draft = message(to=["b@gmail.com", "B+list@gmail.com"])
    remedy = judged({"recipients": {"audience": "external"}}, draft, remedies=[kind]).remedies[0]
    assert remedy.recipients == ("b@gmail.com", "B+list@gmail.com")


def test_a_meeting_has_no_bcc_to_move_to() -> None:
    """The remedy is not offered where the client cannot apply it."""
    draft = message(to=["b@gmail.com"], item="appointment")
    assert judged({"item": "appointment"}, draft, remedies=["move_to_bcc"]).remedies == ()


def test_remove_names_what_the_rule_found() -> None:
    """The remedy lists the evidence of its own finding."""
    draft = message(to=["b@gmial.com", "c@gmail.com"])
    decision = judged({"recipients": {"look_alike": True}}, draft, remedies=["remove"])
    assert decision.remedies[0].recipients == ("b@gmial.com",)


def test_a_remedy_names_nobody_whom_only_another_rule_found() -> None:
    """Whom no rule wants removed must not be offered for removal."""
    rules = policy_set(
        rule({"recipients": {"look_alike": True}}, id="mistyped", remedies=["remove"]),
        rule({"recipients": {"audience": "external"}}, id="outside"),
    )
    decision = decide(message(to=["b@gmial.com", "c@gmail.com"]), rules, facts())
    assert [(each.kind, each.recipients) for each in decision.remedies] == [("remove", ("b@gmial.com",))]


@pytest.mark.parametrize(
    ("action", "kinds"),
    [("block", ["send_individually"]), ("warn", ["move_to_bcc", "send_individually"])],
)
def test_bcc_is_not_offered_where_it_would_not_be_enough(action: str, kinds: list[str]) -> None:
    """A rule as strict as the hardest that wants single messages would still hold the message; a milder one may."""
    rules = policy_set(
        rule(
            {"recipients": {"visible": True}}, id="seen", action="block", remedies=["move_to_bcc", "send_individually"]
        ),
        rule({"recipients": {"at_least": 2}}, id="apart", action=action, remedies=["send_individually"]),
    )
    decision = decide(message(to=["a@gmail.com", "b@gmail.com"]), rules, facts())
    assert [remedy.kind for remedy in decision.remedies] == kinds


@pytest.mark.parametrize(
    ("severity", "kinds"), [("high", ["remove", "move_to_bcc"]), ("low", ["move_to_bcc", "remove"])]
)
def test_the_first_fix_is_that_of_what_is_told_first(severity: str, kinds: list[str]) -> None:
    """Whoever reads of a mistyped address is not asked to move it to Bcc with all the others."""
    rules = policy_set(
        rule({"recipients": {"visible": True}}, id="seen", remedies=["move_to_bcc"]),
        rule({"recipients": {"look_alike": True}}, id="mistyped", severity=severity, remedies=["remove"]),
    )
    decision = decide(message(to=["a@gmial.com", "b@gmail.com"]), rules, facts())
    assert [remedy.kind for remedy in decision.remedies] == kinds


def test_bcc_is_offered_beside_an_equally_strict_rule_that_offers_nothing() -> None:
    """What could not be read in full takes no fix away from those who can be moved."""
    rules = policy_set(rule(ALWAYS, id="seen", remedies=["move_to_bcc"]), rule(ALWAYS, id="unread"))
    decision = decide(message(to=["a@gmail.com", "b@gmail.com"]), rules, facts())
    assert [remedy.kind for remedy in decision.remedies] == ["move_to_bcc"]
