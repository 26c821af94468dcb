"""Tells whether a text is about one person, in any spelling of their address, and takes them out of it."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from atesaki.judgement.address import mailbox_key, parse_address
from atesaki.sending.rights.errors import RightsInvalid

ERASED: Final = "(erased)"
"""What stands where somebody's name or address stood."""

SHORTEST_NAME: Final = 2
MAX_NAME: Final = 200

_AT = re.compile("[@＠﹫]")
_STOPS = r"\s\"'(),:;<>\[\]{}\\、。，；：「」『』（）【】＜＞"
_WIDE = re.compile(rf"[^{_STOPS}@＠﹫]+[@＠﹫][^{_STOPS}@＠﹫]+")
# An address in a Japanese sentence has no blank beside it; the letters of most addresses are ASCII.
_NARROW = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_GMAIL = frozenset({"gmail.com", "googlemail.com"})


class Whom:
    """One person: their mailbox, and the names that are to be taken out beside it."""

    def __init__(self, address: str, names: Iterable[str] = ()) -> None:
        """Raises `RightsInvalid` where the address is none."""
        parsed = parse_address(address.strip())
        if not parsed.readable:
            raise RightsInvalid("This is not an e-mail address.", field="address")
        self.key = parsed.key
        self.names = frozenset(filter(None, map(usable_name, names)))
        self._domains = _GMAIL if parsed.domain in _GMAIL else frozenset({parsed.domain})
        self._literal = parsed.domain.startswith("[")
        self._spelled = re.compile(re.escape(self.key), re.IGNORECASE)
        self._named = _pattern_of(self.names)

    def also_named(self, names: Iterable[str]) -> "Whom":
        """Return the same person with more names."""
        return Whom(self.key, self.names.union(names))

    def may_be_in(self, blob: bytes) -> bool:
        """Tell quickly whether it is worth to read a blob: ASCII text without the domain has no address there."""
        if self._literal or not blob.isascii():
            return True
        lowered = blob.lower()
        return any(domain.encode() in lowered for domain in self._domains)

    def is_written(self, text: str) -> bool:
        """Tell whether the whole text is an address of theirs, with or without a display name."""
        if not _AT.search(text) or (text.isascii() and not self._literal and not self._has_domain(text)):
            return False
        return mailbox_key(text) == self.key

    def is_in(self, text: str) -> bool:
        """Tell whether their address stands anywhere in the text."""
        return self.is_written(text) or bool(self.spellings(text))

    def spellings(self, text: str) -> set[str]:
        """Return their address as it is written in the text."""
        if not _AT.search(text) or (text.isascii() and not self._literal and not self._has_domain(text)):
            return set()
        found = [*_NARROW.findall(text), *_WIDE.findall(text)]
        candidates = {each.strip(".'-") for each in found} | {each.strip("'") for each in found}
        return {each for each in candidates if mailbox_key(each) == self.key} | set(self._spelled.findall(text))

    def without(self, text: str) -> str:
        """Return the text without their address and their names."""
        if self.is_written(text):
            return ERASED
        for spelling in sorted(self.spellings(text), key=len, reverse=True):
            text = text.replace(spelling, ERASED)
        return self._named.sub(ERASED, text) if self._named else text

    def _has_domain(self, text: str) -> bool:
        lowered = text.lower()
        return any(domain in lowered for domain in self._domains)


def usable_name(name: str | None) -> str | None:
    """Return a display name that can be searched for, `None` where it is too short or is an address itself."""
    folded = " ".join(unicodedata.normalize("NFKC", name or "").split())
    is_one = SHORTEST_NAME <= len(folded) <= MAX_NAME and not _AT.search(folded)
    return folded if is_one and folded != ERASED else None


def _pattern_of(names: Iterable[str]) -> re.Pattern[str] | None:
    # A Japanese name is written with a blank of either width between its parts, or with none.
    patterns = [r"\s?".join(map(re.escape, name.replace(" ", ""))) for name in sorted(names, key=len, reverse=True)]
    return re.compile("|".join(patterns), re.IGNORECASE) if patterns else None
