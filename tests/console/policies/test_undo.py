"""One file of a draft is put back to what the draft began with, while the rest of the draft stays."""

from tests.console.forms import sent
from tests.console.policies.pages import draft, yaml
from tests.server import Visitor

FILE = "look_alike.yaml"
POLICY = "of/look_alike"
OTHER = "of/truncated/rules/0"


def _changed(admin: Visitor, at: str, rule: str, severity: str) -> None:
    path = f"{at}/{rule}"
    sent(admin, admin.get(path), path, do="save", fields={"rules.0.severity": severity})


def test_a_policy_that_was_removed_by_mistake_is_put_back(admin: Visitor) -> None:
    """With its tests; before, it had to be typed anew or all else in the draft given up."""
    at = draft(admin)
    before = yaml(admin, at, FILE)
    _changed(admin, at, OTHER, "critical")
    sent(admin, admin.get(f"{at}/{POLICY}"), f"{at}/{POLICY}/remove")
    for file in (FILE, "look_alike_test.yaml"):
        page = sent(admin, admin.get(at), f"{at}/files/{file}", do="undo")
        assert "what the draft began with" in page.text
    assert yaml(admin, at, FILE) == before
    assert "severity: critical" in yaml(admin, at, "truncated.yaml")
    assert "1 file differs from where the draft began." in admin.get(at).text


def test_a_policy_that_was_added_is_taken_out_again(admin: Visitor) -> None:
    """The draft began without it."""
    at = draft(admin)
    new = {"name": "festival", "title_ja": "祭り", "title_en": "Festival"}
    sent(admin, admin.get(f"{at}/new"), f"{at}/new", **new)
    sent(admin, admin.get(at), f"{at}/files/festival.yaml", do="undo")
    assert admin.get(f"{at}/files/festival.yaml").status_code == 404


def test_what_somebody_else_saved_meanwhile_is_not_undone_unseen(admin: Visitor) -> None:
    """Whoever presses has not seen it: both stand there, and nothing is lost."""
    at = draft(admin)
    _changed(admin, at, f"{POLICY}/rules/0", "low")
    page = admin.get(at)
    _changed(admin, at, f"{POLICY}/rules/0", "critical")
    assert sent(admin, page, f"{at}/files/{FILE}", do="undo").status_code == 409
    assert "severity: critical" in yaml(admin, at, FILE)


def test_a_closed_draft_offers_nothing_to_undo(admin: Visitor) -> None:
    """It stays as it is."""
    at = draft(admin)
    _changed(admin, at, OTHER, "critical")
    page = sent(admin, admin.get(at), f"{at}/drop")
    assert "What the draft changes" in page.text
    assert "Undo this change" not in page.text
