"""Policy tests: what a test file says, how it is judged, and what a failure tells."""

import datetime as dt

import msgspec
import pytest
from tests.policies.files import FILES, SUITE, changed

from atesaki.judgement.address import mailbox_key
from atesaki.judgement.facts import RosterHit
from atesaki.policies.drafts import facts_of, message_of
from atesaki.policies.errors import PolicyErrors
from atesaki.policies.load import load_set
from atesaki.policies.suite import Draft, DraftThread, GivenFacts, Person, RosterFacts
from atesaki.policies.test import Result, require_passed, run_tests


def differences(expect: str) -> list[str]:
    """Return what is told of a test of three visible people that expects something."""
    text = SUITE[: SUITE.index("  - name: two")].replace(
        "{action: warn, release: acknowledge, findings: [three]}", expect
    )
    (result,) = run_tests(load_set({**FILES, "strangers_test.yaml": text}))
    return list(result.differences)


def test_a_good_set_passes_its_tests() -> None:
    """Both tests of the example pass, and their number is told."""
    assert require_passed(load_set(FILES)) == 2


def test_a_test_file_without_tests_is_refused() -> None:
    """It would pass whatever its policy does."""
    with pytest.raises(PolicyErrors, match=r"strangers_test\.yaml:2:8: A test file needs at least one test\."):
        load_set({**FILES, "strangers_test.yaml": "drafts: {}\ntests: []\n"})


def test_a_test_has_a_name_in_every_language() -> None:
    """Where its author gave none in Japanese, the English one stands there."""
    result = Result("a_test.yaml", 1, 1, "two are fine", ())
    told = msgspec.structs.replace(result, ja="2 人なら、ふつう")
    names = [each.named(locale) for each in (result, told) for locale in ("ja", "en")]
    assert names == ["two are fine", "two are fine", "2 人なら、ふつう", "two are fine"]


def test_a_failed_test_refuses_the_set_where_it_stands() -> None:
    """A set whose tests fail is refused like one that doesn't load, with expected and got."""
    loaded = load_set(changed("at_least: 3", "at_least: 4"))
    with pytest.raises(PolicyErrors) as caught:
        require_passed(loaded)
    (error,) = caught.value.errors
    assert error.text == (
        "strangers_test.yaml:5:5: The test “three are too many” failed: expected action warn, got allow; "
        "expected release acknowledge, got none; expected findings [strangers.three], got []."
    )


WRONG = {
    "{action: block}": "expected action block, got warn",
    "{release: justify}": "expected release justify, got acknowledge",
    "{findings: []}": "expected findings [], got [strangers.three]",
    "{simulated: [three]}": "expected simulated [strangers.three], got []",
    "{exposure: {disclosures: 5}}": "expected exposure.disclosures 5, got 6",
    "{remedies: {move_to_bcc: 3}}": "expected remedies.move_to_bcc 3, got 0",
    "{says: [four people]}": "expected a reason that says four people, got [3 人, 3 people]",
}


@pytest.mark.parametrize(("expect", "told"), WRONG.items(), ids=WRONG.keys())
def test_each_expectation_can_fail(expect: str, told: str) -> None:
    """Every key of `expect` is really compared."""
    assert differences(expect) == [told]


def test_a_remedy_that_a_test_leaves_out_must_not_be_offered() -> None:
    """Whoever expects none, or others, is told of each that is."""
    files = changed("action: warn", "action: warn\n    remedies: [move_to_bcc]")
    suite = SUITE.replace("{action: warn, release: acknowledge, findings: [three]}", "{remedies: {}}")
    first, _ = run_tests(load_set({**files, "strangers_test.yaml": suite}))
    assert first.differences == ("expected remedies.move_to_bcc 0, got 3",)


def test_silence_is_broken_by_any_finding() -> None:
    """`silent` means allowed and without findings."""
    assert differences("{silent: true}") == [
        "expected action allow, got warn",
        "expected findings [], got [strangers.three]",
    ]


def test_what_is_not_expected_is_not_compared() -> None:
    """A test may be about one thing only."""
    assert differences("{exposure: {visible: 3}}") == []


def test_a_test_sees_its_own_policy_alone_unless_it_asks_for_the_set() -> None:
    """`scope: set` judges by all policies; another policy can then break the silence."""
    other = FILES["strangers.yaml"].replace("id: strangers", "id: other").replace("at_least: 3", "at_least: 2")
    alone = load_set({**FILES, "other.yaml": other})
    together = load_set({**FILES, "other.yaml": other, "strangers_test.yaml": "scope: set\n" + SUITE})
    assert [result.passed for result in run_tests(alone)] == [True, True]
    assert [result.passed for result in run_tests(together)] == [False, False]


def test_a_draft_takes_what_it_leaves_out_from_the_one_it_extends() -> None:
    """Lists are replaced, not joined."""
    drafts = {
        "base": Draft(to=("a@x.example",), cc=("b@x.example",), subject="S"),
        "next": Draft(extend="base", to=("c@x.example",)),
    }
    message = message_of("next", drafts)
    assert [recipient.address for recipient in (*message.to, *message.cc)] == ["c@x.example", "b@x.example"]
    assert (message.subject, message.bcc, message.sender.address) == ("S", (), "staff@our.example")


def test_people_are_invented() -> None:
    """Each has an organization of its own, unless domains are given, among which they are dealt out."""
    draft = Draft(to=(Person(people=2),), cc=(Person(people=3, at=("a.example", "b.example"), first=9),))
    message = message_of("draft", {"draft": draft})
    assert [recipient.address for recipient in (*message.to, *message.cc)] == [
        "p01@company01.example",
        "p02@company02.example",
        "p09@a.example",
        "p10@b.example",
        "p11@a.example",
    ]


def test_a_thread_holds_people() -> None:
    """Who was in the conversation is written like recipients."""
    message = message_of("draft", {"draft": Draft(thread=DraftThread("reply", (Person(people=1),)))})
    assert message.thread.kind == "reply"
    assert [getattr(entry, "address", entry) for entry in message.thread.recipients] == ["p01@company01.example"]


def test_facts_of_a_test_win_over_those_of_the_file() -> None:
    """Key by key; what neither names has a stated default."""
    general = GivenFacts(stale=("rosters",), sender_groups=("all",))
    facts = facts_of(general, GivenFacts(sender_groups=("staff",), now=dt.datetime(2026, 1, 1, 9, 0)))  # noqa: DTZ001
    assert (facts.stale, facts.sender_groups) == (("rosters",), frozenset({"staff"}))
    assert facts.now.isoformat() == "2026-01-01T09:00:00+09:00"
    assert facts.organization.internal_domains == ("our.example",)
    assert facts.known_correspondents is None


def test_what_is_stale_is_unknown() -> None:
    """As at Send, where a source that fails tells nothing: else a test would promise a block that never comes."""
    general = GivenFacts(
        rosters={"r": RosterFacts("protected", ("a@x.example",))},
        expansions={"all@x.example": ("a@x.example",)},
        known_correspondents=("a@x.example",),
        sender_groups=("staff",),
    )
    assert facts_of(general, GivenFacts()).rosters != {}
    facts = facts_of(general, GivenFacts(stale=("rosters", "expansions", "history", "sender_groups")))
    assert (facts.rosters, facts.expansions, facts.known_correspondents, facts.sender_groups) == ({}, {}, None, None)


def test_rosters_and_lists_are_known_by_mailbox() -> None:
    """Facts have the keys that the judgement looks up, however an address is written."""
    facts = facts_of(
        GivenFacts(
            rosters={"r": RosterFacts("protected", ("A.B@GMAIL.com",)), "s": RosterFacts("open", ("ab@gmail.com",))},
            expansions={"All@x.example": (Person(people=1),), "none@x.example": None},
            known_correspondents=("X@y.example",),
        ),
        GivenFacts(),
    )
    assert facts.rosters == {mailbox_key("ab@gmail.com"): (RosterHit("r", "protected"), RosterHit("s", "open"))}
    assert facts.expansions == {
        mailbox_key("all@x.example"): ("p01@company01.example",),
        mailbox_key("none@x.example"): None,
    }
    assert facts.known_correspondents == frozenset({mailbox_key("x@y.example")})
