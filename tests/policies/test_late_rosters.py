"""Tests of policies may assume that a roster could not be kept in step with its group."""

import pytest
from tests.policies.files import FILES, SUITE

from atesaki.policies.errors import PolicyErrors
from atesaki.policies.in_words.mistakes import mistake_in_words
from atesaki.policies.load import load_set
from atesaki.policies.test import run_tests

CLUB = "rosters: {club: {handling: open, members: [a@gmail.com, b@gmail.com]}}"
NEAREST = "Unknown roster “clubs”; did you mean “club”?"


def suite(facts_of_file: str, facts: str, expect: str) -> dict[str, str]:
    """Return policies with a test about two members of a club, under these facts."""
    test = f"  - {{name: late, draft: club, facts: {{{facts}}}, expect: {expect}}}\n"
    drafts = "drafts:\n  club: {to: [a@gmail.com, b@gmail.com]}\n"
    return {**FILES, "strangers_test.yaml": f"facts: {{{facts_of_file}}}\n" + SUITE.replace("drafts:\n", drafts) + test}


@pytest.mark.parametrize(
    ("facts_of_file", "facts", "expect"),
    [
        (CLUB, "late_rosters: [club]", "{action: warn, findings: [atesaki.roster_late], says: ['“club”', '「club」']}"),
        (f"{CLUB}, late_rosters: [club]", "", "{action: warn, findings: [atesaki.roster_late]}"),
        (f"{CLUB}, late_rosters: [club]", "late_rosters: []", "{silent: true}"),
        ("late_rosters: [club]", CLUB, "{action: warn, findings: [atesaki.roster_late]}"),
        (CLUB, "", "{silent: true}"),
    ],
)
def test_a_late_roster_warns_where_the_facts_say_so(facts_of_file: str, facts: str, expect: str) -> None:
    """Whoever tests their policies sees what senders see; the facts of a test win over those of the file."""
    [*_, result] = run_tests(load_set(suite(facts_of_file, facts, expect)))
    assert result.differences == ()


@pytest.mark.parametrize(
    ("facts_of_file", "facts", "place", "sentence"),
    [
        (CLUB, "late_rosters: [clubs]", "13:54", NEAREST),
        (f"{CLUB}, late_rosters: [club, clubs]", "", "1:102", NEAREST),
        (CLUB, "rosters: {}, late_rosters: [club]", "13:67", "The facts hold no roster that could be late."),
        ("", "late_rosters: [club]", "13:54", "The facts hold no roster that could be late."),
        (CLUB, "late_roster: [club]", "13:39", "Unknown key “late_roster”; did you mean “late_rosters”?"),
        (CLUB, "stale: [history, roster]", "13:56", "Unknown value “roster”; did you mean “rosters”?"),
    ],
)
def test_a_fact_that_nothing_could_mean_is_a_mistake(facts_of_file: str, facts: str, place: str, sentence: str) -> None:
    """It would never be late or unknown, and the test would pass for another reason than its author thinks."""
    with pytest.raises(PolicyErrors) as caught:
        load_set(suite(facts_of_file, facts, "{silent: true}"))
    [error] = caught.value.errors
    assert (f"{error.line}:{error.column}", error.sentence) == (place, sentence)
    assert mistake_in_words(sentence, "ja") != sentence
