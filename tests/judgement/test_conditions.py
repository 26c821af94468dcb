"""Every condition key holds where it should, and only there."""

import datetime as dt
from typing import Any

import pytest
from tests.judgement.drafts import HALL, MONDAY_MORNING, facts, fires, judged, message, policy_set, rule

from atesaki.judgement.conditions import ConditionError
from atesaki.judgement.decision import Action
from atesaki.judgement.facts import Organization, RosterHit

OUT = "a@gmail.com"
PROTECTED = RosterHit("volunteers", "protected")

HOLDS: dict[str, tuple[dict[str, Any], Any]] = {
    "a visible recipient": ({"recipients": {"visible": True}}, message(to=[OUT])),
    "a blind recipient": ({"recipients": {"visible": False}}, message(bcc=[OUT])),
    "a recipient in one of the fields": ({"recipients": {"fields": ["cc"]}}, message(cc=[OUT])),
    "an internal recipient": ({"recipients": {"audience": "internal"}}, message(to=["b@desk.hall.example"])),
    "a partner": ({"recipients": {"audience": "partner"}}, message(to=["b@partner.example"])),
    "one of two audiences": ({"recipients": {"audience": ["partner", "external"]}}, message(to=[OUT])),
    "a domain": ({"recipients": {"domains": ["example.com"]}}, message(to=["x@mail.example.com"])),
    "an address pattern": ({"recipients": {"addresses": ["sales-*@example.com"]}}, message(to=["Sales-1@example.com"])),
    "a free-mail address": ({"recipients": {"free_mail": True}}, message(to=[OUT])),
    "a list that was not expanded": (
        {"recipients": {"kind": "unexpanded_list"}},
        message(to=[{"address": "team@example.com", "kind": "distribution_list"}]),
    ),
    "a look-alike of a provider": ({"recipients": {"look_alike": True}}, message(to=["a@gmial.com"])),
    "enough recipients": ({"recipients": {"at_least": 2}}, message(to=[OUT], cc=["b@gmail.com"])),
    "enough organizations": (
        {"recipients": {"organizations": {"at_least": 2}}},
        message(to=["a@one.example.com", "a@other.example.net"]),
    ),
    "enough of one organization": (
        {"recipients": {"same_organization": True, "at_least": 2}},
        message(to=["a@one.example.net", "b@one.example.net", OUT]),
    ),
    "a large enough share": (
        {"recipients": {"free_mail": True, "share": {"at_least": 0.5}}},
        message(to=[OUT, "b@x.example"]),
    ),
    "a share that no binary fraction tells": (
        {"recipients": {"free_mail": True, "share": {"at_least": 0.28}}},
        message(to=[f"p{number}@gmail.com" for number in range(7)], cc=[f"c{place}@x.example" for place in range(18)]),
    ),
    "disclosures": ({"exposure": {"disclosures": {"at_least": 2}}}, message(to=[OUT, "b@gmail.com"])),
    "a word in the subject, in full width": (
        {"subject": {"contains": ["secret"]}},
        message(subject="ＳＥＣＲＥＴ plan"),
    ),
    "a pattern in the body": ({"body": {"matches": [r"\d{4}-\d{4}"]}}, message(body_text="card 1234-5678")),
    "a pattern with full-width characters": (
        {"subject": {"matches": ["（社外秘）"]}},
        message(subject="（社外秘）名簿"),
    ),
    "an empty subject": ({"subject": {"empty": True}}, message(subject="  ")),
    "any attachment": ({"attachments": {"any": True}}, message(attachments=[{"name": "a.pdf"}])),
    "an extension": ({"attachments": {"extension": ["xlsx"]}}, message(attachments=[{"name": "名簿.XLSX"}])),
    "an attachment's name": ({"attachments": {"name": ["*名簿*"]}}, message(attachments=[{"name": "会員名簿.csv"}])),
    "an attachment's name with brackets": (
        {"attachments": {"name": ["[社外秘]*"]}},
        message(attachments=[{"name": "[社外秘]名簿.csv"}]),
    ),
    "attachments of a size": (
        {"attachments": {"size": {"at_least": 10}}},
        message(attachments=[{"name": "a", "size": 10}]),
    ),
    "a mentioned attachment that is missing": (
        {"attachments": {"missing_although_mentioned": True}},
        message(body_text="資料を添付しました。"),
    ),
    "a mention as Outlook writes it": (
        {"attachments": {"missing_although_mentioned": True}},
        message(body_text="I’ve attached the report."),
    ),
    "a most polite mention": (
        {"attachments": {"missing_although_mentioned": True}},
        message(body_text="見積書を添付させていただきます。"),
    ),
    "a mention below a line that it answers": (
        {"attachments": {"missing_although_mentioned": True}},
        message(body_text="> 資料はありますか。\nはい、添付します。"),
    ),
    "a mention in a subject of the sender's own": (
        {"attachments": {"missing_although_mentioned": True}},
        message(subject="見積書の添付ファイル", body_text="お世話になっております。"),
    ),
    "an enclosure": (
        {"attachments": {"missing_although_mentioned": True}},
        message(body_text="見積書を同封いたします。"),
    ),
    "a sender's address": ({"sender": {"addresses": ["staff@hall.example"]}}, message()),
    "a kind of thread": ({"thread": {"kind": ["reply", "reply_all"]}}, message(thread={"kind": "reply"})),
    "an appointment": ({"item": "appointment"}, message(item="appointment")),
    "a greeting of somebody else": (
        {"greeting_mismatch": True},
        message(
            to=[{"address": "suzuki@x.example", "name": "鈴木 花子"}], body_text="山田様\nお世話になっております。"
        ),
    ),
    "a truncated field": ({"truncated": True}, message(truncated=["to"])),
    "all of several": ({"all": [{"item": "message"}, {"truncated": False}]}, message()),
    "any of several": ({"any": [{"item": "appointment"}, {"truncated": False}]}, message()),
    "the negation": ({"not": {"item": "appointment"}}, message()),
    "keys side by side": ({"item": "message", "truncated": False}, message()),
}

FAILS: dict[str, tuple[dict[str, Any], Any]] = {
    "evilexample.com is not example.com": (
        {"recipients": {"domains": ["example.com"]}},
        message(to=["x@evilexample.com"]),
    ),
    "the same person twice is one recipient": ({"recipients": {"at_least": 2}}, message(to=[OUT], cc=["A@Gmail.com"])),
    "people of a free-mail provider are no crowd": (
        {"recipients": {"same_organization": True, "at_least": 2}},
        message(to=[OUT, "b@gmail.com"]),
    ),
    "one of two keys is not enough": ({"item": "message", "truncated": True}, message()),
    "a body that was not collected matches nothing": ({"body": {"contains": ["a"]}}, message(body_text=None)),
    "an inline picture is no attachment": (
        {"attachments": {"any": True}},
        message(attachments=[{"name": "a", "inline": True}]),
    ),
    "a mention in quoted text is the other's": (
        {"attachments": {"missing_although_mentioned": True}},
        message(body_text="了解しました。\n> 資料を添付しました。"),
    ),
    "a mention in the subject of an answer is the other's": (
        {"attachments": {"missing_although_mentioned": True}},
        message(subject="Re: 見積書を添付します", body_text="了解しました。"),
    ),
    "a mention in the subject of a forwarded message is the other's": (
        {"attachments": {"missing_although_mentioned": True}},
        message(subject="転送：Re: 見積書を添付します", body_text="ご参考まで。"),
    ),
    "a denied attachment is not missing": (
        {"attachments": {"missing_although_mentioned": True}},
        message(body_text="添付ファイルはありません。"),
    ),
    "brackets in a name stand for themselves": (
        {"attachments": {"name": ["[ab]*"]}},
        message(attachments=[{"name": "a.csv"}]),
    ),
    "an addition needs a known thread": (
        {"recipients": {"added_to_thread": True}},
        message(to=[OUT], thread={"kind": "reply", "recipients": []}),
    ),
}


@pytest.mark.parametrize("case", HOLDS)
def test_condition_holds(case: str) -> None:
    """Each key matches the message that it is written for."""
    when, draft = HOLDS[case]
    assert fires(when, draft)


@pytest.mark.parametrize("case", HOLDS)
def test_negated_condition_does_not_hold(case: str) -> None:
    """Each key's negation is silent about the same message."""
    when, draft = HOLDS[case]
    assert not fires({"not": when}, draft)


@pytest.mark.parametrize("case", FAILS)
def test_condition_does_not_hold(case: str) -> None:
    """Near misses stay silent."""
    when, draft = FAILS[case]
    assert not fires(when, draft)


def test_rosters_are_never_added_together() -> None:
    """Two people on two different rosters do not make two of one roster."""
    known = facts(rosters={"a@gmail.com": (PROTECTED,), "b@gmail.com": (RosterHit("parents", "protected"),)})
    when = {"recipients": {"in_roster": {"handling": "protected"}, "at_least": 2}}
    assert not fires(when, message(to=["a@gmail.com", "b@gmail.com"]), known)


def test_roster_members_are_found_by_any_writing_of_their_address() -> None:
    """Full width, upper case and a tag do not hide a member; the evidence names the roster."""
    known = facts(rosters={"a@gmail.com": (PROTECTED,)})
    when = {"recipients": {"in_roster": {"handling": "protected"}}}
    finding = judged(when, message(to=["Ａ+news＠GMAIL.com"]), known).findings[0]
    assert (finding.evidence.roster, finding.evidence.count) == ("volunteers", 1)


def test_people_outside_every_roster_are_found() -> None:
    """`in_roster: false` means that nobody has registered the address."""
    known = facts(rosters={"a@gmail.com": (PROTECTED,)})
    finding = judged({"recipients": {"in_roster": False}}, message(to=["a@gmail.com", "b@gmail.com"]), known).findings[
        0
    ]
    assert finding.evidence.recipients == ("b@gmail.com",)


def test_added_organization_is_one_that_was_never_in_the_thread() -> None:
    """A second person of a known organization is added, but adds no organization."""
    thread = {"kind": "reply", "recipients": ["a@one.example.net"]}
    draft = message(to=["a@one.example.net", "b@one.example.net", "c@two.example.org"], thread=thread)
    added = judged({"recipients": {"added_to_thread": True}}, draft).findings[0]
    organization = judged({"recipients": {"added_to_thread": "organization"}}, draft).findings[0]
    assert added.evidence.recipients == ("b@one.example.net", "c@two.example.org")
    assert organization.evidence.recipients == ("c@two.example.org",)


def test_first_time_recipients_are_those_without_history() -> None:
    """Whoever was mailed before is not a first-time recipient."""
    known = facts(known_correspondents=frozenset({"a@gmail.com"}))
    finding = judged({"recipients": {"first_time": True}}, message(to=["a@gmail.com", "b@gmail.com"]), known).findings[
        0
    ]
    assert finding.evidence.recipients == ("b@gmail.com",)


def test_what_is_unknown_hides_no_other_reason_to_block() -> None:
    """While the history cannot be had, a protected roster in To still blocks; without one, the rule warns."""
    known = facts(rosters={"a@gmail.com": (PROTECTED,), "b@gmail.com": (PROTECTED,)})
    listed = {"recipients": {"visible": True, "in_roster": {"handling": "protected"}, "at_least": 2}}
    when = {"any": [{"recipients": {"first_time": True}}, listed]}
    draft = message(to=["a@gmail.com", "b@gmail.com"])
    assert [finding.action for finding in judged(when, draft, known, action="block").findings] == [Action.BLOCK]
    assert [finding.rule for finding in judged(when, draft, action="block").findings] == ["rule_error"]


def test_members_of_an_expanded_list_count_but_are_not_visible() -> None:
    """Members are judged for what they are; the evidence names the list, which is all that the client can touch."""
    draft = message(to=[{"address": "team@hall.example", "kind": "distribution_list"}])
    known = facts(expansions={"team@hall.example": ("a@gmail.com", "b@gmail.com")})
    finding = judged({"recipients": {"audience": "external", "at_least": 2}}, draft, known).findings[0]
    assert (finding.evidence.count, finding.evidence.recipients) == (2, ("team@hall.example",))
    assert not fires({"recipients": {"audience": "external", "visible": True}}, draft, known)
    assert not fires({"recipients": {"kind": "unexpanded_list"}}, draft, known)


def test_sender_groups_match() -> None:
    """A directory group of the sender fulfils the condition."""
    assert fires({"sender": {"groups": ["pr"]}}, message(), facts(sender_groups=frozenset({"pr"})))


@pytest.mark.parametrize(
    ("hour", "day", "away"),
    [(1, 23, False), (9, 23, True), (1, 22, True), (23, 22, True), (0, 23, False), (1, 24, True)],
)
def test_office_hours_are_local(hour: int, day: int, *, away: bool) -> None:
    """Hours, week-days and holidays are those of the organization's time zone; 24 November is made a holiday."""
    organization = Organization(internal_domains=HALL.internal_domains, holidays=(dt.date(2026, 11, 24),))
    known = facts(now=MONDAY_MORNING.replace(day=day, hour=hour), organization=organization)
    assert fires({"time": {"outside_office_hours": True}}, message(), known) is away


@pytest.mark.parametrize(
    ("when", "path"),
    [
        ({}, ("when",)),
        ({"all": []}, ("when", "all")),
        ({"subject": {"matches": ["ok", "("]}}, ("when", "subject", "matches", 1)),
        ({"not": {"recipients": {"domains": ["a b"]}}}, ("when", "not", "recipients", "domains", 0)),
        ({"exposure": {}}, ("when", "exposure")),
    ],
)
def test_bad_condition_is_refused_with_its_path(when: dict[str, Any], path: tuple[str | int, ...]) -> None:
    """The error leads to the part that cannot be compiled."""
    with pytest.raises(ConditionError) as caught:
        policy_set(rule(when))
    assert caught.value.path == ("policies", 0, "rules", 0, *path)
