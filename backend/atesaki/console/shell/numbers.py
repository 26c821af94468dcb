"""Numbers in forms and addresses, which anybody may write."""

import re
from typing import Final

_NUMBER: Final = re.compile(r"[0-9]{1,18}")
"""A longer one fits into no column of the store."""


def number_of(text: str) -> int:
    """Return the number that a text is, -1 where it is none."""
    return int(text) if _NUMBER.fullmatch(text) else -1
