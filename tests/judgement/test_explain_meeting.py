"""Words about a meeting, which has required and optional attendees, and nowhere to move them to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judgement.drafts import facts, message, policy_set, rule

from atesaki.judgement.builtin import MESSAGES
from atesaki.judgement.decide import decide
from atesaki.judgement.explain import DIALOG_LIMIT, Locale, dialog, fix, headline, reason

OUTSIDE = {"recipients": {"audience": "external"}}
TOLD = {"ja": "メール", "en": "A mail.", "appointment": {"ja": "{count} 人の会議", "en": "A meeting of {count}."}}
ATTENDEES = ["a@gmail.com", "b@gmail.com", "c@gmail.com"]
MAIL_WORDS = ("BCC", "Bcc", "CC", "Cc", "To ", "宛先", "メール", "message")


@pytest.mark.parametrize(("locale", "sentence"), [("ja", "3 人の会議"), ("en", "A meeting of 3.")])
def test_a_meeting_is_told_in_its_own_words(locale: Locale, sentence: str) -> None:
    """Where a rule has a text for a meeting, that is the reason, and stands in the dialog."""
    rules = policy_set(rule(OUTSIDE, message=TOLD))
    decision = decide(message(to=ATTENDEES, item="appointment"), rules, facts())
    assert reason(decision.findings[0], rules, locale, decision.item) == sentence
    assert dialog(decision, rules, locale).text == sentence


def test_a_mail_keeps_the_words_for_a_mail() -> None:
    """The text for a meeting is never said of anything else."""
    rules = policy_set(rule(OUTSIDE, message=TOLD))
    assert headline(decide(message(to=ATTENDEES), rules, facts()), rules, "en") == "A mail."


def test_a_rule_without_words_for_a_meeting_says_the_same_of_both() -> None:
    """A set from before there were texts for meetings loses none of its reasons."""
    rules = policy_set(rule(OUTSIDE, message={"ja": "両方", "en": "Both."}))
    assert headline(decide(message(to=ATTENDEES, item="appointment"), rules, facts()), rules, "ja") == "両方"


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("ja", "必須出席者、任意出席者をすべて読み取れなかったため、"),
        ("en", "The required attendees and the optional attendees could not be read in full, "),
    ],
)
def test_the_fields_of_a_meeting_are_its_attendees(locale: Locale, sentence: str) -> None:
    """Nobody who plans a meeting has ever seen its To and Cc."""
    rules = policy_set(rule({"recipients": {"audience": "partner"}}))
    unread = message(to=["a@hall.example"], truncated=["to", "cc"], item="appointment")
    assert headline(decide(unread, rules, facts()), rules, locale).startswith(sentence)


@pytest.mark.parametrize(
    ("remedies", "locale", "sentence"),
    [
        (["move_to_bcc", "send_individually"], "ja", "1 人ずつ別々に招待してください。"),
        (["move_to_bcc", "send_individually"], "en", "Invite each person separately."),
        (["remove"], "ja", "3 人の出席者が正しいか確かめ、違っていれば外してください。"),
        (["remove"], "en", "Check these 3 attendees and remove those who are wrong."),
    ],
)
def test_the_fix_of_a_meeting_is_about_attendees(remedies: list[str], locale: Locale, sentence: str) -> None:
    """Bcc is not among what helps a meeting."""
    rules = policy_set(rule(OUTSIDE, remedies=remedies))
    decision = decide(message(to=ATTENDEES, item="appointment"), rules, facts())
    assert fix(decision, locale) == sentence


def test_one_attendee_is_told_of_as_one() -> None:
    """A single attendee is a person, not “whoever”."""
    rules = policy_set(rule(OUTSIDE, remedies=["remove"]))
    decision = decide(message(to=ATTENDEES[:1], item="appointment"), rules, facts())
    assert fix(decision, "en") == "Check this attendee and remove them if they are wrong."


def test_a_meeting_offers_no_bcc_whatever_the_rules_say() -> None:
    """A rule that knows no other fix than Bcc leaves a meeting without one."""
    rules = policy_set(rule(OUTSIDE, remedies=["move_to_bcc"]))
    assert decide(message(to=ATTENDEES, item="appointment"), rules, facts()).remedies == ()


def test_a_meeting_that_is_all_right_is_no_message() -> None:
    """A clear answer names what may be sent."""
    rules = policy_set(rule(OUTSIDE))
    alone = decide(message(to=["a@hall.example"], item="appointment"), rules, facts())
    assert dialog(alone, rules, "en").text == "No problem found. The meeting can be sent."


def test_a_meeting_with_nobody_is_allowed() -> None:
    """An appointment of one's own that Outlook reports all the same goes into the calendar."""
    rules = policy_set(rule(OUTSIDE))
    assert decide(message(item="appointment"), rules, facts()).findings == ()


@pytest.mark.parametrize("name", MESSAGES)
def test_what_the_program_objects_to_is_said_of_attendees(name: str) -> None:
    """The program's own findings speak of a meeting as whoever plans it does."""
    told = MESSAGES[name].about("appointment")
    assert [word for word in MAIL_WORDS if word in told.ja + told.en] == []


@given(st.text(min_size=1, max_size=400), st.sampled_from(["ja", "en"]))
def test_the_dialog_of_a_meeting_stays_within_the_limit(text: str, locale: Locale) -> None:
    """Whatever a rule says of a meeting, Outlook's 500 characters are kept."""
    told = {"ja": "短い", "en": "Short.", "appointment": {"ja": text, "en": text}}
    rules = policy_set(rule(OUTSIDE, message=told, remedies=["send_individually"]))
    shown = dialog(decide(message(to=ATTENDEES, item="appointment"), rules, facts()), rules, locale)
    assert max(len(shown.text), len(shown.markdown)) <= DIALOG_LIMIT
