"""What a card says of the second check: how to ask for it, and how it stands."""

import datetime as dt

from atesaki.clients.gmail_event import NOTE
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
from atesaki.sending.second_check_state import SecondCheck


def second_check(asked: SecondCheck | None, frame: Frame) -> Json:
    """Return how the second check of a held message stands, and the way to ask where nobody is being asked."""
    if asked is not None and asked.state == "waiting":
        return section(_waiting(asked, frame))
    words = frame.words
    ask = button(words.ask, "ask_second_check", frame, type="OUTLINED")
    return section([_why(asked, frame), text_input(NOTE, words.note_label), button_row(ask)])


def check_granted(asked: SecondCheck, frame: Frame) -> list[Json]:
    """Return who has checked the message, and until when it may go."""
    said = frame.words.granted_how.format(by=_by(asked, frame), until=_moment(asked.expires_at, frame))
    comment = [paragraph(_lines(asked.comment))] if asked.comment else []
    return [state("check_circle", frame.words.granted, escaped(said)), *comment]


def _waiting(asked: SecondCheck, frame: Frame) -> list[Json]:
    words = frame.words
    how = words.waiting_how.format(since=_moment(asked.asked_at, frame), until=_moment(asked.expires_at, frame))
    url = frame.check_url(asked.decision_id)
    link = {"text": words.open_check, "type": "OUTLINED", "onClick": {"openLink": {"url": url}}}
    look = button(words.look, "check_again", frame, asked.decision_id, type="OUTLINED")
    withdraw = button(words.withdraw, "withdraw_second_check", frame, asked.decision_id, type="OUTLINED")
    told = [paragraph(words.told)] if frame.told else []
    return [
        state("hourglass_empty", words.waiting, how),
        *told,
        paragraph(escaped(url)),
        button_row(link, look),
        button_row(withdraw),
    ]


def _why(asked: SecondCheck | None, frame: Frame) -> Json:
    """Say why somebody has to be asked, or asked again."""
    words = frame.words
    if asked is None:
        return paragraph(words.second_check)
    if asked.state == "declined":
        said = words.declined_how.format(by=_by(asked, frame), comment=asked.comment or "")
        return state("block", words.declined, _lines(said))
    return state("history", words.expired, words.expired_how)


def _by(asked: SecondCheck, frame: Frame) -> str:
    return frame.words.by.format(by=asked.by) if asked.by else frame.words.somebody


def _moment(moment: dt.datetime, frame: Frame) -> str:
    return frame.words.moment.format(moment.astimezone(frame.zone))


def _lines(text: str) -> str:
    return escaped(text).replace("\n", "<br>")
