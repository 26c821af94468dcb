"""The judgement's own words in Japanese and English: numbers, lists, fixes and names of message parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from atesaki.judgement.decision import RemedyKind
    from atesaki.judgement.explain import Locale
    from atesaki.judgement.message import ItemKind

_FIELDS = {
    "ja": {
        "to": "宛先",
        "cc": "CC 欄",
        "bcc": "BCC 欄",
        "subject": "件名",
        "body": "本文",
        "attachments": "添付ファイル",
        "thread": "元のメール",
    },
    "en": {
        "to": "To",
        "cc": "Cc",
        "bcc": "Bcc",
        "subject": "the subject",
        "body": "the text",
        "attachments": "the attachments",
        "thread": "the earlier messages",
    },
}
_MEETING_FIELDS = {
    "ja": {"to": "必須出席者", "cc": "任意出席者"},
    "en": {"to": "the required attendees", "cc": "the optional attendees"},
}
_SOURCES = {
    "ja": {
        "rosters": "名簿",
        "expansions": "どの宛先がメーリングリストか、それが誰に届くか",
        "history": "これまでの送信先",
        "sender_groups": "所属グループ",
    },
    "en": {
        "rosters": "the rosters",
        "expansions": "which recipients are mailing lists, and who reads them",
        "history": "earlier recipients",
        "sender_groups": "your groups",
    },
}
_FIXES: dict[str, dict[str, tuple[str, str]]] = {
    "ja": {
        "move_to_bcc": ("{count} 件の宛先を BCC に移してください。", "{count} 件の宛先を BCC に移してください。"),
        "send_individually": ("1 人ずつ別々のメールで送ってください。", "1 人ずつ別々のメールで送ってください。"),
        "remove": (
            "この宛先が正しいか確かめ、違っていれば外してください。",
            "{count} 件の宛先が正しいか確かめ、違っていれば外してください。",
        ),
    },
    "en": {
        "move_to_bcc": ("Move this recipient to Bcc.", "Move these {count} recipients to Bcc."),
        "send_individually": ("Send a separate message to each person.", "Send a separate message to each person."),
        "remove": (
            "Check this recipient and remove it if it is wrong.",
            "Check these {count} recipients and remove those that are wrong.",
        ),
    },
}
_MEETING_FIXES: dict[str, dict[str, tuple[str, str]]] = {
    "ja": {
        "send_individually": ("1 人ずつ別々に招待してください。", "1 人ずつ別々に招待してください。"),
        "remove": (
            "この出席者が正しいか確かめ、違っていれば外してください。",
            "{count} 人の出席者が正しいか確かめ、違っていれば外してください。",
        ),
    },
    "en": {
        "send_individually": ("Invite each person separately.", "Invite each person separately."),
        "remove": (
            "Check this attendee and remove them if they are wrong.",
            "Check these {count} attendees and remove those who are wrong.",
        ),
    },
}
_BREAK = re.compile(r"\s|(?<!\w)[^\s\w]|[^\s\w](?!\w)|[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef]")
_SIGN = re.compile(r"[^\s\w]")


def nothing_found(locale: Locale, item: ItemKind = "message") -> str:
    """Return the sentence for a message that may simply go."""
    if locale == "ja":
        return "問題は見つかりませんでした。このまま送信できます。"
    return f"No problem found. The {'meeting' if item == 'appointment' else 'message'} can be sent."


def would_learn(people: int, each: int, locale: Locale, *, exact: bool) -> str:
    """Return who would learn how much: "26 people would each learn 25 addresses."."""
    if locale == "ja":
        most = "" if exact else "最大 "
        return f"このまま送ると、{people:,} 人がそれぞれ{most or ' '}{each:,} 件のアドレスを知ることになります。"
    addresses = f"{'' if exact else 'up to '}{each:,} {'address' if each == 1 else 'addresses'}"
    who = "1 person would learn" if people == 1 else f"{people:,} people would each learn"
    return f"If you send this now, {who} {addresses}."


def fix(kind: RemedyKind, count: int, locale: Locale, item: ItemKind = "message") -> str:
    """Return the sentence that asks for a remedy."""
    sentences = _FIXES[locale] | (_MEETING_FIXES[locale] if item == "appointment" else {})
    one, many = sentences[kind]
    return (one if count == 1 else many).format(count=f"{count:,}")


def second_check(locale: Locale) -> str:
    """Return the sentence that says what lets the message go."""
    if locale == "ja":
        return "ほかの人に確認を頼んでください。確認がすむと送信できます。"
    return "Ask a colleague to check it; after that it can be sent."


def more(count: int, locale: Locale) -> str:
    """Return the sentence for reasons that did not fit."""
    if locale == "ja":
        return f"ほかに {count} 件の注意があります。"
    return "There is 1 more remark." if count == 1 else f"There are {count} more remarks."


def listed(items: Sequence[str], locale: Locale, most: int) -> str:
    """Return the first items as a list in words, and how many more there are."""
    shown, left = [shortened(item, 60) for item in items[:most]], len(items) - most
    if locale == "ja":
        return "、".join(shown) + (f" ほか {left:,} 件" if left > 0 else "")
    parts = [*shown, f"{left:,} more"] if left > 0 else shown
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def fields(names: Sequence[str], locale: Locale, item: ItemKind = "message") -> str:
    """Return the names of message parts as staff know them."""
    known = _FIELDS[locale] | (_MEETING_FIELDS[locale] if item == "appointment" else {})
    text = listed([known.get(name, name) for name in names], locale, len(names))
    return text[:1].upper() + text[1:]


def no_address(locale: Locale) -> str:
    """Return what stands for a recipient without an address, such as a personal contact group in Outlook."""
    return "アドレスなし" if locale == "ja" else "no address"


def source(name: str, locale: Locale) -> str:
    """Return the name of a source of facts as staff know it."""
    return _SOURCES[locale].get(name, name)


def shortened(text: str, limit: int) -> str:
    """Return the text within `limit` characters, cut between words and marked with an ellipsis."""
    if len(text) <= limit:
        return text
    words, signs = ([found.start() for found in sort.finditer(text, 1, limit)] for sort in (_BREAK, _SIGN))
    # A sign inside a word, as in 1,234, is where to cut only what is as long as an address or a link.
    late = [places[-1] for places in (words, signs) if places and places[-1] * 2 > limit]
    # Text without any break is one endless word: cutting it is the only way to keep the limit.
    return text[: [*late, *words[-1:], limit - 1][0]].rstrip() + "…"
