"""What somebody was changing was removed, or its draft closed, by somebody else: what they typed is kept."""

from tests.console.forms import sent, values_of
from tests.console.policies.pages import draft, published, yaml
from tests.server import Visitor

FILE = "files/look_alike.yaml"
POLICY = "of/look_alike"
RULE = f"{POLICY}/rules/0"
TOLD = "This may be mistyped: {examples}. The domain {domain} resembles {resembles}."
AGAIN = f"Look again. {TOLD}"


def test_a_rule_of_a_policy_that_was_removed_is_kept(admin: Visitor) -> None:
    """Its editor sees what they typed, and may put the policy back with it."""
    at = draft(admin)
    form = admin.get(f"{at}/{RULE}")
    sent(admin, admin.get(f"{at}/{POLICY}"), f"{at}/{POLICY}/remove")
    page = sent(admin, form, f"{at}/{RULE}", do="save", fields={"rules.0.severity": "low"})
    assert (page.status_code, "was removed by somebody else" in page.text) == (409, True)
    assert "Save both" not in page.text
    assert sent(admin, page, f"{at}/{FILE}", do="save").status_code == 200
    assert "severity: low" in yaml(admin, at, "look_alike.yaml")


def test_who_removes_a_policy_that_was_changed_is_asked_again(admin: Visitor) -> None:
    """They see the change, and may still remove the policy with its tests; before, it became an empty file."""
    at = draft(admin)
    removing, form = admin.get(f"{at}/{POLICY}"), admin.get(f"{at}/{RULE}")
    sent(admin, form, f"{at}/{RULE}", do="save", fields={"rules.0.severity": "low"})
    page = sent(admin, removing, f"{at}/{POLICY}/remove")
    assert (page.status_code, "severity: low" in page.text) == (409, True)
    done = sent(admin, page, f"{at}/{POLICY}/remove")
    assert "were removed from the draft" in done.text
    assert admin.get(f"{at}/{FILE}").status_code == 404


def test_a_change_of_a_draft_that_was_published_goes_into_a_new_one(admin: Visitor) -> None:
    """Form and YAML alike; before, the text was gone."""
    at = draft(admin, "First")
    rule, form = admin.get(f"{at}/{RULE}"), admin.get(f"{at}/files/truncated.yaml")
    sent(admin, rule, f"{at}/{RULE}", do="save", fields={"rules.0.message.en": f"Once more. {TOLD}"})
    rule = admin.get(f"{at}/{RULE}")
    assert published(admin, at).status_code == 200
    page = sent(admin, rule, f"{at}/{RULE}", do="save", fields={"rules.0.severity": "low"})
    assert (page.status_code, "was published or dropped while you were changing it" in page.text) == (409, True)
    new = sent(admin, page, "/policies/drafts")
    assert new.status_code == 200
    assert "severity: low" in yaml(admin, new.url.path.removeprefix("/console"), "look_alike.yaml")
    text = "# Typed.\r\n" + values_of(form, "truncated.yaml")["text"][0]
    page = sent(admin, form, f"{at}/files/truncated.yaml", text=text, do="save")
    assert "# Typed." in page.text


def test_a_change_of_a_closed_draft_that_no_longer_fits_is_shown_beside_the_other(admin: Visitor) -> None:
    """What is in force by now has another text there: both stand on the page, in the new draft."""
    first, second = draft(admin, "First"), draft(admin, "Second")
    mine, theirs = admin.get(f"{first}/{RULE}"), admin.get(f"{second}/{RULE}")
    sent(admin, theirs, f"{second}/{RULE}", do="save", fields={"rules.0.message.en": AGAIN})
    published(admin, second)
    sent(admin, admin.get(first), f"{first}/drop")
    page = sent(admin, mine, f"{first}/{RULE}", do="save", fields={"rules.0.severity": "low"})
    beside = sent(admin, page, "/policies/drafts")
    assert beside.status_code == 409
    assert "severity: low" in beside.text
    assert AGAIN in beside.text


def test_a_file_that_the_draft_removes_and_others_changed_can_be_removed(admin: Visitor) -> None:
    """An empty text removes it; before, it became an empty file, which never loads."""
    first, second = draft(admin, "First"), draft(admin, "Second")
    sent(admin, admin.get(f"{first}/{POLICY}"), f"{first}/{POLICY}/remove")
    sent(admin, admin.get(f"{second}/{RULE}"), f"{second}/{RULE}", do="save", fields={"rules.0.severity": "low"})
    published(admin, second)
    page = admin.get(f"{first}/outdated")
    assert "to remove it" in page.text
    done = sent(admin, page, f"{first}/outdated", fields={"file:look_alike.yaml": ""})
    assert done.status_code == 200
    assert admin.get(f"{first}/{FILE}").status_code == 404


def test_a_draft_that_was_dropped_by_mistake_is_taken_up_again(admin: Visitor) -> None:
    """Dropping leads to its page, which has the way back; before, nothing led to what was in it."""
    at = draft(admin)
    rule = f"{at}/{RULE}"
    sent(admin, admin.get(rule), rule, do="save", fields={"rules.0.severity": "low"})
    dropped = sent(admin, admin.get(at), f"{at}/drop")
    assert (dropped.url.path, "Look at it and publish" in dropped.text) == (f"/console{at}", False)
    again = sent(admin, dropped, f"{at}/take-up")
    assert "Look at it and publish" in again.text
    assert "severity: low" in yaml(admin, at, "look_alike.yaml")
    assert "Take the draft up again" not in again.text
