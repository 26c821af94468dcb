"""The decision: strictest finding, simulate, exemptions, dates, errors, remedies."""

import datetime as dt

import pytest
from tests.judgement.drafts import MONDAY_MORNING, facts, judged, message, policy_set, rule

from atesaki.judgement.decide import decide
from atesaki.judgement.decision import Action, Release
from atesaki.judgement.facts import Handling, RosterHit

ALWAYS = {"item": "message"}
UNKNOWN_HISTORY = {"recipients": {"first_time": True}}


def test_nothing_matches_means_allow() -> None:
    """Without findings the message may go, and nothing has to be released."""
    decision = judged({"item": "appointment"}, message(to=["a@gmail.com"]))
    assert (decision.action, decision.release, decision.findings) == (Action.ALLOW, None, ())


def test_the_strictest_enforced_finding_wins() -> None:
    """Action and release are each the strictest of all enforced findings."""
    rules = policy_set(
        rule(ALWAYS, id="mild", action="warn", release="send_anyway"),
        rule(ALWAYS, id="strict", action="block", release="justify"),
    )
    decision = decide(message(), rules, facts())
    assert (decision.action, decision.release) == (Action.BLOCK, Release.JUSTIFY)
    assert [finding.rule for finding in decision.findings] == ["strict", "mild"]


def test_a_block_stands_before_a_warning_that_is_harder_to_release() -> None:
    """The action wins before the release does; of equal actions the harder release is told first."""
    rules = policy_set(
        rule(ALWAYS, id="hard_warning", release="never", severity="critical"),
        rule(ALWAYS, id="easy_block", action="block", release="send_anyway", severity="critical"),
        rule(ALWAYS, id="block", action="block", release="justify"),
    )
    decision = decide(message(), rules, facts())
    assert (decision.action, decision.release) == (Action.BLOCK, Release.NEVER)
    assert [finding.rule for finding in decision.findings] == ["block", "easy_block", "hard_warning"]


def test_what_is_only_simulated_stands_last() -> None:
    """The first sentence that staff read is that of a finding in force."""
    rules = policy_set(rule(ALWAYS, id="tried", action="block", mode="simulate"), rule(ALWAYS, id="enforced"))
    assert [finding.rule for finding in decide(message(), rules, facts()).findings] == ["enforced", "tried"]


@pytest.mark.parametrize(("action", "release"), [("warn", Release.ACKNOWLEDGE), ("block", Release.NEVER)])
def test_a_rule_without_release_gets_the_safe_default(action: str, release: Release) -> None:
    """A warning is acknowledged, a block is never released, unless the rule says otherwise."""
    assert judged(ALWAYS, message(), action=action).release is release


def test_a_simulated_rule_is_recorded_but_changes_nothing() -> None:
    """Its finding is there, marked, and the message is allowed."""
    decision = judged(ALWAYS, message(), mode="simulate", action="block")
    assert decision.action is Action.ALLOW
    assert [finding.mode for finding in decision.findings] == ["simulate"]


def test_a_rule_that_is_off_is_not_judged() -> None:
    """It asks for nothing, not even for facts, and can't break; its sentence can still be looked up."""
    rules = policy_set(rule(UNKNOWN_HISTORY, id="asleep", mode="off"))
    assert decide(message(to=["a@gmail.com"]), rules, facts()).findings == ()
    assert rules.needs == frozenset()
    assert ("a_policy", "asleep") in rules.index


def test_an_exemption_silences_its_own_rule_and_no_other() -> None:
    """The rule beside it still speaks."""
    rules = policy_set(rule(ALWAYS, id="exempted", unless={"item": "message"}), rule(ALWAYS, id="other"))
    assert [finding.rule for finding in decide(message(), rules, facts()).findings] == ["other"]


@pytest.mark.parametrize(("until", "exempt"), [("2026-11-22", False), ("2026-11-23", True), ("2027-01-01", True)])
def test_an_exemption_with_an_end_is_over_on_the_day_after(until: str, exempt: bool) -> None:  # noqa: FBT001 - a row of the table
    """On the last day, by the organization's clock, it still silences its own rule; another rule it never does."""
    way_out = {"when": ALWAYS, "owner": "Sato", "until": until, "why": "The spring fair."}
    rules = policy_set(rule(ALWAYS, id="exempted", exemptions=[way_out]), rule(ALWAYS, id="other"))
    findings = {finding.rule for finding in decide(message(), rules, facts()).findings}
    assert findings == ({"other"} if exempt else {"exempted", "other"})


def test_one_exemption_that_holds_is_enough() -> None:
    """Of several ways out nobody needs all."""
    ways = [
        {"when": {"item": item}, "owner": "Sato", "until": "2027-01-01", "why": "The fair."}
        for item in ("message", "appointment")
    ]
    assert judged(ALWAYS, message(), exemptions=ways).findings == ()


def test_what_an_exemption_asks_for_is_collected() -> None:
    """The facts and message parts behind it are needs of the set."""
    way_out = {"when": {"subject": {"contains": ["x"]}}, "owner": "Sato", "until": "2027-01-01", "why": "The fair."}
    assert "subject" in policy_set(rule(ALWAYS, exemptions=[way_out])).needs


def test_a_kind_of_thread_is_collected() -> None:
    """A client that is not asked for the conversation calls every message a new one."""
    assert "thread" in policy_set(rule({"thread": {"kind": "reply_all"}})).needs


def test_what_the_headline_of_a_remedy_counts_is_collected() -> None:
    """Who sees each other already, and who is on a roster, changes how many would learn what."""
    assert {"thread", "rosters"} <= policy_set(rule(ALWAYS, remedies=["move_to_bcc"])).needs


def test_a_broken_exemption_with_an_end_exempts_nobody() -> None:
    """The rule stands, and the broken exemption is a finding of its own."""
    way_out = {"when": UNKNOWN_HISTORY, "owner": "Sato", "until": "2027-01-01", "why": "The fair."}
    decision = judged(ALWAYS, message(to=["a@gmail.com"]), exemptions=[way_out])
    assert {finding.rule for finding in decision.findings} == {"a_rule", "rule_error"}


def test_a_broken_exemption_exempts_nobody() -> None:
    """The rule stands, and the broken exemption is a finding of its own."""
    decision = judged(ALWAYS, message(to=["a@gmail.com"]), unless=UNKNOWN_HISTORY)
    assert {finding.rule for finding in decision.findings} == {"a_rule", "rule_error"}


def test_a_rule_that_errors_at_least_warns() -> None:
    """An unknown fact is never a silent allow, and the finding names the rule."""
    decision = judged(UNKNOWN_HISTORY, message(to=["a@gmail.com"]))
    assert (decision.action, decision.release) == (Action.WARN, Release.ACKNOWLEDGE)
    assert decision.findings[0].evidence.error == "a_policy.a_rule"


def test_a_simulated_rule_that_errors_disturbs_nobody() -> None:
    """What is only tried out may break without a warning to staff."""
    assert judged(UNKNOWN_HISTORY, message(to=["a@gmail.com"]), mode="simulate").action is Action.ALLOW


@pytest.mark.parametrize("field", ["to", "subject", "thread"])
def test_a_truncated_part_at_least_warns(field: str) -> None:
    """Even where no policy speaks of truncation."""
    decision = judged({"item": "appointment"}, message(truncated=[field]))
    assert (decision.action, decision.findings[0].rule) == (Action.WARN, "truncated")


@pytest.mark.parametrize("text", ["/O=EXCHANGELABS/OU=GROUP/CN=TARO", "たろう", "a@", ""])
def test_an_unreadable_recipient_at_least_warns(text: str) -> None:
    """The message is judged, and the finding names what could not be read."""
    decision = judged({"item": "appointment"}, message(to=[text]))
    assert decision.action is Action.WARN
    assert decision.findings[0].evidence.recipients == (text,)


def test_stale_facts_warn_where_an_enforced_rule_needs_them() -> None:
    """Rosters out of reach are told; a history that only simulated rules ask for is only recorded."""
    needed = {"recipients": {"in_roster": True}}
    assert judged(needed, message(), facts(stale=("rosters",))).action is Action.WARN
    assert judged(needed, message(), facts(stale=("rosters",)), mode="simulate").action is Action.ALLOW


LATE = "p@gmail.com"


@pytest.mark.parametrize(
    ("handling", "draft", "action"),
    [
        ("open", {"to": [LATE, "b@gmail.com"]}, Action.WARN),
        ("protected", {"to": [LATE], "cc": ["b@gmail.com"]}, Action.WARN),
        ("protected", {"to": ["b@gmail.com", "c@gmail.com"], "bcc": [LATE]}, Action.WARN),
        ("sensitive", {"to": [LATE], "bcc": ["b@gmail.com"]}, Action.WARN),
        ("open", {"to": [LATE, "c@hall.example"]}, Action.ALLOW),
        ("protected", {"to": ["b@gmail.com"], "bcc": [LATE, "c@gmail.com"]}, Action.ALLOW),
        ("sensitive", {"to": [LATE]}, Action.ALLOW),
        ("open", {"to": ["a@gmail.com", "b@gmail.com"]}, Action.ALLOW),
    ],
)
def test_a_late_roster_warns_where_it_matters_who_is_on_it(
    handling: Handling, draft: dict[str, list[str]], action: Action
) -> None:
    """Who is on it gets the message beside somebody else; mail to anybody else is left in peace for days of outage."""
    known = facts(rosters={LATE: (RosterHit("club", handling),)}, late_rosters=frozenset({"club", "other"}))
    needed = {"recipients": {"in_roster": {"name": "club"}, "at_least": 9}}
    decision = judged(needed, message(**draft), known)
    assert decision.action is action
    assert [finding.evidence.roster for finding in decision.findings] == ["club"] * (action is Action.WARN)
    assert judged(needed, message(**draft), known, mode="simulate").action is Action.ALLOW


def test_late_rosters_are_told_in_the_order_of_their_names() -> None:
    """Equal inputs give an equal decision in every process, however it hashes texts."""
    names = [f"club {letter}" for letter in "abcdefgh"]
    known = facts(rosters={LATE: tuple(RosterHit(name, "open") for name in names)}, late_rosters=frozenset(names))
    findings = judged({"item": "appointment"}, message(to=[LATE, "b@gmail.com"]), known).findings
    assert [finding.evidence.roster for finding in findings] == names


@pytest.mark.parametrize(
    ("active", "fires"),
    [
        ({"from": "2026-11-23"}, True),
        ({"from": "2026-11-24"}, False),
        ({"until": "2026-11-23"}, True),
        ({"until": "2026-11-22"}, False),
    ],
)
def test_a_rule_is_in_force_on_its_local_days(active: dict[str, str], *, fires: bool) -> None:
    """Both days are included, in the organization's time zone."""
    late = MONDAY_MORNING - dt.timedelta(hours=9, minutes=59)
    found = [finding.rule for finding in judged(ALWAYS, message(), facts(now=late), active=active).findings]
    assert found == (["a_rule"] if fires else [])


def test_the_sender_is_never_a_stranger_to_themselves() -> None:
    """A copy to one's own free-mail address is internal, whatever domains are declared."""
    draft = message(to=["npo@gmail.com", "a@gmail.com"], sender={"address": "npo@gmail.com"})
    decision = judged({"recipients": {"audience": "external"}}, draft)
    assert decision.findings[0].evidence.recipients == ("a@gmail.com",)


@pytest.mark.parametrize("copies", [{"cc": ["staff@hall.example"]}, {"bcc": ["Staff@Hall.example"]}])
def test_a_copy_to_oneself_makes_no_second_member(copies: dict[str, list[str]]) -> None:
    """An organizer who is on the roster, too, may write to one volunteer; another colleague on it is a member."""
    hit = (RosterHit("volunteers", "sensitive"),)
    known = facts(rosters=dict.fromkeys(("staff@hall.example", "you@hall.example", "v@gmail.com"), hit))
    two = {"recipients": {"in_roster": True, "at_least": 2}}
    assert judged(two, message(to=["v@gmail.com"], **copies), known).action is Action.ALLOW
    assert judged(two, message(to=["v@gmail.com", "you@hall.example"], **copies), known).findings[0].evidence.count == 2


def test_a_half_typed_provider_is_named() -> None:
    """`taro@gmailcom` cannot be delivered, and the sender is told what was probably meant."""
    finding = judged({"recipients": {"look_alike": True}}, message(to=["taro@gmailcom"])).findings[0]
    assert (finding.evidence.domain, finding.evidence.resembles) == ("gmailcom", "gmail.com")


def test_what_is_more_severe_is_told_first_among_what_is_equally_strict() -> None:
    """Severity sorts and decides nothing: a critical warning stands behind any block."""
    severities = {
        "a": ("warn", "critical"),
        "b": ("block", "low"),
        "c": ("block", "critical"),
        "d": ("block", "medium"),
    }
    rules = policy_set(
        *[rule(ALWAYS, id=name, action=action, severity=severity) for name, (action, severity) in severities.items()]
    )
    assert [finding.rule for finding in decide(message(), rules, facts()).findings] == ["c", "d", "b", "a"]
