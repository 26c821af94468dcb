"""The cards of the Gmail add-on (Cards v2), made from an answer by pure functions; at most 100 widgets a card."""

from collections.abc import Iterable

from atesaki.clients.gmail_event import REASON, Operation
from atesaki.clients.gmail_second_check import check_granted, second_check
from atesaki.clients.gmail_widgets import (
    Frame,
    Json,
    button,
    button_row,
    escaped,
    paragraph,
    section,
    state,
    text_input,
)
from atesaki.judgement import phrases
from atesaki.judgement.builtin import POLICY
from atesaki.judgement.decision import Action, Release, Remedy
from atesaki.sending.answer import DecisionAnswer
from atesaki.sending.second_check_state import SecondCheck

MOST_ADDRESSES = 30
MOST_NAMED = 5
MOST_REASONS = 10
LONGEST_ADDRESS, LONGEST_REASON = 100, 1_000

_ICONS = {Action.ALLOW: "check_circle", Action.WARN: "warning", Action.BLOCK: "block"}


def check_card(answer: DecisionAnswer, frame: Frame, asked: SecondCheck | None = None) -> Json:
    """Return the card of an answer: what would happen, the safe way first, and the other ways behind it.

    `asked` is the second check of this very message, `None` where nobody was asked.
    """
    if answer.released_by is not None:
        return _recorded_card(frame)
    if asked is not None and asked.state == "granted":
        return _granted_card(asked, frame)
    return _card(
        frame,
        [
            section([_verdict(answer, frame), *_exposure(answer, frame), *_reasons(answer, frame)]),
            *_fixes(answer, frame, asked),
            *([second_check(asked, frame)] if answer.release is Release.SECOND_CHECK else []),
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
    widgets = [state("mail", frame.words.home, frame.words.home_how)]
    return _card(frame, [section(widgets)], covers=True)


def _recorded_card(frame: Frame) -> Json:
    return _again_card(frame, "check_circle", frame.words.recorded, frame.words.recorded_how)


def _granted_card(asked: SecondCheck, frame: Frame) -> Json:
    return _card(
        frame, [section([*check_granted(asked, frame), button_row(_again(frame, asked.decision_id))])], covers=True
    )


def _again_card(frame: Frame, icon: str, word: str, markup: str) -> Json:
    return _card(frame, [section([state(icon, word, markup), button_row(_again(frame))])])


def _card(frame: Frame, sections: list[Json], *, covers: bool = False) -> Json:
    limits = [frame.words.covers, frame.words.stops_nothing] if covers else [frame.words.stops_nothing]
    return {
        "header": {"title": frame.words.title},
        "sections": [*sections, section([paragraph("<br>".join(limits))])],
    }


def _verdict(answer: DecisionAnswer, frame: Frame) -> Json:
    said = {Action.ALLOW: frame.words.clear, Action.WARN: frame.words.caution, Action.BLOCK: frame.words.held}
    return state(_ICONS[answer.action], said[answer.action], f"<b>{escaped(answer.headline)}</b>")


def _exposure(answer: DecisionAnswer, frame: Frame) -> list[Json]:
    seen = answer.exposure
    if not seen.disclosures:
        return []
    numbers = {"visible": f"{seen.visible:,}", "disclosures": f"{seen.disclosures:,}"}
    return [paragraph(frame.words.exposure.format(**numbers))]


def _reasons(answer: DecisionAnswer, frame: Frame) -> list[Json]:
    """Return the reasons that the headline doesn't tell already, each once."""
    if answer.action is Action.ALLOW:
        return []
    reasons = [text for text in dict.fromkeys(_one_per_threat(answer)) if text != answer.headline]
    left = len(reasons) - MOST_REASONS
    shown = [escaped(phrases.shortened(text, LONGEST_REASON)) for text in reasons[:MOST_REASONS]]
    return [paragraph(text) for text in (*shown, *([phrases.more(left, frame.locale)] if left > 0 else []))]


def _one_per_threat(answer: DecisionAnswer) -> Iterable[str]:
    """Return the reason of the strictest finding of each policy: one threat is told once."""
    told: dict[tuple[str, str], str] = {}
    for found in answer.findings:
        told.setdefault((found.policy, found.rule if found.policy == POLICY else ""), found.reason)
    return told.values()


def _fixes(answer: DecisionAnswer, frame: Frame, asked: SecondCheck | None) -> list[Json]:
    move = movable(answer)
    buttons = [] if move is None else [_move(move, answer, frame)]
    if asked is None or asked.state != "waiting":
        # The button to look for an answer does the same.
        buttons.append(_again(frame, asked.decision_id if asked else _held(answer)))
    return [section([button_row(*buttons)])] if buttons else []


def _held(answer: DecisionAnswer) -> str | None:
    return None if answer.action is Action.ALLOW else answer.decision_id


def movable(answer: DecisionAnswer) -> Remedy | None:
    """Return the remedy that the add-on can apply by itself, `None` where there is none."""
    return next((remedy for remedy in answer.remedies if remedy.kind == "move_to_bcc"), None)


def _move(remedy: Remedy, answer: DecisionAnswer, frame: Frame) -> Json:
    text = frame.words.move.format(count=f"{len(remedy.recipients):,}")
    kind = "FILLED" if remedy is answer.remedies[0] else "OUTLINED"
    return button(text, "move_to_bcc", frame, answer.decision_id, type=kind)


def _again(frame: Frame, decision_id: str | None = None) -> Json:
    return button(frame.words.again, "check_again", frame, decision_id, type="OUTLINED")


def _concerned(answer: DecisionAnswer, frame: Frame) -> list[Json]:
    """Return what else can be done and the list of the recipients that it is about."""
    addresses = tuple(_addresses(answer))
    if not addresses:
        return []
    others = [paragraph(_by_hand(remedy, frame)) for remedy in answer.remedies if remedy.kind != "move_to_bcc"]
    header = frame.words.concerned.format(count=f"{len(addresses):,}")
    return [section([*others, paragraph(_listed(addresses, frame))], header=header)]


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
        case None | Release.SECOND_CHECK:
            return []
        case Release.SEND_ANYWAY:
            return [section([paragraph(frame.words.send_anyway)])]
        case Release.ACKNOWLEDGE:
            return [_folded([_confirm(frame.words.acknowledge, "acknowledge", answer, frame)], frame)]
        case Release.JUSTIFY:
            written = text_input(REASON, frame.words.reason_label)
            return [_folded([written, _confirm(frame.words.justify, "justify", answer, frame)], frame)]
        case Release.NEVER:
            return [section([paragraph(frame.words.never)])]


def _folded(widgets: list[Json], frame: Frame) -> Json:
    """Put a way that mends nothing out of the way of a hasty click."""
    return section(widgets, header=frame.words.as_is, collapsible=True, uncollapsibleWidgetsCount=0)


def _confirm(text: str, operation: Operation, answer: DecisionAnswer, frame: Frame) -> Json:
    return button_row(button(text, operation, frame, answer.decision_id, type="BORDERLESS"))
