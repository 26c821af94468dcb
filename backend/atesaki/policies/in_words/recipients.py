"""Puts the main condition into words: so many recipients, of which kind, where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from atesaki.judgement.conditions.condition import InRoster, RecipientFilter
from atesaki.judgement.explain import Locale
from atesaki.policies.in_words.clause import either, many, quoted
from atesaki.policies.in_words.names import name
from atesaki.policies.trace import written

Texts = tuple[str, str]
Say = Callable[[Any], Texts]


def recipients(value: RecipientFilter, locale: Locale) -> str:
    """Return the sentence about the recipients that a filter wants."""
    said = {key: _texts(key, each) for key in value.__struct_fields__ if (each := getattr(value, key)) is not None}
    count = said.pop("at_least")
    place = 0 if locale == "ja" else 1
    words = {key: texts[place] for key, texts in said.items() if texts[place]}
    return _japanese(words, count[0]) if locale == "ja" else _english(words, count[1])


def _japanese(words: dict[str, str], count: str) -> str:
    tail = [words.pop(key) for key in ("organizations", "share") if key in words]
    text = f"{'、'.join([*words.values(), ''])}宛先が {count} 件以上"
    return (
        "、".join([text, *tail])
        .replace("の、宛先", "の宛先")
        .replace("る、宛先", "る宛先")
        .replace("い、宛先", "い宛先")
    )


def _english(words: dict[str, str], count: str) -> str:
    adjectives = [words.pop(key) for key in ("visible", "audience") if key in words]
    noun = "recipient" if count == "1" else "recipients"
    return " ".join(["at least", count, *adjectives, noun, *words.values()])


def _texts(key: str, value: object) -> Texts:
    say = SAYING.get(key)
    return say(value) if say else (f"（{key}: {written(value)}）", f"({key}: {written(value)})")


def _named(value: object) -> Texts:
    words = many(value)
    return either([name(word, "ja") for word in words], "ja"), either([name(word, "en") for word in words], "en")


def _fields(value: object) -> Texts:
    japanese, english = _named(value)
    return f"{japanese}の", f"in {english}"


def _audience(value: object) -> Texts:
    japanese, english = _named(value)
    return f"{japanese}の", english


def _kind(value: object) -> Texts:
    japanese, english = _named(value)
    return f"種類が{japanese}の", f"of the kind {english}"


def _roster(value: InRoster | bool) -> Texts:  # noqa: FBT001 - the value of a key, not a switch
    if isinstance(value, bool):
        return (
            ("いずれかの名簿に載っている", "on any roster") if value else ("どの名簿にも載っていない", "on no roster")
        )
    handling = value.handling and (name(value.handling, "ja"), name(value.handling, "en"))
    japanese = f"扱いが「{handling[0]}」の" if handling else ""
    english = f"{handling[1]} roster" if handling else "roster"
    if value.name:
        return f"{japanese}名簿「{value.name}」に載っている", f"on the {english} “{value.name}”"
    return f"{japanese} 1 つの名簿に載っている".strip(), f"on one {english}"


def _flag(yes: Texts, no: Texts, **words: Texts) -> Say:
    """Say a key that is true or false, or one of these words."""
    return lambda value: words[value] if isinstance(value, str) else (yes if value else no)


def _listed(japanese: str, english: str) -> Say:
    return lambda value: (japanese.format(quoted(value, "ja")), english.format(quoted(value, "en")))


SAYING: Final[dict[str, Say]] = {
    "fields": _fields,
    "visible": _flag(("宛先か CC に見えている", "visible"), ("BCC の", "blind")),
    "audience": _audience,
    "in_roster": _roster,
    "domains": _listed("ドメインが{}の", "at the domain {}"),
    "addresses": _listed("アドレスが{}の", "with the address {}"),
    "free_mail": _flag(
        ("フリーメールや携帯メールの", "at a free-mail provider or mobile carrier"),
        ("フリーメールや携帯メールでない", "not at a free-mail provider or mobile carrier"),
    ),
    "kind": _kind,
    "first_time": _flag(
        ("この差出人がはじめて送る", "to whom this sender has never written"),
        ("この差出人が前にも送っている", "to whom this sender has written before"),
    ),
    "look_alike": _flag(
        ("よく似た別のドメインの", "whose domain resembles a known one and is not it"),
        ("紛らわしくないドメインの", "whose domain resembles no known one"),
        other_ending=(
            "こちらか連携先と末尾だけが違うドメインの",
            "whose domain differs from ours or a partner's only in its ending",
        ),
    ),
    "added_to_thread": _flag(
        ("元の会話にいなかった", "who were not in the conversation"),
        ("元の会話にいた", "who were in the conversation"),
        organization=("組織ごと元の会話にいなかった", "whose organization was not in the conversation"),
    ),
    "same_organization": _flag(
        ("同じ 1 つの組織の", "all of one organization"),
        ("組織を問わない", "of whatever organization"),
        strangers=(
            "同じ 1 つの組織の（全員が 1 つの「仲間内」の名簿にいるときを除く）",
            "all of one organization (unless all are on one open roster)",
        ),
    ),
    "strangers": _flag(
        ("全員が 1 つの「仲間内」の名簿にいるのではない", "not all on one open roster"),
        ("面識を問わない", "whether they know each other or not"),
    ),
    "at_least": lambda value: (f"{value:,}", f"{value:,}"),
    "organizations": lambda value: (
        f"外部の組織が {value.at_least:,} 以上",
        f"of at least {value.at_least:,} outside organizations",
    ),
    "share": lambda value: (
        f"宛先全体の {value.at_least:.0%} 以上",
        f"making up at least {value.at_least:.0%} of all recipients",
    ),
}
"""The words of each key of the filter, in Japanese and English."""
