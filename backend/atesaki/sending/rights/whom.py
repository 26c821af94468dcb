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
_LETTERS = re.compile("[A-Za-z0-9]{1,3}")
"""A name so short stands within other words, too."""

MAX_NAME: Final = 200

_AT = re.compile("[@＠﹫]")
_STOPS = r"\s\"'(),:;<>\[\]{}\\、。，；：「」『』（）【】＜＞"
_WIDE = re.compile(rf"[^{_STOPS}@＠﹫]+[@＠﹫][^{_STOPS}@＠﹫]+")
# An address in a Japanese sentence has no blank beside it; the letters of most addresses are ASCII.
_NARROW = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_ADDRESSES = re.compile(f"({_NARROW.pattern})")
_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_SIMPLE = re.compile(r"[a-z0-9._-]+")
# What reading an address passes over: format characters, fillers, variation selectors.
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


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
        self._local = _pattern_of_local(parsed.key.rpartition("@")[0], dots=parsed.domain in _GMAIL)
        self._spelled = re.compile(re.escape(self.key), re.IGNORECASE)
        self._named = _pattern_of(self.names)

    def also_named(self, names: Iterable[str]) -> "Whom":
        """Return the same person with more names."""
        return Whom(self.key, self.names.union(names))

    def may_be_in(self, blob: bytes) -> bool:
        """Tell quickly whether it is worth to read a blob: where either half of the address is missing, it isn't.

        Letters of other widths and cases are folded first; what is hidden between letters makes it worth to read.
        """
        if self._local is None or self._literal:
            return True
        text = blob.decode(errors="replace")
        if not blob.isascii():
            if _HIDDEN.search(text):
                return True
            text = unicodedata.normalize("NFKC", text).casefold()
        else:
            text = text.lower()
        known = any(domain in text for domain in self._domains) or self._is_international(text)
        return known and self._local.search(text) is not None

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
        """Return the text without their address and their names; an address of somebody else stays as it is."""
        text = self.without_address(text)
        if self._named is None or _WIDE.fullmatch(text):
            return text
        # Every second part is an address, which may hold the same letters as the name.
        parts = _ADDRESSES.split(text)
        parts[::2] = [self._named.sub(ERASED, part) for part in parts[::2]]
        return "".join(parts)

    def without_address(self, text: str) -> str:
        """Return the text without their address; names stay."""
        if self.is_written(text):
            return ERASED
        for spelling in sorted(self.spellings(text), key=len, reverse=True):
            text = text.replace(spelling, ERASED)
        return text

    def _is_international(self, text: str) -> bool:
        # A domain in A-labels may be written in its own letters.
        return not text.isascii() and any("xn--" in domain for domain in self._domains)

    def _has_domain(self, text: str) -> bool:
        lowered = text.lower()
        return any(domain in lowered for domain in self._domains)


def usable_name(name: str | None) -> str | None:
    """Return a display name that can be searched for, `None` where it is too short or is an address itself."""
    folded = " ".join(unicodedata.normalize("NFKC", name or "").split())
    is_one = SHORTEST_NAME <= len(folded) <= MAX_NAME and not _AT.search(folded)
    return folded if is_one and folded != ERASED else None


def _pattern_of_local(local: str, *, dots: bool) -> re.Pattern[str] | None:
    """Return what every spelling of a local part holds once it is folded, `None` where nobody can tell."""
    if not _SIMPLE.fullmatch(local):
        return None
    written = r"\.*".join(map(re.escape, local)) if dots else re.escape(local)
    # Behind it stands the domain or a tag, perhaps after the quotation mark or blank of an unusual spelling.
    return re.compile(rf'{written}[\\"\s.]*[@+]')


def _pattern_of(names: Iterable[str]) -> re.Pattern[str] | None:
    # A Japanese name is written with a blank of either width between its parts, or with none.
    patterns = [_pattern_of_name(name) for name in sorted(names, key=len, reverse=True)]
    return re.compile("|".join(patterns), re.IGNORECASE) if patterns else None


def _pattern_of_name(name: str) -> str:
    pattern = r"\s?".join(map(re.escape, name.replace(" ", "")))
    return rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])" if _LETTERS.fullmatch(name) else pattern
