"""What somebody needs personal data for: asked in one way wherever it is shown or taken home."""

from __future__ import annotations

from typing import Final

from atesaki.console.shell.ask import Ask
from atesaki.console.shell.text import mark as _

NO_PURPOSE: Final = _("Say what you need the personal data for; it is recorded, and admins see it.")
_LONGEST: Final = 500


def purpose_of(ask: Ask) -> str:
    """Return the purpose that was typed, empty where there is none."""
    return ask.value("purpose").strip()[:_LONGEST]
