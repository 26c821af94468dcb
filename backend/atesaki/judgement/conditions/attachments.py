"""The attachments condition: names, extensions, size, and a file that the text speaks of but that is not there."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import re2

from atesaki.judgement.conditions.match import ConditionError, Match, Path, Predicate
from atesaki.judgement.conditions.text import normalized, pattern_search
from atesaki.judgement.decision import Evidence

if TYPE_CHECKING:
    from atesaki.judgement.conditions.condition import AttachmentFilter
    from atesaki.judgement.message import Attachment, Message
    from atesaki.judgement.view import View

_ENDINGS = r"(?:ております|ています|ていただきます|ました|ます|て|た)?"
_MENTIONS = (
    rf"添付(?:いたし|致し|し){_ENDINGS}|添付させ(?:ていただきま(?:した|す))?",
    r"添付(?:の|ファイル|資料|書類|にて|を?ご(?:確認|参照|覧))",
    rf"別添|同封(?:いたし|致し|し){_ENDINGS}|同封(?:の|させ(?:ていただきま(?:した|す))?)",
    r"\bI(?:['’]ve| have)? attached",
    r"\b(?:is|are|see|find|the) (?:the )?(?:attach(?:ed|ment)|enclosed)",
    r"\b(?:attached|enclosed) (?:is|are|please|you|file|document)",
)
_MENTION = pattern_search("|".join(_MENTIONS), ())
_FILES = r"添付の?(?:ファイル|資料|書類|データ)?"
# Answers to an attachment that came, and requests for one: in both the file is somebody else's.
_OF_OTHERS = re2.compile(
    rf"(?:いただいた|頂いた|頂戴した|くださった|下さった|お送りの|ご送付の){_FILES}"
    rf"|{_FILES}[をがはも、]?(?:拝見|受領|受け取り|(?:開け|開き|見られ|届いており|届いてい|付いており|付いてい|ついており|ついてい)ません)"
    rf"|{_FILES}[をがはも、]?確認(?:し|いたし|致し|させていただき)ました"
    r"|添付して(?:(?:お送り|[ご御]?(?:送付|返信|返送|提出|応募))(?:して)?)?(?:ください|下さい|いただけ|頂け)"
    r"|(?i:(?:cannot|can['’]t|could not|couldn['’]t|unable to) (?:open|read|find) (?:the|your) attach(?:ment|ed)"
    r"|thank(?:s| you) for (?:the|your) attach(?:ment|ed)|your attach(?:ment|ed)|the attachments? (?:that )?you sent)"
)
# Looks for 添付, 別添, 同封, attach and enclose, and may find more: to begin with a set of characters makes it fast.
_STEM = re.compile(r"[添別同AaEe](?:付|添|封|[Tt][Tt][Aa][Cc][Hh]|[Nn][Cc][Ll][Oo][Ss][Ee])")
_DENIAL = pattern_search(
    r"添付(?:ファイル)?(?:は|が)?(?:なし|無し|ありません|不要|しません|しない|していません|しておりません)"
    r"|\bno attachments?\b|\bwithout (?:an )?attachments?\b",
    (),
)
_QUOTES = (
    r"^-{2,}\s*(?:Original Message|Forwarded|元のメッセージ|転送)",
    r"^_{10,}",
    r"^(?:From:\s|差出人[:：])",
    r"^On .{5,200} wrote:",
    r"^\d{4}年\d{1,2}月\d{1,2}日.{0,100}[:：]$",
)
_QUOTED = re.compile("|".join(_QUOTES), re.IGNORECASE | re.MULTILINE)
_QUOTED_LINE = re.compile("^[>＞].*", re.MULTILINE)
_ANSWERED_SUBJECT = re.compile(r"\s*(?:re|fwd?|返信|転送)\s*(?:\[\d+\]\s*)?[:：]", re.IGNORECASE)


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


def missing_mention(message: Message) -> str | None:
    """Return the words that speak of an attachment in the sender's own text when no file is attached."""
    if any(not file.inline for file in message.attachments):
        return None
    # Most messages mention nothing at all; that is told before the quotation is cut off.
    if not _STEM.search(normalized(f"{message.subject or ''}\n{message.body_text or ''}")):
        return None
    own = _OF_OTHERS.sub("", normalized(f"{_own_subject(message.subject or '')}\n{own_text(message.body_text or '')}"))
    return None if _DENIAL(own) else _MENTION(own)


def _own_subject(subject: str) -> str:
    """Return the subject, or nothing where an answer or a forwarded message took it over from somebody else."""
    return "" if _ANSWERED_SUBJECT.match(subject) else subject


def own_text(body: str) -> str:
    """Return the body up to the first sign of a quoted or forwarded message, without the quoted lines above it."""
    quoted = _QUOTED.search(body)
    return _QUOTED_LINE.sub("", body[: quoted.start()] if quoted else body)


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
