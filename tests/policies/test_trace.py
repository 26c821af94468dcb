"""The trace: why a rule fired or did not, condition by condition, in the words of the file."""

import datetime as dt

from tests.policies.files import POLICY

from atesaki.judgement.policy_set import PolicySet
from atesaki.policies.drafts import facts_of, message_of
from atesaki.policies.load import load_set
from atesaki.policies.suite import Draft, GivenFacts, Person
from atesaki.policies.trace import RuleTrace, trace


def policy_set(when: str) -> PolicySet:
    """Return a set of one rule with another condition."""
    text = POLICY.replace("      recipients: {visible: true, at_least: 3}", when).replace("{count}", "many")
    return load_set({"strangers.yaml": text}).policy_set


def traced(when: str, people: int = 3, **facts: object) -> RuleTrace:
    """Trace the one rule on a message to so many people."""
    message = message_of("draft", {"draft": Draft(to=(Person(people=people),))})
    (found,) = trace(message, policy_set(when), facts_of(GivenFacts(**facts), GivenFacts()))  # type: ignore[arg-type]
    return found


def steps(found: RuleTrace) -> list[tuple[int, str, bool | None]]:
    """Return depth, condition and answer of every step."""
    return [(step.depth, step.condition, step.holds) for step in found.steps]


def test_a_rule_that_fired_shows_what_matched() -> None:
    """Every key of the filter is answered by itself, then all of them together."""
    found = traced("      recipients: {visible: true, at_least: 3}")
    assert found.verdict == "fired"
    assert steps(found) == [
        (0, "when", True),
        (1, "recipients: {visible: true, at_least: 3}", True),
        (2, "visible: true", True),
        (2, "all keys together, wanted {at_least: 3}", True),
    ]
    assert found.steps[-1].because == "count 3, organizations 3"


def test_a_rule_that_missed_its_threshold_shows_how_far() -> None:
    """The number that was reached stands beside the one that was wanted."""
    found = traced("      recipients: {visible: true, at_least: 3}", people=2)
    assert found.verdict == "silent"
    assert (found.steps[-1].holds, found.steps[-1].because) == (False, "count 2, organizations 2")


def test_every_step_says_as_values_what_it_asks() -> None:
    """A page can put it into a sentence of its own language, and name who matched."""
    found = traced("      recipients: {visible: true, at_least: 3}", people=2)
    assert [step.asked.key for step in found.steps] == ["when", "recipients", "visible", "together"]
    assert found.steps[2].asked.value is True
    assert found.steps[3].evidence is not None
    assert found.steps[3].evidence.recipients == ("p01@company01.example", "p02@company02.example")


def test_exposure_shows_its_numbers_even_when_it_does_not_hold() -> None:
    """Whoever tunes a threshold sees the numbers."""
    found = traced("      exposure: {disclosures: {at_least: 9}}")
    assert found.steps[-1].because == "disclosures 6, people 3, organizations 3"


def test_combined_conditions_are_answered_inside_out() -> None:
    """`all`, `any` and `not` show their parts one step deeper."""
    found = traced("      any: [{not: {item: message}}, {subject: {contains: [x]}}]")
    assert steps(found) == [
        (0, "when", False),
        (1, "any", False),
        (2, "not", False),
        (3, "item: message", True),
        (2, "subject: {contains: [x]}", False),
    ]


def test_what_must_hold_together_is_answered_together() -> None:
    """Part of `any` or `not` may have several keys; one of them holding alone must not look like the part."""
    found = traced("      any: [{item: message, truncated: true}]\n      not: {item: message, truncated: true}")
    assert steps(found) == [
        (0, "when", False),
        (1, "any", False),
        (2, "all", False),
        (3, "item: message", True),
        (3, "truncated: true", False),
        (1, "not", True),
        (2, "all", False),
        (3, "item: message", True),
        (3, "truncated: true", False),
    ]


def test_an_exemption_is_told() -> None:
    """A rule that would have fired says that it was exempt."""
    found = traced("      recipients: {at_least: 3}\n    unless: {item: message}")
    assert found.verdict == "exempt"
    assert (0, "unless", True) in steps(found)


EXEMPTION = "\n    exemptions: [{id: fair, owner: Sato, until: 2026-04-01, why: x, when: {item: message}}]"


def test_an_exemption_with_an_end_is_told_with_its_owner() -> None:
    """Whoever asks why a rule was silent learns who answers for it, and until when."""
    found = traced("      recipients: {at_least: 3}" + EXEMPTION)
    assert found.verdict == "exempt"
    assert found.exemption is not None
    assert found.exemption.owner == "Sato"
    assert (0, "exemption fair of Sato, until 2026-04-01", True) in steps(found)


def test_an_exemption_that_is_over_is_told() -> None:
    """The rule fires, and the trace says that there was an exemption once."""
    found = traced("      recipients: {at_least: 3}" + EXEMPTION, now=dt.datetime(2026, 4, 2, tzinfo=dt.UTC))
    assert (found.verdict, found.exemption) == ("fired", None)
    assert found.steps[-1].because == "it is over"


def test_a_rule_out_of_its_days_is_told() -> None:
    """A rule that matches but is over is not called silent."""
    found = traced("      recipients: {at_least: 3}\n    active: {until: 2026-01-01}")
    assert found.verdict == "not in force"


def test_an_unknown_fact_is_told() -> None:
    """A condition that can't be judged answers neither yes nor no."""
    found = traced("      recipients: {first_time: true}")
    assert found.verdict == "error"
    assert found.steps[0].holds is None
    assert found.steps[0].because == "The sender's earlier recipients are unknown."
