"""Conditions at their edges: what just holds, what just doesn't, and which evidence is told."""

import datetime as dt
from typing import Any

import pytest
from tests.judgement.drafts import MONDAY_MORNING, facts, fires, judged, message

from atesaki.judgement.facts import Facts, RosterHit
from atesaki.judgement.message import Message

OUT = "a@gmail.com"
COMPANIES = ["a@one.example.net", "b@one.example.net", "c@one.example.net", "d@two.example.org", "e@two.example.org"]
BOTH = {"a@gmail.com": ("board", "choir"), "b@gmail.com": ("board", "choir"), "c@gmail.com": ("board",)}
ROSTERS = facts(rosters={who: tuple(RosterHit(name, "protected") for name in names) for who, names in BOTH.items()})

NOT_MET: dict[str, tuple[dict[str, Any], Message]] = {
    "another address": ({"recipients": {"addresses": ["b@gmail.com"]}}, message(to=[OUT])),
    "another sender": ({"sender": {"addresses": ["boss@hall.example"]}}, message()),
    "another ending": ({"attachments": {"extension": ["xlsx"]}}, message(attachments=[{"name": "a.pdf"}])),
    "another kind": ({"recipients": {"kind": "person"}}, message(to=[{"address": OUT, "kind": "unknown"}])),
    "too small a share": (
        {"recipients": {"audience": "external", "share": {"at_least": 0.6}}},
        message(to=[OUT, "c@hall.example"]),
    ),
    "a workday": ({"time": {"holidays": True}}, message()),
    "none of any": ({"any": [{"item": "appointment"}, {"truncated": True}]}, message()),
    "the roster's name with another handling": (
        {"recipients": {"in_roster": {"handling": "sensitive", "name": "board"}}},
        message(to=[OUT]),
    ),
    "the handling with another name": (
        {"recipients": {"in_roster": {"handling": "protected", "name": "staff"}}},
        message(to=[OUT]),
    ),
    "a forward adds nobody": (
        {"recipients": {"added_to_thread": True}},
        message(to=[OUT], thread={"kind": "forward", "recipients": ["z@gmail.com"]}),
    ),
    "one address less": ({"exposure": {"people": {"at_least": 3}}}, message(to=[OUT, "b@gmail.com"])),
    "one organization less": ({"exposure": {"organizations": {"at_least": 3}}}, message(to=[OUT, "b@gmail.com"])),
}
JUST_MET: dict[str, tuple[dict[str, Any], Message]] = {
    "people": ({"exposure": {"people": {"at_least": 2}}}, message(to=[OUT, "b@gmail.com"])),
    "organizations": ({"exposure": {"organizations": {"at_least": 2}}}, message(to=[OUT, "b@gmail.com"])),
    "a share": (
        {"recipients": {"audience": "external", "share": {"at_least": 0.5}}},
        message(to=[OUT, "c@hall.example"]),
    ),
    "a word in capitals": ({"subject": {"contains": ["SECRET"]}}, message(subject="a secret")),
    "a pattern in capitals": ({"subject": {"matches": ["SECR.T"]}}, message(subject="a secret")),
    "whoever joins a reply to all": (
        {"recipients": {"added_to_thread": True}},
        message(to=[OUT], thread={"kind": "reply_all", "recipients": ["z@gmail.com"]}),
    ),
}


@pytest.mark.parametrize("name", NOT_MET)
def test_a_condition_that_is_not_met_finds_nothing(name: str) -> None:
    """A key that were dropped would hold for everybody, and as an exemption silence its rule."""
    when, draft = NOT_MET[name]
    assert not fires(when, draft, ROSTERS)


@pytest.mark.parametrize("name", JUST_MET)
def test_a_condition_that_is_just_met_holds(name: str) -> None:
    """A threshold is included, and case never matters."""
    when, draft = JUST_MET[name]
    assert fires(when, draft, ROSTERS)


@pytest.mark.parametrize(
    ("minutes", "outside"),
    [(-91, True), (-90, False), (449, False), (450, True)],
    ids=["08:29", "08:30", "17:29", "17:30"],
)
def test_office_hours_begin_with_their_first_minute_and_end_before_their_last(minutes: int, *, outside: bool) -> None:
    """From 08:30 on somebody is there, at 17:30 nobody is any more."""
    now = MONDAY_MORNING + dt.timedelta(minutes=minutes, days=1)
    assert fires({"time": {"outside_office_hours": True}}, message(), facts(now=now)) is outside


def _evidence(when: dict[str, Any], draft: Message, known: Facts | None = None) -> dict[str, object]:
    found = judged(when, draft, known).findings[0].evidence
    return {name: value for name in found.__struct_fields__ if (value := getattr(found, name))}


def test_the_exposure_tells_its_numbers_and_whom_they_are_about() -> None:
    """Colleagues who stand beside them are not counted."""
    draft = message(to=[OUT, "b@gmail.com", "c@hall.example"], bcc=["d@gmail.com"])
    assert _evidence({"exposure": {"disclosures": {"at_least": 2}}}, draft) == {
        "recipients": (OUT, "b@gmail.com"),
        "count": 2,
        "organizations": 2,
        "disclosures": 2,
        "people": 2,
        "each": 1,
    }


def test_conditions_that_hold_together_tell_their_details_together() -> None:
    """The first that names a detail wins, and the others fill what it leaves open."""
    when = {
        "all": [{"subject": {"contains": ["s"]}}, {"recipients": {"fields": ["to"]}}, {"recipients": {"visible": True}}]
    }
    found = _evidence(when, message(to=[OUT], cc=["b@gmail.com"], subject="s"))
    assert found == {"recipients": (OUT,), "count": 1, "organizations": 1, "words": ("s",)}


@pytest.mark.parametrize(("to", "roster"), [(list(BOTH), ("board", 3)), (list(BOTH)[:2], ("choir", 2))])
def test_the_roster_with_most_people_is_named(to: list[str], roster: tuple[str, int]) -> None:
    """Of equally many the name decides, so that the order of the recipients never does."""
    found = _evidence({"recipients": {"in_roster": True}}, message(to=to), ROSTERS)
    assert (found["roster"], found["count"]) == roster


@pytest.mark.parametrize(("to", "people"), [(COMPANIES[::-1], 3), (COMPANIES[1:], 2), (COMPANIES[:0:-1], 2)])
def test_the_largest_organization_is_told(to: list[str], people: int) -> None:
    """Of equally large ones the name decides, so that the order of the recipients never does."""
    found = _evidence({"recipients": {"same_organization": True, "at_least": 2}}, message(to=to))
    assert found["recipients"] == tuple(each for each in to if each.endswith("@one.example.net"))
    assert found["count"] == people


@pytest.mark.parametrize("kind", ["person", "unknown", "distribution_list"])
def test_an_address_at_a_host_of_mailing_lists_is_a_list(kind: str) -> None:
    """Whatever the mail program takes it for; nobody at hand knows who reads it."""
    draft = message(to=[{"address": "choir@Groups.io", "kind": kind}])
    for said, holds in {"unexpanded_list": True, "distribution_list": True, "person": False, "unknown": False}.items():
        assert fires({"recipients": {"kind": said}}, draft) is holds


def test_two_lists_at_one_host_are_two_organizations() -> None:
    """Whoever reads the one does not know the readers of the other."""
    draft = message(to=["choir@googlegroups.com", "pta@googlegroups.com"])
    assert fires({"exposure": {"organizations": {"at_least": 2}}}, draft)


def test_a_list_whose_members_are_known_is_no_unknown_one() -> None:
    """A directory that tells the members of a list at such a host is believed."""
    draft = message(to=[{"address": "choir@groups.io", "kind": "distribution_list"}])
    known = facts(expansions={"choir@groups.io": ("z@gmail.com",)})
    assert not fires({"recipients": {"kind": "unexpanded_list"}}, draft, known)


def test_strangers_are_counted_within_each_roster() -> None:
    """Ann and Bob sit on the board; with Eva, who only volunteers beside them, they are strangers."""
    volunteer, board = RosterHit("volunteers", "protected"), RosterHit("board", "open")
    hits = {"ann@a.example": (volunteer, board), "bob@b.example": (volunteer, board), "eva@c.example": (volunteer,)}
    when = {"recipients": {"in_roster": {"handling": "protected"}, "strangers": True, "at_least": 2}}
    assert not fires(when, message(to=["ann@a.example", "bob@b.example", "joe@d.example"]), facts(rosters=hits))
    assert fires(when, message(to=list(hits)), facts(rosters=hits))
    assert fires(
        {"recipients": {"strangers": True}}, message(to=["ann@a.example", "joe@d.example"]), facts(rosters=hits)
    )
