"""Forms that were opened on another state of the file: nothing is lost, and nothing is saved over it."""

import pytest
from tests.console.forms import sent
from tests.console.policies.pages import draft, yaml
from tests.server import Server, Visitor


def test_two_admins_on_one_rule_lose_nothing(server: Server, admin: Visitor) -> None:
    """The second is shown the first's change and his own, and both together."""
    at = draft(admin)
    rule = f"{at}/of/strangers_visible/rules/0"
    with server.visitor("admin", email="sato@hall.example") as second:
        mine, theirs = admin.get(rule), second.get(rule)
        sent(admin, mine, rule, do="save", fields={"rules.0.severity": "critical"})
        page = sent(second, theirs, rule, do="save", fields={"rules.0.when.recipients.at_least": "15"})
        assert page.status_code == 409
        assert "Nothing is lost" in page.text
        assert '<del><b aria-hidden="true">−</b>     severity: high</del>' in page.text
        assert "both fit together" in page.text
        sent(second, page, f"{at}/files/strangers_visible.yaml", do="save")
    text = yaml(admin, at, "strangers_visible.yaml")
    assert "severity: critical" in text
    assert "at_least: 15" in text


@pytest.mark.parametrize(
    "do", ["save", "preview", "add:rules.0.when.any", "remove:rules.0.when.any.7", "remove:rules.9"]
)
def test_a_form_of_another_file_is_refused(admin: Visitor, do: str) -> None:
    """Nothing is saved, and nothing breaks."""
    at = draft(admin)
    rule = f"{at}/of/truncated/rules/0"
    answer = sent(admin, admin.get(rule), rule, base="id: other\nrules: []\n", do=do)
    assert answer.status_code == 409
    arranged = sent(admin, admin.get(f"{at}/of/truncated"), f"{at}/of/truncated/arrange", base="rules: []", do="copy:0")
    assert arranged.status_code == 409
    assert "Nothing is changed yet" in admin.get(at).text


def test_two_forms_that_touch_neighbouring_lines_fit_together(server: Server, admin: Visitor) -> None:
    """The form knows fields, not lines: only where both changed the same field does somebody have to choose."""
    at = draft(admin)
    rule = f"{at}/of/truncated/rules/0"
    with server.visitor("admin", email="sato@hall.example") as second:
        mine, theirs, third = admin.get(rule), second.get(rule), second.get(rule)
        sent(admin, mine, rule, do="save", fields={"rules.0.message.en": "Read it again."})
        page = sent(second, theirs, rule, do="save", fields={"rules.0.severity": "critical"})
        assert "both fit together" in page.text
        sent(second, page, f"{at}/files/truncated.yaml", do="save")
        same = sent(second, third, rule, do="save", fields={"rules.0.message.en": "Look again."})
        assert "In one place both changed the same lines" in same.text
    text = yaml(admin, at, "truncated.yaml")
    assert "Read it again." in text
    assert "severity: critical" in text
