"""The shipped policy set: complete, tested, and readable for whoever presses Send."""

import re
from typing import get_args

import pytest
from msgspec.structs import replace
from tests.judgement.drafts import facts, message

from atesaki.judgement.decide import decide
from atesaki.judgement.decision import Action, Release
from atesaki.judgement.message import ItemKind
from atesaki.judgement.policy import Rule
from atesaki.judgement.policy_set import compile_set
from atesaki.policies.load import TEST_ENDING, load_set, read_folder
from atesaki.policies.shipped import shipped_folder
from atesaki.policies.test import run_tests

LOADED = load_set(read_folder(shipped_folder()))
SIMULATED = {"large_audience", "first_time", "out_of_hours"}
RULES = [rule for policy in LOADED.policy_set.policies for rule in policy.rules]
ITEMS: tuple[ItemKind, ...] = get_args(ItemKind)
JARGON = ("policy", "rule", "exposure", "disclosure", "ポリシー", "ルール")


@pytest.mark.parametrize("result", run_tests(LOADED), ids=lambda result: f"{result.file}: {result.name}")
def test_shipped_policies_pass_their_tests(result: object) -> None:
    """What each `_test.yaml` says is so."""
    assert getattr(result, "differences") == ()  # noqa: B009


def test_every_policy_ships_with_its_tests() -> None:
    """A policy without a test is a wish."""
    names = {name for name in LOADED.files if not name.endswith(TEST_ENDING)}
    assert {name.replace(".yaml", TEST_ENDING) for name in names} == LOADED.files.keys() - names


def test_every_shipped_test_has_a_japanese_name() -> None:
    """Admins who read the console in Japanese read there what a failing test is about."""
    assert [result.name for result in run_tests(LOADED) if result.named("ja") == result.name] == []


def test_only_the_noisy_policies_are_simulated() -> None:
    """Large audience, first-time recipients and out-of-hours sends are recorded; everything else is in force."""
    modes = {policy.id: {rule.mode for rule in policy.rules} for policy in LOADED.policy_set.policies}
    assert {name for name, found in modes.items() if found == {"simulate"}} == SIMULATED
    assert all(found == {"enforce"} for name, found in modes.items() if name not in SIMULATED)


def test_the_history_only_silences_the_question_about_an_ending() -> None:
    """The set protects from minute one, when nobody has any history yet: who has one is asked less, never more."""
    asking = {
        rule.id
        for policy in LOADED.policy_set.policies
        for rule in policy.rules
        if rule.mode == "enforce" and "history" in compile_set("one", [replace(policy, rules=(rule,))]).needs
    }
    assert asking == {"other_ending"}


@pytest.mark.parametrize(("address", "action"), [("a@hall.com", Action.WARN), ("a@one.example.net", Action.ALLOW)])
def test_where_nobody_remembers_only_another_ending_warns(address: str, action: Action) -> None:
    """Who was written to before can't be read: whom that could silence is warned about, and nobody else."""
    unknown = facts(known_correspondents=None, stale=("history",))
    assert decide(message(to=[address]), LOADED.policy_set, unknown).action is action


def test_only_rosters_are_held_for_ever() -> None:
    """A block without a way out is for registered people; every other block can be released by a reason."""
    blocks = {
        f"{policy.id}.{rule.id}": rule.release
        for policy in LOADED.policy_set.policies
        for rule in policy.rules
        if rule.action is Action.BLOCK
    }
    assert blocks == {
        "added_to_thread.outsider_among_many": Release.JUSTIFY,
        "roster_visible.members_in_to_or_cc": Release.NEVER,
        "sensitive_roster.members_in_one_message": Release.NEVER,
        "strangers_visible.many_strangers": Release.JUSTIFY,
    }


def test_messages_use_no_jargon() -> None:
    """Staff read what would happen, not how the program works."""
    messages = [rule.message.about(item) for rule in RULES for item in ITEMS]
    words = [word for message in messages for word in JARGON if word in (message.ja + message.en).lower()]
    assert words == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_meeting_is_never_told_of_the_fields_of_a_mail(rule: Rule) -> None:
    """Whoever plans a meeting has attendees: no To, no Cc, and no Bcc to move anybody to."""
    told = rule.message.about("appointment")
    assert re.findall(r"BCC|CC|宛先|\bBcc\b|\bCc\b|\bTo\b|\bmessage\b", told.ja + told.en) == []
