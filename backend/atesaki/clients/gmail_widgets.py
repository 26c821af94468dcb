"""What the cards of the Gmail add-on are put together from (Cards v2); every text that is not ours is escaped.

https://developers.google.com/workspace/add-ons/concepts/cards
"""

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from atesaki.clients.gmail_event import Operation
from atesaki.clients.gmail_words import Words, words
from atesaki.judgement.explain import Locale

Json = dict[str, Any]

# Characters that turn the direction of what follows could make an address look like another one (UAX #9).
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Frame(NamedTuple):
    """Where a card's buttons lead, in which language it speaks, and by which clock.

    `check_url` tells where the second check of a decision is answered, `told` whether checkers hear of it by mail.
    """

    action_url: str
    check_url: Callable[[str], str]
    locale: Locale
    zone: dt.tzinfo
    told: bool = False

    @property
    def words(self) -> Words:
        """The words of the language."""
        return words(self.locale)


def section(widgets: list[Json], **more: object) -> Json:
    """Return a part of a card."""
    return {**more, "widgets": widgets}


def state(icon: str, word: str, markup: str) -> Json:
    """Say how things stand by a word, an icon and a sentence."""
    return {
        "decoratedText": {
            "startIcon": {"materialIcon": {"name": icon}, "altText": word},
            "topLabel": word,
            "text": markup,
            "wrapText": True,
        }
    }


def paragraph(markup: str) -> Json:
    """Return text by itself."""
    return {"textParagraph": {"text": markup}}


def text_input(name: str, label: str) -> Json:
    """Return a field to write several lines into."""
    return {"textInput": {"name": name, "label": label, "type": "MULTIPLE_LINE"}}


def button_row(*buttons: Json) -> Json:
    """Return buttons beside each other."""
    return {"buttonList": {"buttons": list(buttons)}}


def button(text: str, operation: Operation, frame: Frame, decision_id: str | None = None, **more: object) -> Json:
    """Return a button that calls us; `decision_id` names what the person saw when pressing it."""
    parameters = [{"key": "op", "value": operation}]
    if decision_id is not None:
        parameters.append({"key": "decision", "value": decision_id})
    action = {"function": frame.action_url, "parameters": parameters, "loadIndicator": "SPINNER"}
    return {"text": text, **more, "onClick": {"action": action}}


def escaped(text: str) -> str:
    """Return text as it may stand in a card's markup."""
    return html.escape(_DIRECTIONS.sub("", text))
