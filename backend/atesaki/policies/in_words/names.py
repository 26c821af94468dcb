"""The fixed values of the policy language in Japanese and English, as they stand in forms and sentences."""

from __future__ import annotations

from typing import Final

from atesaki.judgement.explain import Locale

_NAMES: Final[dict[str, tuple[str, str]]] = {
    "to": ("宛先 (To)", "To"),
    "cc": ("CC", "Cc"),
    "bcc": ("BCC", "Bcc"),
    "internal": ("内部", "internal"),
    "partner": ("連携先", "partner"),
    "external": ("外部", "outside"),
    "protected": ("保護", "protected"),
    "sensitive": ("要配慮", "sensitive"),
    "open": ("仲間内", "open"),
    "person": ("個人", "person"),
    "distribution_list": ("メーリングリスト", "mailing list"),
    "unexpanded_list": ("中身の分からないメーリングリスト", "mailing list with unknown members"),
    "unknown": ("種類の分からない宛先", "recipient of unknown kind"),
    "unreadable": ("読み取れない宛先", "unreadable recipient"),
    "organization": ("組織ごと", "whole organization"),
    "other_ending": ("こちらか連携先と末尾だけが違う", "differs from ours or a partner's only in its ending"),
    "strangers": ("全員が 1 つの「仲間内」の名簿にいる組織は除く", "not if all are on one open roster"),
    "new": ("新規", "new message"),
    "reply": ("返信", "reply"),
    "reply_all": ("全員に返信", "reply to all"),
    "forward": ("転送", "forwarded message"),
    "message": ("メール", "message"),
    "appointment": ("会議の案内", "meeting"),
    "allow": ("送信できる", "allow"),
    "warn": ("警告する", "warn"),
    "block": ("止める", "block"),
    "send_anyway": ("そのまま送信できる", "can be sent anyway"),
    "acknowledge": ("確認のチェックで送信できる", "can be sent after a tick"),
    "justify": ("理由を書けば送信できる", "can be sent with a written reason"),
    "second_check": ("別の人が確認すれば送信できる", "can be sent once a second person has checked it"),
    "never": ("送信できない", "can never be sent this way"),
    "move_to_bcc": ("BCC に移す", "move to Bcc"),
    "send_individually": ("1 人ずつ送る", "send individually"),
    "remove": ("宛先から外す", "remove the recipients"),
    "enforce": ("有効", "enforced"),
    "simulate": ("試行中（記録だけ）", "simulated (only recorded)"),
    "off": ("オフ（判定しない）", "off"),
    "low": ("低", "low"),
    "medium": ("中", "medium"),
    "high": ("高", "high"),
    "critical": ("重大", "critical"),
    "true": ("はい", "yes"),
    "false": ("いいえ", "no"),
}


def name(value: object, locale: Locale) -> str:
    """Return a fixed value in words; one that has none yet stands as it is written."""
    written = str(value).lower() if isinstance(value, bool) else str(value)
    japanese, english = _NAMES.get(written, (written, written))
    return japanese if locale == "ja" else english
