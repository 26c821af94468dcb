"""The visitor's language: marked texts with their values, and the words of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from atesaki.console.shell.ask import Ask
from atesaki.console.shell.text import mark as _

NAMES: Final = {
    "to": _("To"),
    "cc": _("Cc"),
    "bcc": _("Bcc"),
    "internal": _("colleagues"),
    "partner": _("partners"),
    "external": _("people outside"),
    "protected": _("protected"),
    "sensitive": _("sensitive"),
    "open": _("open"),
    "person": _("a person"),
    "distribution_list": _("a distribution list"),
    "unexpanded_list": _("a list whose members are not known"),
    "unknown": _("unknown"),
    "unreadable": _("an address that can't be read"),
    "new": _("A new mail"),
    "reply": _("A reply"),
    "reply_all": _("A reply to all"),
    "forward": _("A forwarded mail"),
    "message": _("a mail"),
    "appointment": _("an invitation to a meeting"),
}


class Voice:
    """Says marked texts to one visitor."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def names(self, values: object) -> str:
        """Name one or several words of the vocabulary."""
        several = values if isinstance(values, tuple) else (values,)
        return " / ".join(self._ask.text(NAMES[str(value)]) for value in several)

    def say(self, text: str, **values: object) -> str:
        """Say a marked text."""
        return self._ask.text(text, **values)

    def texts(self, one: str, many: str, count: int) -> str:
        """Say a marked text with a number."""
        return self._ask.texts(one, many, count)


def quoted(values: Iterable[str]) -> str:
    """Return words as they stand in a rule."""
    return " / ".join(f"“{value}”" for value in values)
