"""Puts each condition into a sentence; what nobody has put into words yet stands as it is written in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from atesaki.judgement.conditions import Condition
from atesaki.judgement.conditions.condition import (
    AttachmentFilter,
    ExposureFilter,
    SenderFilter,
    TextFilter,
    ThreadFilter,
    TimeFilter,
)
from atesaki.judgement.explain import Locale
from atesaki.policies.in_words.clause import Clause, either, many, quoted
from atesaki.policies.in_words.names import name
from atesaki.policies.in_words.recipients import recipients
from atesaki.policies.trace import written

Say = Callable[[Any, Locale], str]


def condition_in_words(condition: Condition, locale: Locale) -> tuple[Clause, ...]:
    """Return the sentences of a condition, all of which must hold."""
    return tuple(_clauses(condition, locale))


def in_brief(condition: Condition, locale: Locale) -> str:
    """Return the first sentence that tells something, with “…” where it is not all of the condition; may be empty."""
    clauses = condition_in_words(condition, locale)
    if (plain := next((each.text for each in clauses if not each.parts), None)) is not None:
        return f"{plain} …" if len(clauses) > 1 else plain
    inner, more = (condition.any, _told(_OR_MORE, locale)) if condition.any else (condition.all, " …")
    if inner:
        return in_brief(inner[0], locale).removesuffix(" …") + more
    return f"{clauses[0].text} …" if clauses else ""


def _clauses(condition: Condition, locale: Locale) -> Iterator[Clause]:
    for field in msgspec.structs.fields(Condition):
        value = getattr(condition, field.name)
        if value is not None:
            yield _clause(field.encode_name, value, locale)


def _clause(key: str, value: Any, locale: Locale) -> Clause:  # noqa: ANN401 - whatever the key takes
    if key in _COMBINING:
        inner = (value,) if key == "not" else value
        return Clause(_told(_COMBINING[key], locale), tuple(_as_one(each, locale) for each in inner))
    say = SAYING.get(key)
    return Clause(say(value, locale) if say else f"{key}: {written(value)}")


def _as_one(condition: Condition, locale: Locale) -> Clause:
    clauses = condition_in_words(condition, locale)
    return clauses[0] if len(clauses) == 1 else Clause(_told(_COMBINING["all"], locale), clauses)


_OR_MORE: Final = ("、または …", ", or …")
_COMBINING: Final = {
    "all": ("次のすべてに当てはまる", "all of these hold"),
    "any": ("次のどれかに当てはまる", "any of these holds"),
    "not": ("次に当てはまらない", "this does not hold"),
}


def _told(texts: tuple[str, str], locale: Locale) -> str:
    return texts[0] if locale == "ja" else texts[1]


def _exposure(value: ExposureFilter, locale: Locale) -> str:
    texts = {
        "disclosures": (
            "互いのアドレスを知る組み合わせが {n:,} 以上",
            "outsiders would learn at least {n:,} addresses of each other in all",
        ),
        "people": ("他人のアドレスを知る人が {n:,} 人以上", "at least {n:,} people would learn addresses"),
        "organizations": (
            "宛先と CC に外部の組織が {n:,} 以上",
            "at least {n:,} outside organizations stand in To and Cc",
        ),
    }
    said = [
        _told(texts[key], locale).format(n=threshold.at_least)
        for key in ExposureFilter.__struct_fields__
        if (threshold := getattr(value, key)) is not None
    ]
    return ("、かつ" if locale == "ja" else ", and ").join(said)


def _text(japanese: str, english: str) -> Say:
    def say(value: TextFilter, locale: Locale) -> str:
        what = japanese if locale == "ja" else english
        said = []
        if value.contains or value.matches:
            said.append(_found_in(what, value, locale))
        if value.empty is not None:
            empty, full = ("が空", "が空でない") if locale == "ja" else (" is empty", " is not empty")
            said.append(f"{what}{empty if value.empty else full}")
        return ("、かつ" if locale == "ja" else ", and ").join(said)

    return say


def _found_in(what: str, value: TextFilter, locale: Locale) -> str:
    words, patterns = quoted(value.contains or (), locale), quoted(value.matches or (), locale)
    if locale == "ja":
        parts = [f"{words}を含む"] * bool(words) + [f"パターン{patterns}に合う"] * bool(patterns)
        return f"{what}が{'、または'.join(parts)}"
    parts = [f"contains {words}"] * bool(words) + [f"matches the pattern {patterns}"] * bool(patterns)
    return f"{what} {' or '.join(parts)}"


def _attachments(value: AttachmentFilter, locale: Locale) -> str:
    said = [
        text for key in AttachmentFilter.__struct_fields__ for text in _attachment(key, getattr(value, key), locale)
    ]
    return ("、かつ" if locale == "ja" else ", and ").join(said)


def _attachment(key: str, value: Any, locale: Locale) -> Iterator[str]:  # noqa: ANN401 - whatever the key takes
    if value is None:
        return
    if isinstance(value, bool):
        yield _told(_ATTACHED[key, value], locale)
    elif key == "size":
        size = f"{value.at_least:,}"
        yield (
            f"添付ファイルが合わせて {size} バイト以上"
            if locale == "ja"
            else f"the attachments have at least {size} bytes"
        )
    else:
        texts = {"name": ("名前が{}の添付ファイルがある", "an attachment is named {}")}
        other = ("種類が{}の添付ファイルがある", "an attachment is of the type {}")
        yield _told(texts.get(key, other), locale).format(quoted(value, locale))


_ATTACHED: Final = {
    ("any", True): ("添付ファイルがある", "there is an attachment"),
    ("any", False): ("添付ファイルがない", "there is no attachment"),
    ("missing_although_mentioned", True): (
        "本文で添付に触れているのに、添付ファイルがない",
        "the text speaks of an attachment, and there is none",
    ),
    ("missing_although_mentioned", False): (
        "添付の付け忘れではない",
        "no attachment is missing that the text speaks of",
    ),
}


def _sender(value: SenderFilter, locale: Locale) -> str:
    said = []
    if value.addresses:
        addresses = quoted(value.addresses, locale)
        said.append(f"差出人が{addresses}" if locale == "ja" else f"the sender is {addresses}")
    if value.groups:
        groups = quoted(value.groups, locale)
        said.append(f"差出人がグループ{groups}の人" if locale == "ja" else f"the sender is in the group {groups}")
    return ("、かつ" if locale == "ja" else ", and ").join(said)


def _thread(value: ThreadFilter, locale: Locale) -> str:
    kinds = either([name(kind, locale) for kind in many(value.kind)], locale)
    said = f"{kinds}のメール" if locale == "ja" else f"it is a {kinds}"
    if value.known is None:
        return said
    if locale == "ja":
        return f"{said}で、元のメールの宛先が{'分かっている' if value.known else '分からない'}"
    return f"{said}, and who was in the conversation is {'known' if value.known else 'not known'}"


def _time(value: TimeFilter, locale: Locale) -> str:
    words = {
        "outside_office_hours": ("業務時間外", "outside office hours"),
        "holidays": ("休日", "on a holiday"),
    }
    said = [_told(words[key], locale) for key in TimeFilter.__struct_fields__ if getattr(value, key)]
    return f"{either(said, locale)}に送る" if locale == "ja" else f"it is sent {either(said, locale)}"


def _flag(yes: tuple[str, str], no: tuple[str, str]) -> Say:
    return lambda value, locale: _told(yes if value else no, locale)


SAYING: Final[dict[str, Say]] = {
    "recipients": recipients,
    "exposure": _exposure,
    "subject": _text("件名", "the subject"),
    "body": _text("本文", "the text"),
    "attachments": _attachments,
    "sender": _sender,
    "thread": _thread,
    "item": lambda value, locale: (
        f"{name(value, locale)}である" if locale == "ja" else f"it is a {name(value, locale)}"
    ),
    "time": _time,
    "greeting_mismatch": _flag(
        ("本文の宛名の人が宛先にいない", "the text greets somebody who is not among the recipients"),
        ("本文の宛名と宛先が食い違わない", "nobody is greeted who is not among the recipients"),
    ),
    "truncated": _flag(
        ("メールの一部を読み取れなかった", "the mail program did not hand over everything"),
        ("メールを全部読み取れた", "the mail program handed over everything"),
    ),
}
"""The sentences of each key of a condition."""
