"""The words of a rule for a meeting: read on its policy's page, typed by form, and seen as staff will see them."""

from tests.console.forms import sent, values_of
from tests.console.policies.pages import draft, yaml
from tests.server import Visitor

INSTEAD = "Instead, where it is a meeting"


def test_a_policy_shows_what_is_read_of_a_meeting(admin: Visitor) -> None:
    """Beside what is read of a mail, in both languages; nothing where there are no such words."""
    page = admin.get("/policies/threats/roster_visible").text
    assert INSTEAD in page
    assert "are attendees of this meeting and would see each other" in page
    assert "会議の出席者に入っています" in page
    assert INSTEAD not in admin.get("/policies/threats/out_of_hours").text


def test_words_for_a_meeting_are_typed_and_seen_before_they_are_saved(admin: Visitor) -> None:
    """Two dialogs more, as Outlook would show them: without Bcc, which a meeting has not."""
    at = draft(admin)
    rule = f"{at}/of/strangers_visible/rules/1"
    opened = admin.get(rule)
    typed = {f"rules.1.message.appointment.{locale}": f"{{count}} {locale}!" for locale in ("ja", "en")}
    values = {name: value for name, value in values_of(opened, rule).items() if name != "csrf"}
    seen = admin.post(f"{rule}/preview", {**values, **typed}).text
    mail, _instead, meeting = seen.partition(INSTEAD)
    assert "Move these 3 recipients to Bcc." in mail
    assert "Invite each person separately." in meeting
    assert "3 en!" in meeting
    assert "3 ja!" in meeting
    assert "Bcc" not in meeting
    sent(admin, opened, rule, do="save", fields=typed)
    assert "{count} en!" in yaml(admin, at, "strangers_visible.yaml")


def test_emptied_words_for_a_meeting_are_gone(admin: Visitor) -> None:
    """Then the same is said of both, and the preview shows one pair of dialogs."""
    at = draft(admin)
    rule = f"{at}/of/truncated/rules/0"
    emptied = {f"rules.0.message.appointment.{locale}": "" for locale in ("ja", "en")}
    sent(admin, admin.get(rule), rule, do="save", fields=emptied)
    assert "appointment" not in yaml(admin, at, "truncated.yaml")
    assert admin.get(rule).text.partition('id="preview"')[2].count(INSTEAD) == 0


def test_words_in_one_language_are_told_where_they_were_typed(admin: Visitor) -> None:
    """A meeting is told in both languages, or as a mail is."""
    at = draft(admin)
    rule = f"{at}/of/out_of_hours/rules/0"
    sent(admin, admin.get(rule), rule, do="save", fields={"rules.0.message.appointment.ja": "会議"})
    assert "The key “en” is missing." in admin.get(rule).text
