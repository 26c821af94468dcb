"""Words and patterns in the subject and the body; a part that the client did not collect never matches."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

import re2

from atesaki.judgement.conditions.match import ConditionError, Match, Path, Predicate
from atesaki.judgement.decision import Evidence

if TYPE_CHECKING:
    from atesaki.judgement.conditions.condition import TextFilter
    from atesaki.judgement.view import View

_MOST_WORDS = 5
Search = Callable[[str], str | None]


def normalized(text: str) -> str:
    """Return the text as people read it: full-width forms and other compatibility characters folded (NFKC)."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def word_search(word: str) -> Search:
    """Return a search for a word that ignores case and width."""
    wanted = normalized(word).casefold()
    return lambda text: word if wanted in text.casefold() else None


def pattern_search(pattern: str, path: Path) -> Search:
    """Return a search for an RE2 pattern that ignores case; RE2 never backtracks.

    Raises `ConditionError` where RE2 cannot read the pattern (https://github.com/google/re2/wiki/Syntax).
    """
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        raise ConditionError(path, f"RE2 cannot read the pattern: {_reason(error)}.") from error

    def search(text: str) -> str | None:
        found = compiled.search(text)
        return found.group() if found else None

    return search


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else error
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)


def _searches(condition: TextFilter, path: Path) -> list[Search]:
    searches = [word_search(word) for word in condition.contains or ()]
    for place, pattern in enumerate(condition.matches or ()):
        searches.append(pattern_search(pattern, (*path, "matches", place)))
    if not searches and condition.empty is None:
        raise ConditionError(path, "Give at least one of contains, matches and empty.")
    return searches


def _text(read: Callable[[View], str | None], condition: TextFilter, path: Path) -> Predicate:
    searches = _searches(condition, path)

    def holds(view: View) -> Match | None:
        text = read(view)
        if text is None or (condition.empty is not None and condition.empty is bool(text.strip())):
            return None
        found = tuple(word for search in searches if (word := _found(search, text)) is not None)
        return Match(evidence=Evidence(words=found[:_MOST_WORDS])) if found or not searches else None

    return holds


def _found(search: Search, text: str) -> str | None:
    """Look in the text as people read it, and as it is written: a pattern may hold full-width characters, too."""
    folded = normalized(text)
    found = search(folded)
    return search(text) if found is None and folded != text else found


subject: Callable[[TextFilter, Path], Predicate] = functools.partial(_text, lambda view: view.message.subject)
body: Callable[[TextFilter, Path], Predicate] = functools.partial(_text, lambda view: view.message.body_text)
