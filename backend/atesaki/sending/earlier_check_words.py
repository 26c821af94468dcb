"""The sentences about an earlier second check, short enough for the dialogs of mail clients."""

import datetime as dt
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from atesaki.judgement.explain import Locale
from atesaki.judgement.message import ItemKind

Part = Literal["recipients", "subject", "attachments", "text", "reasons"]
"""In what a message is another one than what was checked; `reasons` are those for which it is held."""

_PARTS: Final[dict[Locale, dict[Part, str]]] = {
    "ja": {"recipients": "宛先", "subject": "件名", "attachments": "添付ファイル", "text": "本文か添付ファイルの中身"},
    "en": {
        "recipients": "other recipients",
        "subject": "another subject",
        "attachments": "other attachments",
        "text": "another text, or attachments of other contents",
    },
}
_ATTENDEES: Final[dict[Locale, str]] = {"ja": "出席者", "en": "other attendees"}


class Words(NamedTuple):
    """Sentences in a language about a message or a meeting; moments are told in a time zone."""

    locale: Locale
    zone: dt.tzinfo
    item: ItemKind

    def waiting(self, asked_at: dt.datetime) -> str:
        """Say that a colleague has been asked."""
        if self.locale == "ja":
            return (
                f"{self._at(asked_at)} にほかの人へ確認を頼んであります。"
                "確認がすんだら、もう一度「送信」を押してください。"
            )
        return f"You asked a colleague to check it on {self._at(asked_at)}; press Send again once they have."

    def declined(self) -> str:
        """Say that a colleague said no, and why to read what they wrote."""
        if self.locale == "ja":
            return f"ほかの人の回答は「まだ送らない」です。コメントを読んで、{self._what()}を直してください。"
        return "A colleague has looked at it and says: not yet. Read their comment to see what to change."

    def unanswered(self, asked_at: dt.datetime) -> str:
        """Say that nobody answered."""
        if self.locale == "ja":
            return f"{self._at(asked_at)} に頼んだ確認には、期限までに回答がありませんでした。{self._again()}"
        return f"Nobody answered in time when you asked for a check on {self._at(asked_at)}. {self._again()}"

    def ran_out(self, granted_at: dt.datetime, until: dt.datetime) -> str:
        """Say that the message was not sent in time."""
        if self.locale == "ja":
            return f"{self._at(granted_at)} に確認がすみましたが、{self._at(until)} に期限が切れました。{self._again()}"
        return (
            f"A colleague checked it on {self._at(granted_at)}, but that ran out on {self._at(until)}. {self._again()}"
        )

    def used(self, granted_at: dt.datetime) -> str:
        """Say that a check is good for one Send."""
        if self.locale == "ja":
            return f"{self._at(granted_at)} の確認は 1 回の送信だけに有効で、すでに使われました。{self._again()}"
        return (
            f"A colleague checked it on {self._at(granted_at)}; that was good for one Send and has been used. "
            f"{self._again()}"
        )

    def changed(self, granted_at: dt.datetime, parts: Sequence[Part]) -> str:
        """Say in what it is another message than what was checked; that it is the same draft nobody knows for sure."""
        if "reasons" in parts:
            return self._held_otherwise(granted_at)
        if self.locale == "ja":
            return f"{self._other(granted_at, parts)}元に戻すか、もう一度ほかの人に確認を頼んでください。"
        return f"{self._other(granted_at, parts)}put that back, or ask a colleague again."

    def void(self, granted_at: dt.datetime, parts: Sequence[Part], *, same_rules: bool) -> str:
        """Say the same where nobody can let the message go as it is now, and so nobody is to be asked."""
        if "reasons" in parts:
            return self._let_go_by_nobody(granted_at, same_rules=same_rules)
        return self._other(granted_at, parts) + ("元に戻してください。" if self.locale == "ja" else "put that back.")

    def _other(self, granted_at: dt.datetime, parts: Sequence[Part]) -> str:
        names = [self._name(part) for part in parts]
        if self.locale == "ja":
            return (
                f"{self._at(granted_at)} に確認がすんだ{self._what()}を直したものなら、"
                f"{'と'.join(names)}が変わっています。"
            )
        return f"If this is what a colleague checked on {self._at(granted_at)}, it had {' and '.join(names)} then: "

    def _let_go_by_nobody(self, granted_at: dt.datetime, *, same_rules: bool) -> str:
        if self.locale == "ja":
            changed = "止める理由" if same_rules else "ルール"
            return (
                f"{self._at(granted_at)} に確認がすみましたが、その後、{changed}が変わったので無効です。"
                "だれが確認しても、このままでは送信できません。"
            )
        changed = "it is held for other reasons now" if same_rules else "the rules have changed since"
        return (
            f"A colleague checked it on {self._at(granted_at)}, but that no longer counts: {changed}, "
            "and nobody can let it go as it is."
        )

    def _held_otherwise(self, granted_at: dt.datetime) -> str:
        if self.locale == "ja":
            return f"{self._at(granted_at)} に確認がすみましたが、その後、止める理由が変わりました。{self._again()}"
        return (
            f"A colleague checked it on {self._at(granted_at)}, but it is held for other reasons now. {self._again()}"
        )

    def _name(self, part: Part) -> str:
        attended = part == "recipients" and self.item == "appointment"
        return _ATTENDEES[self.locale] if attended else _PARTS[self.locale][part]

    def _again(self) -> str:
        return "もう一度ほかの人に確認を頼んでください。" if self.locale == "ja" else "Ask a colleague again."

    def _what(self) -> str:
        return "会議の案内" if self.item == "appointment" else "メール"

    def _at(self, moment: dt.datetime) -> str:
        at = moment.astimezone(self.zone)
        if self.locale == "ja":
            return f"{at.month}月{at.day}日 {at:%H:%M}"
        return f"{at.day} {at:%b} at {at:%H:%M}"
