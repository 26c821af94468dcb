"""Words for people: the right numbers first, in both languages, inside the limits of the clients."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judgement.drafts import facts, message, policy_set, rule

from atesaki.judgement.decide import decide
from atesaki.judgement.explain import DIALOG_LIMIT, Locale, Words, dialog, fix, headline, reason
from atesaki.judgement.facts import RosterHit
from atesaki.judgement.phrases import shortened

VOLUNTEERS = [f"v{number:02}@gmail.com" for number in range(26)]
VISIBLE = {"recipients": {"visible": True, "audience": "external"}}


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("ja", "このまま送ると、26 人がそれぞれ 25 件のアドレスを知ることになります。"),
        ("en", "If you send this now, 26 people would each learn 25 addresses."),
    ],
)
def test_the_headline_says_what_would_happen(locale: Locale, sentence: str) -> None:
    """The founding case in one sentence."""
    rules = policy_set(rule(VISIBLE, remedies=["move_to_bcc"]))
    assert headline(decide(message(to=VOLUNTEERS), rules, facts()), rules, locale) == sentence


def test_unequal_learning_is_said_to_be_at_most() -> None:
    """Where some would learn less, the number is a maximum."""
    rules = policy_set(rule(VISIBLE, remedies=["move_to_bcc"]))
    draft = message(to=["a@one.example.net", "b@one.example.net", "c@two.example.org"])
    assert "3 people would each learn up to 2 addresses" in headline(decide(draft, rules, facts()), rules, "en")


def test_the_dialog_gives_numbers_then_the_fix_then_the_reason() -> None:
    """A reader who stops after two lines knows what would happen and what to do."""
    rules = policy_set(rule(VISIBLE, remedies=["move_to_bcc"], message={"ja": "理由", "en": "Because."}))
    text = dialog(decide(message(to=VOLUNTEERS), rules, facts()), rules, "en").text
    assert text.splitlines() == [
        "If you send this now, 26 people would each learn 25 addresses.",
        "Move these 26 recipients to Bcc.",
        "Because.",
    ]


def test_simulated_findings_are_not_told_to_the_sender() -> None:
    """What is only tried out stands in the journal, not on the screen."""
    simulated = rule(VISIBLE, id="tried", mode="simulate", message={"ja": "秘密", "en": "Tried out."})
    rules = policy_set(rule(VISIBLE), simulated)
    assert "Tried out." not in dialog(decide(message(to=VOLUNTEERS), rules, facts()), rules, "en").text


def test_every_placeholder_is_filled_from_the_evidence() -> None:
    """Roster, count and examples stand in the sentence; an unknown name is left as it is."""
    text = "{count} of {roster}: {examples} {unknown}"
    rules = policy_set(rule({"recipients": {"in_roster": True}}, message={"ja": text, "en": text}))
    known = facts(rosters={address: (RosterHit("volunteers", "protected"),) for address in VOLUNTEERS})
    finding = decide(message(to=VOLUNTEERS[:3]), rules, known).findings[0]
    assert reason(finding, rules, "en") == "3 of volunteers: v00@gmail.com, v01@gmail.com and 1 more {unknown}"


def test_markdown_of_a_message_is_shown_as_text() -> None:
    """A roster named like a link stays letters."""
    rules = policy_set(rule({"recipients": {"in_roster": True}}, message={"ja": "{roster}", "en": "{roster}"}))
    known = facts(rosters={"a@gmail.com": (RosterHit("[x](https://evil.example) **b**", "open"),)})
    markdown = dialog(decide(message(to=["a@gmail.com"]), rules, known), rules, "en").markdown
    assert "\\[x\\](https://evil.example) \\*\\*b\\*\\*" in markdown


@given(
    st.lists(st.text(min_size=1, max_size=400), min_size=1, max_size=6),
    st.sampled_from(["ja", "en"]),
)
def test_dialogs_stay_within_the_limit(sentences: list[str], locale: Locale) -> None:
    """Whatever the rules say, Outlook's 500 characters are kept, in text and in Markdown."""
    rules = policy_set(
        *[
            rule({"item": "message"}, id=f"r{place}", message={"ja": text, "en": text})
            for place, text in enumerate(sentences)
        ]
    )
    shown = dialog(decide(message(), rules, facts()), rules, locale)
    assert 0 < len(shown.text) <= DIALOG_LIMIT
    assert 0 < len(shown.markdown) <= DIALOG_LIMIT


@given(st.lists(st.from_regex(r"[a-z]{1,12}", fullmatch=True), min_size=1, max_size=40), st.integers(14, 60))
def test_text_is_cut_between_words(words: list[str], limit: int) -> None:
    """What is left is whole words and an ellipsis."""
    text = shortened(" ".join(words), limit)
    assert len(text) <= limit
    assert set(text.removesuffix("…").split()) <= set(words)


@pytest.mark.parametrize("filling", ["x", "xx"])
def test_a_headline_is_not_cut_inside_what_is_escaped(filling: str) -> None:
    """A backslash without the character that it stands before would be read."""
    rules = policy_set(rule({"item": "message"}, message={"ja": "題", "en": filling + "*" * 300}))
    shown = dialog(decide(message(), rules, facts()), rules, "en").markdown
    assert shown.endswith(r"\*…**")
    assert len(shown) <= DIALOG_LIMIT


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("It goes to about 12,345 people", "It goes to about…"),
        ("Don't send it, they don't want it", "Don't send it, they…"),
        ("one.two.three.four.five.six", "one.two.three.four…"),
    ],
)
def test_a_number_is_never_cut_at_its_comma(text: str, cut: str) -> None:
    """12 people would be another warning than 12,345; only what is as long as an address is cut at its signs."""
    assert shortened(text, 22) == cut


@pytest.mark.parametrize("locale", ["ja", "en"])
@pytest.mark.parametrize("text", ["word " * 79 + "end.", "*" * 400, "{attachments}", "{attachments} {attachments}"])
def test_the_fix_is_never_what_is_left_out(text: str, locale: Locale) -> None:
    """However long the first sentence is and however many follow, it gives way to what the sender can do."""
    more = [
        rule({"item": "message"}, id=f"more{place}", message={"ja": "外" * 90, "en": "More. " * 60}) for place in "ab"
    ]
    first = rule(
        {"recipients": {"visible": True}, "attachments": {"any": True}},
        action="block",
        remedies=["move_to_bcc"],
        message={"ja": text, "en": text},
    )
    rules = policy_set(first, *more)
    files = [{"name": f"list_of_{place}_{'names_' * 12}.xlsx"} for place in range(9)]
    decision = decide(message(to=["a@one.example.net"], attachments=files), rules, facts())
    shown = dialog(decision, rules, locale)
    told = fix(decision, locale)
    assert told is not None
    assert (told in shown.text, told in shown.markdown) == (True, True)
    assert max(len(shown.text), len(shown.markdown)) <= DIALOG_LIMIT


@pytest.mark.parametrize(
    ("truncated", "said"),
    [(["to"], "To"), (["to", "cc"], "To and Cc"), (["to", "cc", "subject"], "To, Cc and the subject")],
)
def test_a_list_in_english_ends_with_and(truncated: list[str], said: str) -> None:
    """As people write it, also where nothing is left out."""
    rules = policy_set(rule({"truncated": True}, message={"ja": "{fields}", "en": "{fields} could not be read."}))
    decision = decide(message(truncated=truncated), rules, facts())
    assert reason(decision.findings[0], rules, "en") == f"{said} could not be read."


def test_one_threat_about_the_same_people_is_told_once() -> None:
    """Of two rules of one policy about the same recipients, the dialog says the stricter sentence alone."""
    mild = rule(VISIBLE, id="mild", message={"ja": "弱", "en": "Mild."})
    strict = rule(VISIBLE, id="strict", action="block", message={"ja": "強", "en": "Strict."})
    rules = policy_set(mild, strict)
    text = dialog(decide(message(to=VOLUNTEERS), rules, facts()), rules, "en").text
    assert ("Strict." in text, "Mild." in text) == (True, False)


@pytest.mark.parametrize(
    ("locale", "said"),
    [("ja", "宛先のうち 1 件が読み取れません（アドレスなし）。"), ("en", "cannot be read (no address).")],
)
def test_a_recipient_without_an_address_is_told_as_such(locale: Locale, said: str) -> None:
    """Outlook gives a personal contact group without one; an empty pair of brackets tells nobody what is meant."""
    rules = policy_set(rule(VISIBLE))
    assert said in dialog(decide(message(to=[""]), rules, facts()), rules, locale).text


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("ja", "ほかの人に確認を頼んでください。確認がすむと送信できます。"),
        ("en", "Ask a colleague to check it; after that it can be sent."),
    ],
)
def test_who_needs_a_second_check_is_told_how_it_goes_on(locale: Locale, sentence: str) -> None:
    """Nobody was asked yet, so the way on stands behind the fix; once somebody was, what came of it stands there."""
    rules = policy_set(rule(VISIBLE, action="block", release="second_check", remedies=["move_to_bcc"]))
    decision = decide(message(to=VOLUNTEERS), rules, facts())
    lines = dialog(decision, rules, locale).text.splitlines()
    assert lines[1:3] == [fix(decision, locale), sentence]
    told = Words(decision, rules, locale, "Not yet.").dialog().text.splitlines()
    assert told[1:3] == [fix(decision, locale), "Not yet."]


def test_a_resembling_domain_is_named_beside_the_one_that_was_meant() -> None:
    """Whoever reads both sees the slip."""
    text = "{domain} for {resembles}"
    rules = policy_set(rule({"recipients": {"look_alike": True}}, message={"ja": text, "en": text}))
    finding = decide(message(to=["taro@gmial.com"]), rules, facts()).findings[0]
    assert reason(finding, rules, "en") == "gmial.com for gmail.com"
