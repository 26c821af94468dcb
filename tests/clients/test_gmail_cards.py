"""Cards of the Gmail add-on, compared with golden files; `pytest --rewrite-golden` writes them anew."""

import asyncio
import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs
from tests.console.desk import Desk

from atesaki.clients.gmail_cards import MOST_ADDRESSES, check_card, home_card, nobody_card, unchecked_card
from atesaki.clients.gmail_widgets import Frame, escaped
from atesaki.judgement.decision import Release, Remedy
from atesaki.judgement.explain import Locale
from atesaki.judgement.message import Message, Recipient, Sender
from atesaki.sending.answer import DecisionAnswer, ReleasedBy
from atesaki.sending.request import Caller, DecisionRequest
from atesaki.sending.second_check_state import SecondCheck

GOLDEN = Path(__file__).parent / "golden"
URL = "https://atesaki.hall.example/gmail/addon/action"
LOCALES: tuple[Locale, ...] = ("ja", "en")
VOLUNTEERS = [f"v{number:02}@gmail.com" for number in range(1, 27)]

Json = dict[str, Any]


def judged(locale: Locale, to: list[str], cc: tuple[str, ...] = ()) -> DecisionAnswer:
    """Return the answer to a message of the hall's staff, under the small policy set of the desk."""
    message = Message(Sender("staff@hall.example"), tuple(map(Recipient, to)), tuple(map(Recipient, cc)), ())
    request = DecisionRequest(message, locale=locale)
    return asyncio.run(Desk()(request, Caller("key"), about_people=True)).answer


def _frame(locale: Locale) -> Frame:
    return Frame(URL, "https://atesaki.hall.example/console/checks/{}".format, locale, ZoneInfo("Asia/Tokyo"))


def _check(to: list[str], cc: tuple[str, ...] = (), **changed: object) -> Callable[[Frame], Json]:
    return lambda frame: check_card(structs.replace(judged(frame.locale, to, cc), **changed), frame)


def _second(asked: SecondCheck) -> Callable[[Frame], Json]:
    return lambda frame: check_card(
        structs.replace(judged(frame.locale, STRANGERS), release=Release.SECOND_CHECK), frame, asked
    )


ASKED = SecondCheck(
    decision_id="decision-0",
    state="waiting",
    asked_at=dt.datetime(2026, 11, 28, 15, 4, tzinfo=dt.UTC),
    expires_at=dt.datetime(2026, 12, 1, 15, 4, tzinfo=dt.UTC),
    by=None,
    comment=None,
)
ANSWERED = structs.replace(ASKED, by="<b>boss</b>@hall.example", comment="Line one & <i>\nline two")
STRANGERS = [f"person{number}@company{number}.example" for number in range(1, 4)]
CARDS: dict[str, Callable[[Frame], Json]] = {
    "volunteers_in_to": _check(VOLUNTEERS),
    "more_than_thirty": _check([f"{number:02}@company{number}.example" for number in range(45)]),
    "strangers_acknowledge": _check(STRANGERS, ("boss@hall.example",)),
    "parent_justify": _check(["parent1@x.jp"]),
    "send_anyway": _check(STRANGERS, release=Release.SEND_ANYWAY),
    "second_check": _check(STRANGERS, release=Release.SECOND_CHECK),
    "second_check_waiting": _second(ASKED),
    "second_check_granted": _second(structs.replace(ANSWERED, state="granted")),
    "second_check_declined": _second(structs.replace(ANSWERED, state="declined")),
    "second_check_expired": _second(structs.replace(ASKED, state="expired")),
    "markup_in_addresses": _check(["<img src=x>@a.example", '"a&b"@b.example', "\u202emoc.live@c.example"]),
    "nothing_found": _check(["boss@hall.example"]),
    "recorded": _check(["boss@hall.example"], released_by=ReleasedBy("decision-0", "acknowledge")),
    "unchecked": unchecked_card,
    "unchecked_too_often": lambda frame: unchecked_card(frame, too_often=True),
    "nobody": nobody_card,
    "home": home_card,
}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", CARDS)
def test_card_is_the_golden_one(name: str, locale: Locale, request: pytest.FixtureRequest) -> None:
    """Every word, button and parameter, in both languages."""
    text = json.dumps(CARDS[name](_frame(locale)), ensure_ascii=False, indent=2) + "\n"
    path = GOLDEN / f"gmail_{name}.{locale}.json"
    if request.config.getoption("--rewrite-golden"):
        path.write_text(text)
    assert text == path.read_text()


def test_golden_files_are_all_compared() -> None:
    """A file of a card that is gone would pin nothing."""
    assert {path.name for path in GOLDEN.iterdir()} == {f"gmail_{name}.{loc}.json" for name in CARDS for loc in LOCALES}


@pytest.fixture(params=[(name, locale) for name in CARDS for locale in LOCALES], ids="-".join)
def card(request: pytest.FixtureRequest) -> Json:
    """Every card."""
    name, locale = request.param
    return CARDS[name](_frame(locale))


def widgets(card: Json) -> Iterator[Json]:
    """Yield every widget."""
    for section in card["sections"]:
        yield from section["widgets"]


def test_card_stays_within_gmail_s_limits(card: Json) -> None:
    """At most 100 widgets a card (Card v1), and no empty section."""
    assert 0 < len(list(widgets(card))) <= 100
    assert all(section["widgets"] for section in card["sections"])


def test_card_holds_only_widgets_that_gmail_knows(card: Json) -> None:
    """One kind a widget; an unknown field would make Gmail refuse the whole card."""
    known = {
        "decoratedText": {"startIcon", "topLabel", "text", "wrapText"},
        "textParagraph": {"text"},
        "textInput": {"name", "label", "type"},
        "buttonList": {"buttons"},
    }
    for widget in widgets(card):
        ((kind, fields),) = widget.items()
        assert set(fields) <= known[kind]
        for button in fields.get("buttons", ()):
            assert set(button) <= {"text", "type", "onClick"}
            ((way, where),) = button["onClick"].items()
            assert set(where) == {"action": {"function", "parameters", "loadIndicator"}, "openLink": {"url"}}[way]


def test_markup_of_a_card_is_ours(card: Json) -> None:
    """Whatever an address holds, the only tags are those that we write, and nothing turns the reading direction."""
    text = json.dumps(card, ensure_ascii=False)
    assert set(re.findall(r"<[^>]*>", text)) <= {"<b>", "</b>", "<br>"}
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)


def test_card_speaks_without_jargon(card: Json) -> None:
    """No name of a policy or rule, and none of our own words for things."""
    text = json.dumps(card, ensure_ascii=False).lower()
    for word in ("many_strangers", "parents.", "visible.", "policy", "finding", "disclosures", "ポリシー", "露出"):
        assert word not in text


def test_first_button_of_a_held_message_is_the_safe_one() -> None:
    """Moving to Bcc is filled and first; sending as it is lies folded behind it."""
    card = CARDS["strangers_acknowledge"](_frame("en"))
    buttons = [button for widget in widgets(card) for button in widget.get("buttonList", {}).get("buttons", ())]
    assert [(button["text"], button["type"]) for button in buttons] == [
        ("Move 3 to Bcc", "FILLED"),
        ("Check again", "OUTLINED"),
        ("Record that I have checked", "BORDERLESS"),
    ]
    (folded,) = [section for section in card["sections"] if section.get("collapsible")]
    assert "Record that I have checked" in json.dumps(folded)


def test_moving_to_bcc_is_filled_only_where_it_is_the_first_fix() -> None:
    """Whoever should look at a mistyped address is not led to move it with the others."""
    answer = judged("en", STRANGERS)
    remove = Remedy("remove", (STRANGERS[0],))
    card = check_card(structs.replace(answer, remedies=(remove, *answer.remedies)), _frame("en"))
    buttons = [button for widget in widgets(card) for button in widget.get("buttonList", {}).get("buttons", ())]
    assert [button["type"] for button in buttons if button["text"] == "Move 3 to Bcc"] == ["OUTLINED"]


def test_card_says_that_a_mail_may_go_only_once_somebody_has_checked_it() -> None:
    """Before that each state says not to send it, and a granted one asks nobody again."""
    for name in ("second_check", *(f"second_check_{state}" for state in ("waiting", "declined", "expired"))):
        text = json.dumps(CARDS[name](_frame("en")))
        assert "can be sent" not in text
        assert ("ask_second_check" in text) is (name != "second_check_waiting")
    granted = json.dumps(CARDS["second_check_granted"](_frame("en")))
    assert "It can be sent until 2 Dec, 00:04" in granted
    assert "ask_second_check" not in granted


def test_card_says_that_checkers_are_told_by_mail_only_where_they_are() -> None:
    """Else a sender would wait for somebody who never hears of it."""
    for told in (True, False):
        text = json.dumps(CARDS["second_check_waiting"](_frame("en")._replace(told=told)))
        assert ("is told by mail" in text) is told


def test_at_most_thirty_addresses_are_listed() -> None:
    """The rest is a number."""
    text = json.dumps(CARDS["more_than_thirty"](_frame("en"))["sections"][2])
    assert len(set(re.findall(r"\d+@company\d+", text))) == MOST_ADDRESSES
    assert "and 15 more" in text


def test_message_that_may_not_go_has_no_button_for_it() -> None:
    """Neither a tick nor a reason releases it."""
    text = json.dumps(CARDS["volunteers_in_to"](_frame("en")))
    assert "acknowledge" not in text
    assert "justify" not in text
    assert "Don't send this message until it is fixed." in text


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("<a href='x'>", "&lt;a href=&#x27;x&#x27;&gt;"),
        ('"&"', "&quot;&amp;&quot;"),
        ("a\u202eb\u2066c", "abc"),
        ("宛先 é", "宛先 é"),
    ],
)
def test_text_is_escaped(text: str, markup: str) -> None:
    """Text in cards is simple HTML."""
    assert escaped(text) == markup
