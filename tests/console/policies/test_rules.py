"""The forms of rules: what they change in the YAML of a draft, and what they show before it is saved."""

import re

from tests.console.forms import sent, values_of
from tests.console.policies.pages import draft, yaml
from tests.server import Visitor

from atesaki.policies.shipped import shipped_folder


def test_a_form_that_nobody_touched_changes_nothing(admin: Visitor) -> None:
    """Every rule of every shipped policy is opened and sent back; comments, quotes and order stay."""
    at = draft(admin)
    before = {path.name: path.read_text() for path in shipped_folder().glob("*.yaml")}
    for name in sorted(before):
        policy = name.removesuffix(".yaml")
        for place in range(before[name].count("\n  - id:") if not policy.endswith("_test") else 0):
            rule = f"{at}/of/{policy}/rules/{place}"
            assert sent(admin, admin.get(rule), rule, do="save").status_code == 200
    assert "Nothing is changed yet" in admin.get(at).text


def test_a_rule_is_changed_by_form_and_its_yaml_follows(admin: Visitor) -> None:
    """One line differs, comments stay, and nothing is in force."""
    at = draft(admin)
    rule = f"{at}/of/strangers_visible/rules/0"
    page = sent(admin, admin.get(rule), rule, fields={"rules.0.when.recipients.at_least": "12"}, do="save")
    assert "Saved in the draft" in page.text
    text = yaml(admin, at, "strangers_visible.yaml")
    shipped = (shipped_folder() / "strangers_visible.yaml").read_text()
    assert text == shipped.replace("at_least: 10, organizations", "at_least: 12, organizations", 1)
    overview = admin.get(at).text
    assert "at least 12 visible" in overview
    assert "2 of" in overview
    assert "tests fail" in overview


def test_a_wrong_value_is_kept_and_named_at_its_field(admin: Visitor) -> None:
    """The file says what was typed, the loader names the line, the form marks the field."""
    at = draft(admin)
    rule = f"{at}/of/strangers_visible/rules/0"
    page = sent(admin, admin.get(rule), rule, fields={"rules.0.when.recipients.at_least": "ten"}, do="save")
    assert "Expected a whole number, found text." in page.text
    assert re.search(r'name="rules\.0\.when\.recipients\.at_least" value="ten"[^>]*aria-invalid="true"', page.text)
    assert "at_least: ten," in yaml(admin, at, "strangers_visible.yaml")


def test_parts_of_a_condition_are_added_and_removed(admin: Visitor) -> None:
    """Whatever else was typed is saved with it; an exemption comes with its owner and an end."""
    at = draft(admin)
    rule = f"{at}/of/truncated/rules/0"
    page = sent(admin, admin.get(rule), rule, do="add:rules.0.when.any", fields={"rules.0.severity": "high"})
    assert "any: [{}]" in yaml(admin, at, "truncated.yaml")
    assert "severity: high" in yaml(admin, at, "truncated.yaml")
    assert "A condition needs at least one key" in page.text
    page = sent(admin, page, rule, do="save", fields={"rules.0.when.any.0.item": "message"})
    assert "any: [{item: message}]" in yaml(admin, at, "truncated.yaml")
    page = sent(admin, page, rule, do="remove:rules.0.when.any.0")
    assert "any:" not in yaml(admin, at, "truncated.yaml")
    sent(admin, page, rule, do="add:rules.0.exemptions")
    assert "owner: kei@hall.example" in yaml(admin, at, "truncated.yaml")


def test_rules_are_added_copied_moved_and_removed(admin: Visitor) -> None:
    """Each at once in the draft, the others untouched."""
    at = draft(admin)
    policy = f"{at}/of/strangers_visible"

    def ids() -> list[str]:
        return re.findall(r"^  - id: (\w+)", yaml(admin, at, "strangers_visible.yaml"), re.MULTILINE)

    def arranged(do: str) -> list[str]:
        sent(admin, admin.get(policy), f"{policy}/arrange", do=do)
        return ids()

    assert arranged("add") == ["many_strangers", "strangers", "one_before_blind", "new_rule"]
    assert arranged("copy:1") == ["many_strangers", "strangers", "strangers_2", "one_before_blind", "new_rule"]
    assert arranged("up:4") == ["many_strangers", "strangers", "strangers_2", "new_rule", "one_before_blind"]
    assert arranged("remove:3") == ["many_strangers", "strangers", "strangers_2", "one_before_blind"]
    assert arranged("down:0") == ["strangers", "many_strangers", "strangers_2", "one_before_blind"]


def test_the_dialog_is_shown_before_anything_is_saved(admin: Visitor) -> None:
    """By a button without JavaScript, and as a fragment while typing; in both languages."""
    at = draft(admin)
    rule = f"{at}/of/strangers_visible/rules/1"
    opened = admin.get(rule)
    typed = {"rules.1.message.en": "Stop, {count} people!", "rules.1.message.ja": "{count} 人、止まって。"}
    page = sent(admin, opened, rule, do="preview", fields=typed)
    assert "it is not saved yet" in page.text
    assert "3 people!" in page.text
    assert "3 人、止まって。" in page.text
    values = {name: value for name, value in values_of(opened, rule).items() if name != "csrf"}
    fragment = admin.post(f"{rule}/preview", {**values, **typed})
    assert "3 people!" in fragment.text
    assert "<html" not in fragment.text
    assert "Nothing is changed yet" in admin.get(at).text
