"""The Gmail add-on over HTTP: a tick or a reason releases what it was shown for, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.gmail_addon.gmail import BUILDERS, SETTINGS, Gmail, button, draft, state
from tests.api.mails import personal
from tests.fakes.provider import FakeProvider
from tests.server import running_server


def test_acknowledged_message_is_released_once(gmail: Gmail) -> None:
    """The tick is recorded with the decision that it is about, and the message is then allowed."""
    three = draft(BUILDERS)
    card = gmail.compose(three)
    told = gmail.press(card, "acknowledge", three)
    assert state(told["action"]["navigations"][0]["updateCard"]) == "Recorded"
    (released,) = gmail.records("decision.released")
    first, last = gmail.records()
    assert released["body"]["decision_id"] == first["body"]["decision_id"]
    assert last["body"]["action"] == "allow"
    assert last["body"]["released_by"]["decision_id"] == first["body"]["decision_id"]


def test_acknowledgement_of_a_changed_draft_is_not_one(gmail: Gmail) -> None:
    """Another recipient since the card was shown: what was not shown was not accepted."""
    card = gmail.compose(draft(BUILDERS))
    told = gmail.press(card, "acknowledge", draft([*BUILDERS, "stranger@elsewhere.example"]))
    assert told["action"]["notification"]["text"] == "The message has changed, so it was checked again."
    assert state(told["action"]["navigations"][0]["updateCard"]) == "Please check before you send"


@pytest.mark.parametrize("decision", ["", "nonsense", "01990000-0000-7000-8000-000000000000", "x' OR 1=1", "\x00"])
def test_acknowledgement_of_no_decision_only_checks(gmail: Gmail, decision: str) -> None:
    """A card that is too old or was never ours."""
    event = gmail.event(draft(BUILDERS), parameters={"op": "acknowledge", "decision": decision})
    answer = gmail.post("action", event)
    assert answer.json()["renderActions"]["action"]["notification"]["text"].startswith("The message has changed")
    assert gmail.records("decision.released") == []


@pytest.fixture
def strict(tmp_path: Path, provider: FakeProvider) -> Iterator[Gmail]:
    """A server whose policy asks for a reason as soon as two outsiders are visible."""
    policy = tmp_path / "policies"
    policy.mkdir()
    (policy / "reasons.yaml").write_text(
        "id: reasons\ntitle: {ja: 理由, en: Reasons}\nrules:\n  - id: two\n"
        "    when: {recipients: {visible: true, audience: external, at_least: 2}}\n"
        "    action: warn\n    release: justify\n    message: {ja: 二人です。, en: Two people.}\n"
    )
    with running_server(tmp_path / "store", fetch=provider.fetch, policy_dir=policy, **SETTINGS) as server:
        yield Gmail(server, provider)


@pytest.mark.parametrize(
    ("reason", "says"), [(None, "Please write the reason."), ("  ", "Please write"), ("x" * 2_001, "2,000")]
)
def test_release_with_a_reason_needs_one(strict: Gmail, reason: str | None, says: str) -> None:
    """The card stays with what was typed, and nothing is released."""
    two = draft(BUILDERS[:2])
    told = strict.press(strict.compose(two), "justify", two, reason)
    assert says in told["action"]["notification"]["text"]
    assert "navigations" not in told["action"]
    assert strict.records("decision.released") == []


def test_reason_is_recorded(strict: Gmail) -> None:
    """In the personal part of the record, since it may name people."""
    two = draft(BUILDERS[:2])
    told = strict.press(strict.compose(two), "justify", two, "They asked me to.")
    assert state(told["action"]["navigations"][0]["updateCard"]) == "Recorded"
    (released,) = strict.records("decision.released")
    assert personal(strict.server, released["record_id"])["justification"] == "They asked me to."


def test_tick_does_not_stand_for_a_reason(strict: Gmail) -> None:
    """A call that asks for less than the policy is checked again, and nothing is released."""
    two = draft(BUILDERS[:2])
    card = strict.compose(two)
    decision = next(pair["value"] for pair in button(card, "justify")["parameters"] if pair["key"] == "decision")
    event = strict.event(two, parameters={"op": "acknowledge", "decision": decision})
    told = strict.post("action", event).json()["renderActions"]["action"]
    assert state(told["navigations"][0]["updateCard"]) == "Please check before you send"
    assert strict.records("decision.released") == []
