"""The attachments condition: names, extensions, size, and a file that the text speaks of but that is not there."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from typing import TYPE_CHECKING

from atesaki.judgement.conditions.match import ConditionError, Match, Path, Predicate
from atesaki.judgement.conditions.mentions import missing_mention
from atesaki.judgement.conditions.text import normalized
from atesaki.judgement.decision import Evidence

if TYPE_CHECKING:
    from atesaki.judgement.conditions.condition import AttachmentFilter
    from atesaki.judgement.message import Attachment
    from atesaki.judgement.view import View


def attachments(condition: AttachmentFilter, path: Path) -> Predicate:
    """Compile the condition; its evidence names the attachments, or the words that speak of a missing one."""
    if condition == type(condition)():
        raise ConditionError(path, "Give at least one of any, name, extension, size and missing_although_mentioned.")
    tests = _tests(condition)
    least = condition.size.at_least if condition.size else 0
    named = bool(tests or least)

    def holds(view: View) -> Match | None:
        files = [file for file in view.message.attachments if not file.inline]
        if condition.any is not None and condition.any is not bool(files):
            return None
        words = missing_mention(view.message) if condition.missing_although_mentioned is not None else None
        if condition.missing_although_mentioned is not None and condition.missing_although_mentioned is not bool(words):
            return None
        found = [file for file in files if all(test(file) for test in tests)]
        if named and (not found or sum(file.size for file in found) < least):
            return None
        return Match(evidence=Evidence(attachments=tuple(file.name for file in found), words=(words,) if words else ()))

    return holds


def _tests(condition: AttachmentFilter) -> list[Callable[[Attachment], bool]]:
    tests: list[Callable[[Attachment], bool]] = []
    if condition.name is not None:
        tests.append(_named(condition.name))
    if condition.extension is not None:
        tests.append(_with_extension(condition.extension))
    return tests


def _named(patterns: tuple[str, ...]) -> Callable[[Attachment], bool]:
    # `[` is an ordinary character: file names begin with [社外秘] and the like.
    folded = [normalized(pattern).casefold().replace("[", "[[]") for pattern in patterns]
    return lambda file: any(fnmatch.fnmatchcase(normalized(file.name).casefold(), pattern) for pattern in folded)


def _with_extension(extensions: tuple[str, ...]) -> Callable[[Attachment], bool]:
    endings = tuple("." + normalized(extension).casefold().lstrip(".") for extension in extensions)
    return lambda file: normalized(file.name).casefold().rstrip(". ").endswith(endings)
