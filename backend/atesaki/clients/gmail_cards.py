"""The cards of the Gmail add-on (Cards v2), made from an answer by pure functions.

https://developers.google.com/workspace/add-ons/concepts/cards: at most 100 widgets a card, and text is simple HTML,
so whatever is not ours is escaped.
"""

import html
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from atesaki.clients.gmail_event import REASON, Operation
from atesaki.clients.gmail_words import Words, words
from atesaki.judgement import phrases
from atesaki.judgement.builtin import POLICY
from atesaki.judgement.decision import Action, Release, Remedy
from atesaki.judgement.explain import Locale
from atesaki.sending.answer import DecisionAnswer

Json = dict[str, Any]

MOST_ADDRESSES = 30
MOST_NAMED = 5
MOST_REASONS = 10
LONGEST_ADDRESS, LONGEST_REASON = 100, 1_000

# Characters that turn the direction of what follows could make an address look like another one (UAX #9).
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ICONS = {Action.ALLOW: "check_circle", Action.WARN: "warning", Action.BLOCK: "block"}


class Frame(NamedTuple):
    """Where a card's buttons lead, and in which language it speaks."""

    action_url: str
    locale: Locale

    @property
    def words(self) -> Words:
        """The words of the language."""
        return words(self.locale)


def check_card(answer: DecisionAnswer, frame: Frame) -> Json:
    """Return the card of an answer: what would happen, the safe way first, and the other ways behind it."""
    if answer.released_by is not None:
        return _recorded_card(frame)
    return _card(
        frame,
        [
            _section([_verdict(answer, frame), *_exposure(answer, frame), *_reasons(answer, frame)]),
            _section([_fixes(answer, frame)]),
            *_concerned(answer, frame),
            *_ways_as_is(answer, frame),
        ],
        covers=True,
    )


def unchecked_card(frame: Frame, *, too_often: bool = False) -> Json:
    """Return the card for a message that could not be judged."""
    how = [frame.words.too_often] if too_often else []
    return _again_card(frame, "help", frame.words.unchecked, "<br>".join([*how, frame.words.unchecked_how]))


def nobody_card(frame: Frame) -> Json:
    """Return the card for a draft of which Gmail told no recipient."""
    return _again_card(frame, "help", frame.words.nobody, frame.words.nobody_how)


def home_card(frame: Frame) -> Json:
    """Return the card that is shown beside the inbox: what the add-on does, and where."""
    widgets = [_state("mail", frame.words.home, frame.words.home_how)]
    return _card(frame, [_section(widgets)], covers=True)


def _recorded_card(frame: Frame) -> Json:
    return _again_card(frame, "check_circle", frame.words.recorded, frame.words.recorded_how)


def _again_card(frame: Frame, icon: str, state: str, text: str) -> Json:
    widgets = [_state(icon, state, text), {"buttonList": {"buttons": [_again(frame)]}}]
    return _card(frame, [_section(widgets)])


def _card(frame: Frame, sections: list[Json], *, covers: bool = False) -> Json:
    limits = [frame.words.covers, frame.words.stops_nothing] if covers else [frame.words.stops_nothing]
    return {
        "header": {"title": frame.words.title},
        "sections": [*sections, _section([_paragraph("<br>".join(limits))])],
    }


def _section(widgets: list[Json], **more: object) -> Json:
    return {**more, "widgets": widgets}


def _state(icon: str, state: str, text: str) -> Json:
    """Say how things stand by a word, an icon and a sentence; `text` is HTML."""
    return {
        "decoratedText": {
            "startIcon": {"materialIcon": {"name": icon}, "altText": state},
            "topLabel": state,
            "text": text,
            "wrapText": True,
        }
    }


def _paragraph(markup: str) -> Json:
    return {"textParagraph": {"text": markup}}


def _verdict(answer: DecisionAnswer, frame: Frame) -> Json:
    said = {Action.ALLOW: frame.words.clear, Action.WARN: frame.words.caution, Action.BLOCK: frame.words.held}
    return _state(_ICONS[answer.action], said[answer.action], f"<b>{escaped(answer.headline)}</b>")


def _exposure(answer: DecisionAnswer, frame: Frame) -> list[Json]:
    seen = answer.exposure
    if not seen.disclosures:
        return []
    numbers = {"visible": f"{seen.visible:,}", "disclosures": f"{seen.disclosures:,}"}
    return [_paragraph(frame.words.exposure.format(**numbers))]


def _reasons(answer: DecisionAnswer, frame: Frame) -> list[Json]:
    """Return the reasons that the headline doesn't tell already, each once."""
    if answer.action is Action.ALLOW:
        return []
    reasons = [text for text in dict.fromkeys(_one_per_threat(answer)) if text != answer.headline]
    left = len(reasons) - MOST_REASONS
    shown = [escaped(phrases.shortened(text, LONGEST_REASON)) for text in reasons[:MOST_REASONS]]
    return [_paragraph(text) for text in (*shown, *([phrases.more(left, frame.locale)] if left > 0 else []))]


def _one_per_threat(answer: DecisionAnswer) -> Iterable[str]:
    """Return the reason of the strictest finding of each policy: one threat is told once."""
    told: dict[tuple[str, str], str] = {}
    for found in answer.findings:
        told.setdefault((found.policy, found.rule if found.policy == POLICY else ""), found.reason)
    return told.values()


def _fixes(answer: DecisionAnswer, frame: Frame) -> Json:
    move = movable(answer)
    buttons = [] if move is None else [_move(move, answer, frame)]
    return {"buttonList": {"buttons": [*buttons, _again(frame, answer)]}}


def movable(answer: DecisionAnswer) -> Remedy | None:
    """Return the remedy that the add-on can apply by itself, `None` where there is none."""
    return next((remedy for remedy in answer.remedies if remedy.kind == "move_to_bcc"), None)


def _move(remedy: Remedy, answer: DecisionAnswer, frame: Frame) -> Json:
    text = frame.words.move.format(count=f"{len(remedy.recipients):,}")
    return _button(text, "move_to_bcc", frame, answer, type="FILLED")


def _again(frame: Frame, answer: DecisionAnswer | None = None) -> Json:
    held = answer if answer is not None and answer.action is not Action.ALLOW else None
    return _button(frame.words.again, "check_again", frame, held, type="OUTLINED")


def _button(text: str, operation: Operation, frame: Frame, answer: DecisionAnswer | None, **more: object) -> Json:
    parameters = [{"key": "op", "value": operation}]
    if answer is not None:
        parameters.append({"key": "decision", "value": answer.decision_id})
    action = {"function": frame.action_url, "parameters": parameters, "loadIndicator": "SPINNER"}
    return {"text": text, **more, "onClick": {"action": action}}


def _concerned(answer: DecisionAnswer, frame: Frame) -> list[Json]:
    """Return what else can be done and the list of the recipients that it is about."""
    addresses = tuple(_addresses(answer))
    if not addresses:
        return []
    others = [_paragraph(_by_hand(remedy, frame)) for remedy in answer.remedies if remedy.kind != "move_to_bcc"]
    header = frame.words.concerned.format(count=f"{len(addresses):,}")
    return [_section([*others, _paragraph(_listed(addresses, frame))], header=header)]


def _by_hand(remedy: Remedy, frame: Frame) -> str:
    """Return what the sender has to do without our help, and to whom where that isn't everybody."""
    sentence = phrases.fix(remedy.kind, len(remedy.recipients), frame.locale)
    if remedy.kind != "remove":
        return escaped(sentence)
    return escaped(f"{sentence} {phrases.listed(remedy.recipients, frame.locale, MOST_NAMED)}")


def _addresses(answer: DecisionAnswer) -> Iterable[str]:
    if answer.action is Action.ALLOW:
        return ()
    if move := movable(answer):
        return move.recipients
    return dict.fromkeys(text for found in answer.findings for text in found.evidence.recipients)


def _listed(addresses: tuple[str, ...], frame: Frame) -> str:
    shown = [escaped(phrases.shortened(text, LONGEST_ADDRESS)) for text in addresses[:MOST_ADDRESSES]]
    left = len(addresses) - len(shown)
    return "<br>".join([*shown, *([frame.words.more.format(count=f"{left:,}")] if left else [])])


def _ways_as_is(answer: DecisionAnswer, frame: Frame) -> list[Json]:
    match answer.release:
        case None:
            return []
        case Release.SEND_ANYWAY:
            return [_section([_paragraph(frame.words.send_anyway)])]
        case Release.ACKNOWLEDGE:
            return [_folded([_confirm(frame.words.acknowledge, "acknowledge", answer, frame)], frame)]
        case Release.JUSTIFY:
            return [_folded([_reason_input(frame), _confirm(frame.words.justify, "justify", answer, frame)], frame)]
        case Release.SECOND_CHECK:
            return [_section([_paragraph(frame.words.second_check)])]
        case Release.NEVER:
            return [_section([_paragraph(frame.words.never)])]


def _folded(widgets: list[Json], frame: Frame) -> Json:
    """Put a way that mends nothing out of the way of a hasty click."""
    return _section(widgets, header=frame.words.as_is, collapsible=True, uncollapsibleWidgetsCount=0)


def _confirm(text: str, operation: Operation, answer: DecisionAnswer, frame: Frame) -> Json:
    return {"buttonList": {"buttons": [_button(text, operation, frame, answer, type="BORDERLESS")]}}


def _reason_input(frame: Frame) -> Json:
    return {"textInput": {"name": REASON, "label": frame.words.reason_label, "type": "MULTIPLE_LINE"}}


def escaped(text: str) -> str:
    """Return text as it may stand in a card's markup."""
    return html.escape(_DIRECTIONS.sub("", text))
