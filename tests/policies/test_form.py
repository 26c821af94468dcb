"""The form of a rule: every key of the language is a field by itself, and what nobody touched stays as it was."""

from typing import Any

import msgspec
import pytest
from tests.policies.files import POLICY
from tests.policies.test_editing import TEXT
from tests.policies.test_readme import structs

from atesaki.judgement.conditions import Condition
from atesaki.judgement.conditions.condition import InRoster
from atesaki.judgement.policy import Rule
from atesaki.policies.editing import plain_of
from atesaki.policies.editing.fields import THESE, Field, fields, leaves
from atesaki.policies.editing.form import carried_over, changed_by_form, shown
from atesaki.policies.load import load_set

FILE = "strangers.yaml"


def form_of(text: str, rule: int = 0) -> tuple[Field, ...]:
    """Return the fields of one rule of a file."""
    data: Any = plain_of(FILE, text)
    return fields(Rule, ("rules", rule), data["rules"][rule])


def submitted(text: str, changes: dict[str, list[str]], rule: int = 0) -> str:
    """Return the file after its form was sent with some inputs changed, as a browser sends it."""
    found = form_of(text, rule)
    sent = {field.name: [each.replace("\n", "\r\n") for each in shown(field)] for field in leaves(found)}
    sent |= {field.name: ["", *shown(field)] for field in leaves(found) if field.widget == "choices"}
    changes = {f"rules.{rule}.{name}": texts for name, texts in changes.items()}
    assert changes.keys() <= sent.keys()
    sent |= changes
    return changed_by_form(FILE, text, found, lambda name: sent.get(name, []))


def when(text: str) -> dict[str, Any]:
    """Return the condition of the first rule."""
    data: Any = plain_of(FILE, text)
    condition: dict[str, Any] = data["rules"][0].get("when")
    return condition


KEYS: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "recipients.fields": ("when.recipients.fields", ["", "to", "bcc"], {"fields": ["to", "bcc"]}),
    "recipients.visible": ("when.recipients.visible", ["false"], {"visible": False}),
    "recipients.audience": ("when.recipients.audience", ["", "external"], {"audience": "external"}),
    "recipients.in_roster": ("when.recipients.in_roster", ["true"], {"in_roster": True}),
    "recipients.in_roster.handling": (
        "when.recipients.in_roster.handling",
        ["protected"],
        {"in_roster": {"handling": "protected"}},
    ),
    "recipients.in_roster.name": ("when.recipients.in_roster.name", ["保護者"], {"in_roster": {"name": "保護者"}}),
    "recipients.domains": (
        "when.recipients.domains",
        ["=a.example\r\n\r\n *.b.example "],
        {"domains": ["=a.example", "*.b.example"]},
    ),
    "recipients.addresses": ("when.recipients.addresses", ["a*@x.example"], {"addresses": ["a*@x.example"]}),
    "recipients.free_mail": ("when.recipients.free_mail", ["true"], {"free_mail": True}),
    "recipients.kind": (
        "when.recipients.kind",
        ["", "unknown", "person"],
        {"kind": ["person", "unknown"]},
    ),
    "recipients.first_time": ("when.recipients.first_time", ["true"], {"first_time": True}),
    "recipients.look_alike": ("when.recipients.look_alike", ["other_ending"], {"look_alike": "other_ending"}),
    "recipients.added_to_thread": (
        "when.recipients.added_to_thread",
        ["organization"],
        {"added_to_thread": "organization"},
    ),
    "recipients.same_organization": ("when.recipients.same_organization", ["true"], {"same_organization": True}),
    "recipients.strangers": ("when.recipients.strangers", ["true"], {"strangers": True}),
    "recipients.at_least": ("when.recipients.at_least", ["１，０００".replace("，", ",")], {"at_least": 1000}),
    "recipients.organizations.at_least": (
        "when.recipients.organizations.at_least",
        ["5"],
        {"organizations": {"at_least": 5}},
    ),
    "recipients.share.at_least": ("when.recipients.share.at_least", ["50 %"], {"share": {"at_least": 0.5}}),
    "exposure.disclosures.at_least": ("when.exposure.disclosures.at_least", ["60"], {"disclosures": {"at_least": 60}}),
    "exposure.people.at_least": ("when.exposure.people.at_least", ["10"], {"people": {"at_least": 10}}),
    "exposure.organizations.at_least": (
        "when.exposure.organizations.at_least",
        ["5"],
        {"organizations": {"at_least": 5}},
    ),
    "subject.contains": ("when.subject.contains", ["社外秘\r\nsecret, all"], {"contains": ["社外秘", "secret, all"]}),
    "subject.matches": ("when.subject.matches", ["A[0-9]+: {x}"], {"matches": ["A[0-9]+: {x}"]}),
    "subject.empty": ("when.subject.empty", ["true"], {"empty": True}),
    "body.contains": ("when.body.contains", ["yes"], {"contains": ["yes"]}),
    "body.matches": ("when.body.matches", ["^x"], {"matches": ["^x"]}),
    "body.empty": ("when.body.empty", ["false"], {"empty": False}),
    "attachments.any": ("when.attachments.any", ["true"], {"any": True}),
    "attachments.name": ("when.attachments.name", ["名簿*"], {"name": ["名簿*"]}),
    "attachments.extension": ("when.attachments.extension", ["xlsx\r\ncsv"], {"extension": ["xlsx", "csv"]}),
    "attachments.size.at_least": ("when.attachments.size.at_least", ["1000"], {"size": {"at_least": 1000}}),
    "attachments.missing_although_mentioned": (
        "when.attachments.missing_although_mentioned",
        ["true"],
        {"missing_although_mentioned": True},
    ),
    "sender.addresses": ("when.sender.addresses", ["*@branch.example"], {"addresses": ["*@branch.example"]}),
    "sender.groups": ("when.sender.groups", ["interns"], {"groups": ["interns"]}),
    "thread.kind": ("when.thread.kind", ["", "reply_all"], {"kind": "reply_all"}),
    "time.outside_office_hours": ("when.time.outside_office_hours", ["true"], {"outside_office_hours": True}),
    "time.holidays": ("when.time.holidays", ["true"], {"holidays": True}),
}
"""Every key of every filter: the input, what a browser sends, and what the file must say."""


@pytest.mark.parametrize(("name", "sent", "expected"), KEYS.values(), ids=KEYS.keys())
def test_every_condition_key_can_be_set_and_unset_by_form(name: str, sent: list[str], expected: dict[str, Any]) -> None:
    """The file then says exactly that, loads, and is the old one, byte for byte, once the field is emptied again."""
    text = POLICY.replace("recipients: {visible: true, at_least: 3}", "item: message").replace("{count}", "many")
    changed = submitted(text, {name: sent})
    top = name.split(".")[1]
    assert when(changed) == {"item": "message", top: expected}
    load_set({FILE: changed})
    assert submitted(changed, {name: [""]}) == text


@pytest.mark.parametrize(
    ("key", "sent", "value"),
    [("item", "appointment", "appointment"), ("greeting_mismatch", "true", True), ("truncated", "false", False)],
)
def test_every_simple_condition_can_be_set_by_form(key: str, sent: str, value: object) -> None:
    """Those that have no keys of their own."""
    changed = submitted(POLICY, {f"when.{key}": [sent]})
    assert when(changed)[key] == value
    assert submitted(changed, {f"when.{key}": [""]}) == POLICY


def test_known_threads_can_be_set_beside_their_kind() -> None:
    """The one filter with a required key."""
    changed = submitted(POLICY, {"when.thread.kind": ["", "reply"], "when.thread.known": ["true"]})
    assert when(changed)["thread"] == {"kind": "reply", "known": True}


def test_no_key_of_a_condition_is_missing_from_the_form() -> None:
    """Whatever the types gain is a field at once, and this table asks for its example."""
    owners = {field.label for field in leaves(form_of(POLICY))}
    known = {
        f"{struct.__name__}.{field.encode_name}"
        for struct in structs(Condition)
        for field in msgspec.structs.fields(struct)
        if not structs(field.type) - {InRoster}
    }
    assert known <= owners
    tested = {name.removeprefix("when.") for name, _, _ in KEYS.values()} | {"thread.known"}
    simple = {"item", "greeting_mismatch", "truncated"}
    prefix = "rules.0.when."
    names = {field.name.removeprefix(prefix) for field in leaves(form_of(POLICY)) if field.name.startswith(prefix)}
    assert names == tested | simple


RULE_KEYS: dict[str, tuple[str, list[str], str]] = {
    "action": ("action", ["block"], "    action: block\n"),
    "release": ("release", ["justify"], "    action: warn\n    release: justify\n"),
    "remedies": ("remedies", ["", "remove", "move_to_bcc"], "    remedies: [move_to_bcc, remove]\n"),
    "message": ("message.en", ["{count}: people, all"], 'en: "{count}: people, all"}\n'),
    "mode": ("mode", ["simulate"], "    mode: simulate\n"),
    "active": ("active.until", ["2027-03-31"], "    active: {until: 2027-03-31}\n"),
    "severity": ("severity", ["high"], "    severity: high\n"),
    "why": ("why.ja", ["理由"], "    why: {ja: 理由}\n"),
    "unset": ("action", [""], "at_least: 3}\n    message:"),
    "wrong number": ("when.recipients.at_least", ["ten"], "at_least: ten}\n"),
}


@pytest.mark.parametrize(("name", "sent", "expected"), RULE_KEYS.values(), ids=RULE_KEYS.keys())
def test_every_key_of_a_rule_can_be_changed_by_form(name: str, sent: list[str], expected: str) -> None:
    """What doesn't fit is kept as it was typed, for the loader to name its line."""
    assert expected in submitted(POLICY, {name: sent})


@pytest.mark.parametrize("rule", [0, 1])
def test_a_form_that_nobody_touched_changes_nothing(rule: int) -> None:
    """However it is written: comments, quotes, block texts, blank lines."""
    assert submitted(TEXT, {}, rule) == TEXT


NESTED = POLICY.replace(
    "recipients: {visible: true, at_least: 3}",
    "any:\n        # The first.\n        - not: {subject: {contains: [x]}}\n        - {}",
).replace("{count}", "many")


def test_conditions_inside_conditions_are_fields_too() -> None:
    """As deep as the file goes; an empty one can be filled, and it stays when it is emptied."""
    changed = submitted(NESTED, {"when.any.0.not.subject.contains": ["y"], "when.any.1.item": ["message"]})
    assert when(changed) == {"any": [{"not": {"subject": {"contains": ["y"]}}}, {"item": "message"}]}
    assert "# The first." in changed
    assert when(submitted(changed, {"when.any.1.item": [""]}))["any"][1] == {}


def test_exemptions_are_fields_too() -> None:
    """Their owner, their end, their reason, and their condition."""
    way_out = "    exemptions:\n      - {when: {item: message}, owner: Sato, until: 2027-01-01, why: x}\n    action:"
    text = POLICY.replace("    action:", way_out)
    changed = submitted(text, {"exemptions.0.until": ["2027-12-31"], "exemptions.0.when.sender.groups": ["board"]})
    data: Any = plain_of(FILE, changed)
    assert data["rules"][0]["exemptions"] == [
        {
            "when": {"item": "message", "sender": {"groups": ["board"]}},
            "owner": "Sato",
            "until": "2027-12-31",
            "why": "x",
        }
    ]


def test_these_rosters_instead_of_any() -> None:
    """A switch from true to a mapping and back."""
    text = submitted(POLICY, {"when.recipients.in_roster": ["true"]})
    these = submitted(text, {"when.recipients.in_roster": [THESE], "when.recipients.in_roster.name": ["clients"]})
    assert when(these)["recipients"]["in_roster"] == {"name": "clients"}
    [switch] = [field for field in leaves(form_of(these)) if field.key == "in_roster"]
    assert shown(switch) == [THESE]
    back = submitted(these, {"when.recipients.in_roster": ["false"], "when.recipients.in_roster.name": [""]})
    assert when(back)["recipients"]["in_roster"] is False


@pytest.mark.parametrize("wrong", ["[1, {a: 2}]", "text", "{recipients: [1], subject: 5, all: {a: b}, item: [x]}"])
def test_a_form_opens_whatever_the_file_says(wrong: str) -> None:
    """A wrong shape is shown as far as it can be, and stays untouched."""
    text = POLICY.replace("when:\n      recipients: {visible: true, at_least: 3}", f"when: {wrong}")
    assert submitted(text, {}) == text


def carried(theirs: str, changes: dict[str, list[str]]) -> str | None:
    """Return what becomes of a form that was made from POLICY once somebody else has saved another text."""
    found = form_of(POLICY)
    sent = {field.name: shown(field) or [""] for field in leaves(found)}
    sent |= {f"rules.0.{name}": texts for name, texts in changes.items()}
    return carried_over(FILE, theirs, found, lambda name: sent.get(name, []))


def test_a_form_is_carried_over_to_what_somebody_else_saved() -> None:
    """Both changes stand, even in neighbouring lines."""
    theirs = submitted(POLICY, {"release": ["justify"]})
    both = carried(theirs, {"action": ["block"]})
    assert both is not None
    assert "action: block\n    release: justify" in both


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("action: warn", "action: block"),
        ("id: three", "id: four"),
        ("  - id: three", "  - {}\n  - id: three"),
        ("id: strangers", "id: ["),
    ],
)
def test_a_form_is_not_carried_over_where_both_meant_the_same(old: str, new: str) -> None:
    """The same field, another rule in its place, or a file that is no YAML any more: people have to look."""
    assert carried(POLICY.replace(old, new, 1), {"action": ["allow"]}) is None
