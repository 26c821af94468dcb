"""The text for a meeting beside the one for a mail: optional, as strictly read as any other, and changed by form."""

from typing import Any

import pytest
from tests.policies.files import FILES, POLICY, changed
from tests.policies.test_form import submitted

from atesaki.policies.editing import plain_of
from atesaki.policies.errors import PolicyErrors
from atesaki.policies.load import load_set
from atesaki.policies.test import run_tests

END = 'en: "{count} people"}'
MEETING = f'{END[:-1]}, appointment: {{ja: "{{count}} 人の会議", en: "A meeting"}}}}'
MISTAKES = {
    "unknown key": (
        "apointment: {ja: 文, en: Text}",
        "8:54: Unknown key “apointment”; did you mean “appointment”?",
    ),
    "one language": ("appointment: {ja: 文}", "8:67: The key “en” is missing."),
    "never filled": (
        'appointment: {ja: 文, en: "{roster}"}',
        "8:79: The placeholder {roster} would stay empty; it is filled by in_roster in “when”.",
    ),
    "no mapping": ("appointment: Text", "8:67: Expected a mapping (ja, en), found text."),
    "a meeting in a meeting": (
        "appointment: {ja: 文, en: Text, appointment: {ja: 文, en: Text}}",
        "8:85: Unknown key “appointment”. Known keys here: ja, en.",
    ),
    "too long": (f"appointment: {{ja: 文, en: {'x' * 401}}}", "8:79: Expected text of at most 400 characters."),
}


@pytest.mark.parametrize(("part", "expected"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_in_the_text_for_a_meeting_is_named_where_it_stands(part: str, expected: str) -> None:
    """It is read as strictly as the text for a mail."""
    with pytest.raises(PolicyErrors) as caught:
        load_set(changed(END, f"{END[:-1]}, {part}}}"))
    assert [error.text.removeprefix("strangers.yaml:") for error in caught.value.errors] == [expected]


def test_a_set_from_before_there_were_such_texts_still_loads_as_the_same_revision() -> None:
    """The key is optional, and a revision is made of nothing but the texts of the files."""
    loaded = load_set(FILES)
    assert loaded.revision == "7c9e7ad14e40ca27f0aceec447aa8bb26212502f5e14528858d05ed630d018a7"
    assert loaded.policy_set.policies[0].rules[0].message.appointment is None


@pytest.mark.parametrize(("item", "says"), [("appointment", "3 人の会議"), ("message", "3 people")])
def test_a_test_of_a_meeting_reads_its_reasons_in_the_words_for_a_meeting(item: str, says: str) -> None:
    """`says` compares what the sender of this very draft would read."""
    suite = FILES["strangers_test.yaml"].replace("{to: [{people: 3}]}", f"{{to: [{{people: 3}}], item: {item}}}")
    suite = suite.replace("findings: [three]", f"findings: [three], says: [{says}]")
    loaded = load_set({**changed(END, MEETING), "strangers_test.yaml": suite})
    assert [result.differences for result in run_tests(loaded)] == [(), ()]


def message_of(text: str) -> dict[str, Any]:
    """Return the texts of the only rule."""
    data: Any = plain_of("strangers.yaml", text)
    found: dict[str, Any] = data["rules"][0]["message"]
    return found


def test_a_text_for_a_meeting_is_written_by_form() -> None:
    """An admin who never saw YAML gives a rule its words for a meeting."""
    typed = {"message.appointment.ja": ["会議"], "message.appointment.en": ["Meeting"]}
    text = submitted(POLICY, typed)
    assert message_of(text) == {
        "ja": "{count} 人",
        "en": "{count} people",
        "appointment": {"ja": "会議", "en": "Meeting"},
    }
    load_set({"strangers.yaml": text})


def test_an_emptied_text_for_a_meeting_leaves_nothing_behind() -> None:
    """A key without a value would be a mistake."""
    before = POLICY.replace(END, MEETING)
    text = submitted(before, {"message.appointment.ja": [""], "message.appointment.en": [""]})
    assert message_of(text) == {"ja": "{count} 人", "en": "{count} people"}


def test_a_form_that_nobody_touched_keeps_the_text_for_a_meeting() -> None:
    """Saving the form of a rule changes nothing that was not typed."""
    before = POLICY.replace(END, MEETING)
    assert submitted(before, {}) == before
