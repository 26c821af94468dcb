"""Every condition of the vocabulary has a plain sentence in both languages, and a near miss is near."""

import datetime as dt
from collections.abc import Iterator, Sequence

import msgspec
import pytest
from starlette.datastructures import FormData
from starlette.requests import Request
from tests.policies.files import POLICY

from atesaki.console.shell.ask import Ask, Stranger
from atesaki.console.try_it.sentences import Speaker
from atesaki.console.try_it.tree import Node, Told, told
from atesaki.judgement.conditions import Condition
from atesaki.judgement.conditions.condition import RecipientFilter
from atesaki.judgement.explain import Locale
from atesaki.policies.drafts import facts_of, message_of
from atesaki.policies.load import load_set, read_folder
from atesaki.policies.shipped import shipped_folder
from atesaki.policies.suite import Draft, GivenFacts, Person
from atesaki.policies.trace import trace

EVERY_KEY = """
      all:
        - any: [{item: message}, {item: appointment}]
        - not: {truncated: true}
        - truncated: false
        - greeting_mismatch: true
        - greeting_mismatch: false
        - exposure: {disclosures: {at_least: 1}, people: {at_least: 2}, organizations: {at_least: 3}}
        - subject: {contains: [a], matches: [b], empty: false}
        - body: {contains: [a], matches: [b], empty: true}
        - attachments: {any: true, name: [a], extension: [pdf], size: {at_least: 5}}
        - attachments: {missing_although_mentioned: false}
        - sender: {addresses: [a@our.example], groups: [press]}
        - thread: {kind: [new, reply, reply_all, forward], known: true}
        - time: {outside_office_hours: true, holidays: true}
        - recipients: {fields: [to, cc, bcc], visible: true, audience: [internal, partner, external], at_least: 2}
        - recipients: {in_roster: {handling: protected, name: r}, organizations: {at_least: 2}, share: {at_least: 0.5}}
        - recipients: {in_roster: true, domains: [x.jp], addresses: [a@x.jp], free_mail: true}
        - recipients: {in_roster: false, first_time: true, look_alike: true, added_to_thread: true}
        - recipients: {kind: [person, distribution_list, unexpanded_list, unknown, unreadable], same_organization: true}
        - recipients: {free_mail: false, first_time: false, look_alike: false, added_to_thread: false, visible: false}
        - recipients: {added_to_thread: organization, look_alike: other_ending, same_organization: false}
        - recipients: {strangers: true}"""
OUTSIDE = "      recipients: {visible: true, audience: external, at_least: 10}"


def explained(when: str, people: int = 3, **facts: object) -> Told:
    """Trace a set of one rule on a message to so many people outside."""
    rule = POLICY.replace("      recipients: {visible: true, at_least: 3}", when).replace("{count}", "many")
    policy_set = load_set({"strangers.yaml": rule}).policy_set
    message = message_of("draft", {"draft": Draft(to=(Person(people=people),))})
    given = facts_of(GivenFacts(**facts), GivenFacts())  # type: ignore[arg-type]
    (found,) = told(trace(message, policy_set, given), policy_set)
    return found


def speaker(locale: Locale) -> Speaker:
    """Return a speaker of one language."""
    request = Request({"type": "http", "query_string": b"", "headers": []})
    return Speaker(Ask(request, Stranger(), locale, FormData(), dt.UTC))


def test_the_rule_above_uses_every_key() -> None:
    """A new condition gets its sentence with it."""
    keys = {key for struct in (Condition, RecipientFilter) for key in _names(struct)}
    assert {key for key in keys if f"{key}:" not in EVERY_KEY} == set()


def _names(struct: type[msgspec.Struct]) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(struct)}


def nodes(found: Sequence[Node], *, in_filter: bool = False) -> Iterator[tuple[Node, bool]]:
    """Walk through all conditions."""
    for node in found:
        yield node, in_filter
        yield from nodes(node.parts, in_filter=node.step.asked.key == "recipients")


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_every_condition_is_said_in_words(locale: Locale) -> None:
    """No sentence is empty, none shows a value that was left out, and Japanese is never half English."""
    voice = speaker(locale)
    for node, in_filter in nodes(explained(EVERY_KEY).nodes):
        said = voice.condition(node.step.asked, in_filter=in_filter)
        assert said
        assert "None" not in f"{said} {voice.found(node.step)}"
        assert (locale == "ja") is any("ぁ" <= letter <= "龠" for letter in said), said


@pytest.mark.parametrize(
    ("when", "people", "near"),
    [
        (OUTSIDE, 9, True),
        (OUTSIDE, 8, True),
        (OUTSIDE, 7, False),
        (OUTSIDE.replace("10", "2"), 1, True),
        (OUTSIDE.replace("10", "3, organizations: {at_least: 2}"), 2, True),
        (OUTSIDE.replace("external", "internal").replace("10", "2"), 3, False),
        (OUTSIDE.replace("external", "external, first_time: false").replace("10", "2"), 3, False),
        ("      all: [{subject: {contains: [x]}}, {item: message}]", 1, False),
        ("      any: [{subject: {contains: [x]}}, {item: appointment}]", 1, False),
        ("      all: [{item: message}, {not: {truncated: false}}]", 1, False),
        ("      exposure: {disclosures: {at_least: 9}}\n      item: message", 3, True),
        ("      exposure: {disclosures: {at_least: 900}}\n      item: message", 3, False),
        ("      any: [{exposure: {people: {at_least: 3}}, item: message}, {item: appointment}]", 2, True),
        ("      any: [{exposure: {people: {at_least: 3}}, item: appointment}, {truncated: true}]", 2, False),
    ],
)
def test_a_near_miss_lacks_a_few_recipients(when: str, people: int, *, near: bool) -> None:
    """Everything else holds; a rule whose people or words aren't there is not near, or each mail were near to many."""
    assert explained(when, people).near is near


@pytest.mark.parametrize("people", [1, 3])
def test_an_ordinary_mail_is_near_to_no_shipped_rule(people: int) -> None:
    """A mail to somebody outside lacks strangers, lists and rosters: nothing that an admin would have to know."""
    policy_set = load_set(read_folder(shipped_folder())).policy_set
    message = message_of("draft", {"draft": Draft(to=(Person(people=people, at="x.jp"),))})
    traces = trace(message, policy_set, facts_of(GivenFacts(), GivenFacts()))
    assert [each.traced.rule.id for each in told(traces, policy_set) if each.near] == []


def test_a_rule_that_fired_is_no_near_miss() -> None:
    """It is told as fired; one that an exception or a date kept silent is near."""
    assert (explained(OUTSIDE, 10).fired, explained(OUTSIDE, 10).near) == (True, False)
    excepted = explained(f"{OUTSIDE}\n    unless: {{item: message}}", 10)
    assert (excepted.fired, excepted.near, excepted.traced.verdict) == (False, True, "exempt")
