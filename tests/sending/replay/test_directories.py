"""What a directory said at Send is nowhere kept, so what hangs on it can't be told of old mail."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from tests.judgement.drafts import message
from tests.judgement.test_laws import addresses, drafts
from tests.sending.index.past import PSEUDONYMS, SHIPPED, Past
from tests.sending.replay.test_same_as_judgement import (
    OURS,
    features_of,
    kind_of,
    known_facts,
    odd_drafts,
    policies,
    rules,
    told,
)

from atesaki.directory.errors import DirectoryUnavailable
from atesaki.judgement.decide import decide_for
from atesaki.judgement.facts import Facts
from atesaki.judgement.people import People
from atesaki.policies.load import read_folder
from atesaki.policies.revisions import RevisionStore
from atesaki.policies.shipped import shipped_folder
from atesaki.sending.facts import FactSources
from atesaki.sending.replay.report import Report
from atesaki.sending.replay.run import Question, run
from atesaki.storage.engine import Store

FILES = read_folder(shipped_folder())
OUTSIDERS = tuple(f"p{number}@gmail.com" for number in range(12))
TITLE = "title: {ja: 題, en: Title}"
SAID = 'message: {ja: "だめ", en: "No"}'
INTERNS = f"""
id: interns
{TITLE}
rules:
  - id: write_outside
    when: {{sender: {{groups: [interns]}}, recipients: {{fields: [to], audience: external}}}}
    action: block
    {SAID}
"""
CROWD = f"""
id: crowd
{TITLE}
rules:
  - id: outside
    when: {{recipients: {{audience: external, at_least: 10}}}}
    action: block
    {SAID}
  - id: visible
    when: {{recipients: {{audience: external, visible: true, at_least: 10}}}}
    action: block
    {SAID}
"""


class Lists:
    """A directory with one list, and a sender who is an intern; set `away` to make it fail."""

    away = False
    may_hide_lists = False

    async def know_lists(self) -> None:
        """Tell at once."""
        self._fail()

    async def expansions(self, people: People) -> Mapping[str, tuple[str | None, ...] | None]:
        """Tell who reads the list."""
        self._fail()
        return {"all@hall.example": OUTSIDERS} if "all@hall.example" in people.keys else {}

    async def groups_of(self, sender: str) -> frozenset[str]:
        """Tell the groups of a sender."""
        self._fail()
        return frozenset({"interns"}) if sender == "staff@hall.example" else frozenset()

    def _fail(self) -> None:
        if self.away:
            raise DirectoryUnavailable("Away.")


@pytest.fixture
def past(store: Store) -> Iterator[Past]:
    """Nothing was sent yet, and a directory is set up."""
    RevisionStore(store).add(SHIPPED.revision, FILES, "test", "")
    opened = Past(store)
    opened.check._facts = FactSources(opened, opened.correspondents, opened, Lists())
    yield opened
    opened.close()


def asked(past: Past, draft: str, before: Mapping[str, str] = FILES, *, directories: bool = True) -> Report:
    """Return what one more policy would change."""
    past.indexer.catch_up()
    name = draft.split()[1]
    question = Question(before, {**FILES, f"{name}.yaml": draft}, 0, directories)
    return run(past.store, PSEUDONYMS, question, lambda *_: None)


def test_groups_of_a_sender_can_not_be_told(past: Past) -> None:
    """Whether somebody was an intern then nobody knows; a mail that matches nothing else of the rule stays the same."""
    past.sent(to=["friend@one.example.net"])
    past.sent(to=["boss@hall.example"])
    report = asked(past, INTERNS)
    assert report.kinds == {"same": 1, "unknown": 1}
    rule = {each.rule: each for each in report.rules}["interns.write_outside"]
    assert (rule.untold, rule.new, rule.reads) == (1, 0, ["groups"])


def test_without_a_directory_a_rule_on_groups_could_not_be_run(past: Past) -> None:
    """As at Send, where it would have warned each time that it was asked."""
    past.sent(to=["friend@one.example.net"])
    assert asked(past, INTERNS, directories=False).kinds == {"warned": 1}


def test_members_of_a_list_can_not_be_told(past: Past) -> None:
    """Silence would say that twelve outsiders don't matter; fields show whom the sender wrote, so these can be told."""
    past.sent(to=["all@hall.example"])
    past.sent(to=["boss@hall.example"])
    report = asked(past, CROWD)
    assert report.kinds == {"same": 1, "unknown": 1}
    rules_told = {each.rule: each for each in report.rules}
    assert [rules_told[f"crowd.{name}"].untold for name in ("outside", "visible")] == [1, 0]
    assert rules_told["crowd.outside"].reads == ["members"]


def test_the_same_rule_at_send_has_told_what_it_found_among_members(past: Past) -> None:
    """Its finding is in the journal, whatever is kept of the list."""
    before = {**FILES, "crowd.yaml": CROWD}
    past.sent(to=["all@hall.example"])
    assert asked(past, CROWD.replace("at_least: 10", "at_least: 11"), before).kinds == {"unknown": 1}
    assert asked(past, CROWD, before).kinds == {"same": 1}


members = st.none() | st.lists(st.none() | addresses, max_size=4).map(tuple)
facts_of_directories = st.builds(
    lambda known, groups, lists, away: msgspec.structs.replace(
        known,
        sender_groups=None if "sender_groups" in away else groups,
        expansions={} if "expansions" in away else lists,
        stale=(*known.stale, *away),
    ),
    known_facts,
    st.sampled_from([frozenset[str](), frozenset({"g"})]),
    st.dictionaries(addresses, members, max_size=4),
    st.lists(st.sampled_from(["sender_groups", "expansions"]), max_size=1),
)


@given(odd_drafts | drafts, facts_of_directories, st.lists(rules, min_size=1, max_size=3))
def test_any_rules_are_told_as_they_were_decided(
    draft: dict[str, Any], known: Facts, written: list[dict[str, Any]]
) -> None:
    """For any message, lists and groups: never told otherwise than decided; what can't be told is said so."""
    policy_set = policies(*written)
    features, _ = features_of(message(**draft), known)
    decision = decide_for(People(message(**draft), OURS, known.expansions), policy_set, known)
    fired, untold, kinds = told(features, policy_set, directories=True)
    truth = {f"{found.policy}.{found.rule}" for found in decision.findings if found.policy == "a"}
    note(f"{draft} {known} {written} {fired} {untold} {truth}")
    assert fired - untold <= truth <= fired | untold
    assert kinds <= {kind_of(draft, known, decision), "unknown"}
